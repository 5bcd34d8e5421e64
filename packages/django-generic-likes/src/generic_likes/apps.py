from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GenericLikesConfig(AppConfig):
    name = "generic_likes"
    label = "generic_likes"
    verbose_name = _("Generic likes")
    default_auto_field = "django.db.models.BigAutoField"
