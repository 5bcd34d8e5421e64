"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoreCustomConfig(AppConfig):
    """The code of this project that uses more than one of the packages."""

    name = "store_custom"
    label = "store_custom"
    verbose_name = _("Storefront")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers."""
        from store_custom import receivers

        receivers.connect()
