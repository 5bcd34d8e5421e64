"""A host with its own models and a product page of its own, in an app before or after the store (``HOST_PLACE``)."""

from __future__ import annotations

import os

from storefront_store_swapapp.settings import *  # noqa: F403
from storefront_store_swapapp.settings import INSTALLED_APPS, STOREFRONT_STORE

if os.environ["HOST_PLACE"] == "before":
    INSTALLED_APPS = ["storefront_store_adminhost", *INSTALLED_APPS]
else:
    INSTALLED_APPS = [*INSTALLED_APPS, "storefront_store_adminhost"]

STOREFRONT_STORE = {
    **STOREFRONT_STORE,
    "ADJUSTERS": [
        "storefront_store.vouchers.adjusters.Vouchers",
        "storefront_store.shipping.adjusters.Shipping",
        "storefront_store.adjusters.Tax",
    ],
}
