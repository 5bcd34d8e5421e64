from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontStoreConfig(AppConfig):
    name = "storefront_store"
    label = "storefront_store"
    verbose_name = _("Storefront store")
    default_auto_field = "django.db.models.BigAutoField"
