"""The app's configuration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontStoreVouchersConfig(AppConfig):
    """App configuration of vouchers."""

    name = "storefront_store.vouchers"
    label = "storefront_store_vouchers"
    verbose_name: Any = _("Vouchers")
    default_auto_field: str = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks."""
        from storefront_store.vouchers import checks

        checks.register()
