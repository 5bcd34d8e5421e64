from __future__ import annotations

from django.apps import AppConfig


class SwapappConfig(AppConfig):
    name = "storefront_store_swapapp"
    default_auto_field = "django.db.models.BigAutoField"
