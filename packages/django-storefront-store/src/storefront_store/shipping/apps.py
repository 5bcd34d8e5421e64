"""The app's configuration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class StorefrontStoreShippingConfig(AppConfig):
    """App configuration of shipping methods."""

    name = "storefront_store.shipping"
    label = "storefront_store_shipping"
    verbose_name: Any = _("Shipping")
    default_auto_field: str = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks."""
        from storefront_store.shipping import checks

        checks.register()
        if apps.is_installed("drf_spectacular"):
            from storefront_store.shipping import openapi  # noqa: F401
