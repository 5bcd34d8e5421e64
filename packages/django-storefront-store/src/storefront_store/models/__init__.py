"""The store's models. Everything meant to be used from outside is imported here.

Each swappable model is a thin class over a public abstract base; reach the class that is in use with
:func:`storefront_store.conf.get_model`.
"""

from __future__ import annotations

from storefront_store.models.carts import AbstractCart, AbstractCartItem, Cart, CartItem
from storefront_store.models.catalogue import (
    AbstractCollection,
    AbstractProduct,
    Collection,
    Product,
    ProductImage,
)
from storefront_store.models.customers import AbstractCustomer, Address, Customer
from storefront_store.models.groups import AbstractProductGroup, ProductGroup
from storefront_store.models.idempotency import IdempotencyRecord
from storefront_store.models.orders import (
    AbstractOrder,
    AbstractOrderItem,
    Order,
    OrderAdjustment,
    OrderEvent,
    OrderItem,
)
from storefront_store.models.promotions import CatalogueVersion, Promotion
from storefront_store.models.reviews import Review
from storefront_store.models.search import OptionSet, ProductWord, SearchWord

__all__ = [
    "AbstractCart",
    "AbstractCartItem",
    "AbstractCollection",
    "AbstractCustomer",
    "AbstractOrder",
    "AbstractOrderItem",
    "AbstractProduct",
    "AbstractProductGroup",
    "Address",
    "Cart",
    "CartItem",
    "CatalogueVersion",
    "Collection",
    "Customer",
    "IdempotencyRecord",
    "OptionSet",
    "Order",
    "OrderAdjustment",
    "OrderEvent",
    "OrderItem",
    "Product",
    "ProductGroup",
    "ProductImage",
    "ProductWord",
    "Promotion",
    "Review",
    "SearchWord",
]
