"""Settings of the example project with a product model of its own.

``SHOWN=method`` shows what is added by a method field, which read plans can't follow.
"""

from __future__ import annotations

import os

from storefront.settings.prod import *  # noqa: F403
from storefront.settings.prod import GENERIC_LIKES, GENERIC_TAGS, INSTALLED_APPS, STOREFRONT_STORE

INSTALLED_APPS.insert(INSTALLED_APPS.index("store_custom"), "host")  # whose admin is extended by that of the example
STOREFRONT_STORE_PRODUCT_MODEL = "host.Product"
GENERIC_TAGS["MODELS"] = GENERIC_LIKES["MODELS"] = ["host.Product"]
MIGRATION_MODULES = {"host": "host_migrations"}  # written when the tables are made
KIND = "Method" if os.environ.get("SHOWN") == "method" else "Own"
STOREFRONT_STORE["SERIALIZERS"] = {
    **STOREFRONT_STORE["SERIALIZERS"],
    "product": f"host.api.{KIND}ProductSerializer",
    "product_detail": f"host.api.{KIND}ProductDetailSerializer",
}
