from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class GenericLikesConfig(AppConfig):
    name = "generic_likes"
    label = "generic_likes"
    verbose_name = _("Generic likes")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from generic_likes import receivers
        from generic_likes.checks import check_relations, check_settings

        register(check_settings)
        register(check_relations)
        receivers.connect()
