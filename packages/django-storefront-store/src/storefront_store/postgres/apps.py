"""The app's configuration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontStorePostgresConfig(AppConfig):
    """App configuration of a trigram index for searches on PostgreSQL. Does nothing on other databases."""

    name = "storefront_store.postgres"
    label = "storefront_store_postgres"
    verbose_name: Any = _("Store on PostgreSQL")
    default_auto_field: str = "django.db.models.BigAutoField"
