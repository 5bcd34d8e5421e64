"""The app's configuration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class StorefrontStoreConfig(AppConfig):
    """App configuration of the store."""

    name = "storefront_store"
    label = "storefront_store"
    verbose_name: Any = _("Store")
    default_auto_field: str = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect receivers and register system checks."""
        from storefront_store import checks, receivers

        receivers.connect()
        checks.register()
        complete_admin()
        if apps.is_installed("drf_spectacular"):
            from storefront_store.api import openapi  # noqa: F401


def complete_admin() -> None:
    """Register the store's admin pages for models that have none on the default admin site.

    All admin modules are loaded first, whatever the order of ``INSTALLED_APPS``, so that the project's own pages take
    precedence. Nothing is registered if the project has disabled autodiscovery.
    """
    if not apps.is_installed("django.contrib.admin"):
        return
    from django.contrib import admin
    from django.contrib.admin.apps import AdminConfig

    if isinstance(apps.get_app_config("admin"), AdminConfig):
        admin.autodiscover()
        from storefront_store.admin import register

        register(admin.site)
