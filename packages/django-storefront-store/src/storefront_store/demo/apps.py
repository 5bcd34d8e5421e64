"""The app's configuration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontStoreDemoConfig(AppConfig):
    """App configuration of the demo catalogue."""

    name = "storefront_store.demo"
    label = "storefront_store_demo"
    verbose_name: Any = _("Demo catalogue")
    default_auto_field: str = "django.db.models.BigAutoField"
