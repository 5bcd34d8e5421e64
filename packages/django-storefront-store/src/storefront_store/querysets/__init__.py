"""Querysets and managers of the store's models.

They access models through ``self.model`` and the names of relations only, so they also work with swapped models.
"""

from __future__ import annotations

from storefront_store.querysets.catalogue import (
    CatalogueVersionManager,
    CollectionQuerySet,
    ProductGroupQuerySet,
    PromotionQuerySet,
)
from storefront_store.querysets.customers import AddressQuerySet, CustomerQuerySet
from storefront_store.querysets.products import ProductQuerySet
from storefront_store.querysets.sales import CartQuerySet, OrderQuerySet
from storefront_store.querysets.search import DerivedQuerySet, SearchableQuerySet

__all__ = [
    "AddressQuerySet",
    "CartQuerySet",
    "CatalogueVersionManager",
    "CollectionQuerySet",
    "CustomerQuerySet",
    "DerivedQuerySet",
    "OrderQuerySet",
    "ProductGroupQuerySet",
    "ProductQuerySet",
    "PromotionQuerySet",
    "SearchableQuerySet",
]
