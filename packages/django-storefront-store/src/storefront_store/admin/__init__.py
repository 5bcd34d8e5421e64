"""The admin pages. The classes are public: to change a page, subclass it and register the model again.

Autodiscovery registers a page for each model of the store. Projects register pages for their swapped models; a
swapped model without a page when all apps are ready gets the store's page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin

from storefront_store.admin.base import StoreModelAdmin
from storefront_store.admin.carts import CartAdmin, CartItemInline
from storefront_store.admin.catalogue import (
    CollectionAdmin,
    ProductAdmin,
    ProductImageInline,
    PromotionInline,
)
from storefront_store.admin.customers import AddressInline, CustomerAdmin
from storefront_store.admin.events import OrderEventAdmin
from storefront_store.admin.groups import ProductGroupAdmin, VariantInline
from storefront_store.admin.order_items import OrderItemInline
from storefront_store.admin.orders import OrderAdmin
from storefront_store.admin.promotions import PromotionAdmin
from storefront_store.admin.reviews import ReviewAdmin
from storefront_store.conf import get_model
from storefront_store.models import OrderEvent, Promotion, Review

__all__ = [
    "AddressInline",
    "CartAdmin",
    "CartItemInline",
    "CollectionAdmin",
    "CustomerAdmin",
    "OrderAdmin",
    "OrderEventAdmin",
    "OrderItemInline",
    "ProductAdmin",
    "ProductGroupAdmin",
    "ProductImageInline",
    "PromotionAdmin",
    "PromotionInline",
    "ReviewAdmin",
    "StoreModelAdmin",
    "VariantInline",
    "register",
]

INDEX_TEMPLATE = "admin/storefront_store/index.html"


def register(site: admin.AdminSite) -> None:
    """Register a page for each model of the store that has none on ``site``, and add the dashboard to its index.

    Args:
        site: An admin site. Existing registrations and a custom index template are kept.
    """
    _register(site, _pages())
    site.index_template = site.index_template or INDEX_TEMPLATE


def _pages() -> Iterator[tuple[Any, type[admin.ModelAdmin]]]:
    yield get_model("Collection"), CollectionAdmin
    yield get_model("Product"), ProductAdmin
    yield get_model("ProductGroup"), ProductGroupAdmin
    yield Promotion, PromotionAdmin
    yield Review, ReviewAdmin
    yield get_model("Customer"), CustomerAdmin
    yield get_model("Order"), OrderAdmin
    yield OrderEvent, OrderEventAdmin
    yield get_model("Cart"), CartAdmin


def _register(site: admin.AdminSite, pages: Any) -> None:
    for model, page in pages:
        if not site.is_registered(model):
            site.register(model, page)


_register(admin.site, [(model, page) for model, page in _pages() if model._meta.app_label == "storefront_store"])
