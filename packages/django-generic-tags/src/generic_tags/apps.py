from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GenericTagsConfig(AppConfig):
    name = "generic_tags"
    label = "generic_tags"
    verbose_name = _("Generic tags")
    default_auto_field = "django.db.models.BigAutoField"
