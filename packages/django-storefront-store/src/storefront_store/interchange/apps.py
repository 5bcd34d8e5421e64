from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontStoreInterchangeConfig(AppConfig):
    """Import and export of catalogues: the commands ``import_catalogue`` and ``export_catalogue``."""

    name = "storefront_store.interchange"
    label = "storefront_store_interchange"
    verbose_name = _("Catalogue import and export")
    default_auto_field = "django.db.models.BigAutoField"
