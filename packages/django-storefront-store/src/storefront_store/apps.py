from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontStoreConfig(AppConfig):
    """The store."""

    name = "storefront_store"
    label = "storefront_store"
    verbose_name = _("Store")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect receivers and register system checks."""
        from storefront_store import checks, receivers

        receivers.connect()
        checks.register()
