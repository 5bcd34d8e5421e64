"""The application configuration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class StorefrontAuthConfig(AppConfig):
    """Configuration of the app ``storefront_auth``."""

    name = "storefront_auth"
    label = "storefront_auth"
    verbose_name: Any = _("Storefront accounts")
    default_auto_field: str = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers and register the system checks."""
        from storefront_auth import receivers
        from storefront_auth.checks import check_deployment, check_migrations, check_settings

        receivers.connect()
        checks.register(check_settings, checks.Tags.security)
        checks.register(check_deployment, checks.Tags.security, deploy=True)
        checks.register(check_migrations, checks.Tags.database)
