"""The configuration of the project's own app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    """The project as an app: its checks, what it adds to the schema, its error pages."""

    name = "storefront"
    label = "storefront"
    verbose_name = _("Storefront project")

    def ready(self) -> None:
        """Register the checks and the extensions of the schema."""
        from storefront import checks, openapi  # noqa: F401
