"""The configuration of the project's app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    """The app of the project, with system checks, extensions of the OpenAPI schema and error pages."""

    name = "storefront"
    label = "storefront"
    verbose_name = _("Storefront project")

    def ready(self) -> None:
        """Register the checks, the extensions of the schema, and what is done for connections to databases."""
        from storefront import checks, connections, datetimes, openapi  # noqa: F401
