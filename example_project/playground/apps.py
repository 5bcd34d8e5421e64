"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlaygroundConfig(AppConfig):
    """Demonstrations of mail, tasks, caching and a migration in plain SQL."""

    name = "playground"
    label = "playground"
    verbose_name = _("Playground")
    default_auto_field = "django.db.models.BigAutoField"
