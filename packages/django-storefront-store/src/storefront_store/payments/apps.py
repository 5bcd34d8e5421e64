"""The app's configuration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class StorefrontStorePaymentsConfig(AppConfig):
    """App configuration of payments and refunds."""

    name = "storefront_store.payments"
    label = "storefront_store_payments"
    verbose_name: Any = _("Payments")
    default_auto_field: str = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks and connect the receivers."""
        from storefront_store.payments import checks, receivers

        checks.register()
        receivers.connect()
        if apps.is_installed("drf_spectacular"):
            from storefront_store.payments import openapi  # noqa: F401
