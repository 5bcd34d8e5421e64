"""The application configuration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class GenericTagsConfig(AppConfig):
    """Registers the system checks and the receivers that delete links."""

    name = "generic_tags"
    label = "generic_tags"
    verbose_name: Any = _("Generic tags")
    default_auto_field: Any = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks and connect the receivers."""
        from generic_tags import receivers
        from generic_tags.checks import check_fields, check_settings

        register(check_settings)
        register(check_fields)
        receivers.watch.start()
