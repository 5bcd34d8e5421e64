"""The app's configuration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class StorefrontStoreInterchangeConfig(AppConfig):
    """App configuration of imports and exports of catalogues."""

    name = "storefront_store.interchange"
    label = "storefront_store_interchange"
    verbose_name: Any = _("Catalogue import and export")
    default_auto_field: str = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register system checks, and extend the admin page of products."""
        from storefront_store.interchange import checks

        checks.register()
        extend_admin()


def extend_admin() -> None:
    """Add imports and exports to the default admin site after all pages are registered."""
    if not apps.is_installed("django.contrib.admin"):
        return
    from django.contrib import admin
    from django.contrib.admin.apps import AdminConfig

    if isinstance(apps.get_app_config("admin"), AdminConfig):
        admin.autodiscover()
        from storefront_store.interchange.admin import extend

        extend(admin.site)
