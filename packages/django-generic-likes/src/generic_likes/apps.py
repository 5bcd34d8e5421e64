"""The application configuration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class GenericLikesConfig(AppConfig):
    """Registers the system checks and the receivers that delete likes."""

    name = "generic_likes"
    label = "generic_likes"
    verbose_name: Any = _("Generic likes")
    default_auto_field: Any = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks and connect the receivers."""
        from . import receivers
        from .checks import check_fields, check_settings

        register(check_settings)
        register(check_fields)
        receivers.start()
