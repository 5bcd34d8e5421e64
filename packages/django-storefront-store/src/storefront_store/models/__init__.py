"""The store's models. The public ones are imported here.

Each swappable model inherits a public abstract base class. :func:`storefront_store.conf.get_model` returns the class
that the project uses.
"""

from __future__ import annotations

from storefront_store.models.carts import AbstractCart, AbstractCartItem, Cart, CartItem
from storefront_store.models.catalogue import AbstractCollection, AbstractProduct, Collection, Product
from storefront_store.models.customers import AbstractCustomer, Address, Customer
from storefront_store.models.groups import AbstractProductGroup, ProductGroup
from storefront_store.models.idempotency import IdempotencyRecord
from storefront_store.models.images import ProductImage
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
