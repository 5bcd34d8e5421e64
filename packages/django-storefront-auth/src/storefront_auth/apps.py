from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontAuthConfig(AppConfig):
    name = "storefront_auth"
    label = "storefront_auth"
    verbose_name = _("Storefront accounts")
    default_auto_field = "django.db.models.BigAutoField"
