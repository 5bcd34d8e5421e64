from __future__ import annotations

from django.apps import AppConfig


class StorefrontStoreTestappConfig(AppConfig):
    name = "storefront_store_testapp"
