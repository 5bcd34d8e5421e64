from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class GenericTagsConfig(AppConfig):
    name = "generic_tags"
    label = "generic_tags"
    verbose_name = _("Generic tags")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from generic_tags import receivers
        from generic_tags.checks import check_relations, check_settings

        register(check_settings)
        register(check_relations)
        receivers.connect()
