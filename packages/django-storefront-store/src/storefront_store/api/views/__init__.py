"""The viewsets. Projects replace them with ``STOREFRONT_STORE["VIEWSETS"]``, which is read when the URLs are loaded."""

from __future__ import annotations

from storefront_store.api.views.carts import CartItemViewSet, CartViewSet
from storefront_store.api.views.catalogue import (
    CollectionViewSet,
    ProductGroupViewSet,
    ProductViewSet,
    PromotionViewSet,
)
from storefront_store.api.views.customers import AddressViewSet, CustomerAddressViewSet, CustomerViewSet
from storefront_store.api.views.of_products import ProductImageViewSet, ReviewViewSet
from storefront_store.api.views.orders import OrderViewSet

__all__ = [
    "AddressViewSet",
    "CartItemViewSet",
    "CartViewSet",
    "CollectionViewSet",
    "CustomerAddressViewSet",
    "CustomerViewSet",
    "OrderViewSet",
    "ProductGroupViewSet",
    "ProductImageViewSet",
    "ProductViewSet",
    "PromotionViewSet",
    "ReviewViewSet",
]
