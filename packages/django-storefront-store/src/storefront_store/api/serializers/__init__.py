"""The serializers of the API. Projects replace them with ``STOREFRONT_STORE["SERIALIZERS"]``."""

from __future__ import annotations

from storefront_store.api.serializers.carts import (
    AddItemSerializer,
    CartItemSerializer,
    CartSerializer,
    ChangeItemSerializer,
    MergeCartSerializer,
    SimpleProductSerializer,
)
from storefront_store.api.serializers.catalogue import (
    CollectionSerializer,
    FeaturedCollectionSerializer,
    ProductImageSerializer,
    ProductSerializer,
    PromotionSerializer,
    ReviewSerializer,
    StaffReviewSerializer,
)
from storefront_store.api.serializers.customers import (
    AddressSerializer,
    CustomerSerializer,
    OwnCustomerSerializer,
)
from storefront_store.api.serializers.groups import (
    ProductDetailSerializer,
    ProductGroupSerializer,
    VariantSerializer,
)
from storefront_store.api.serializers.orders import (
    CheckoutSerializer,
    OrderAdjustmentSerializer,
    OrderEventSerializer,
    OrderItemSerializer,
    OrderSerializer,
    PaymentStatusSerializer,
    QuoteSerializer,
    ShipSerializer,
)

__all__ = [
    "AddItemSerializer",
    "AddressSerializer",
    "CartItemSerializer",
    "CartSerializer",
    "ChangeItemSerializer",
    "CheckoutSerializer",
    "CollectionSerializer",
    "CustomerSerializer",
    "FeaturedCollectionSerializer",
    "MergeCartSerializer",
    "OrderAdjustmentSerializer",
    "OrderEventSerializer",
    "OrderItemSerializer",
    "OrderSerializer",
    "OwnCustomerSerializer",
    "PaymentStatusSerializer",
    "ProductDetailSerializer",
    "ProductGroupSerializer",
    "ProductImageSerializer",
    "ProductSerializer",
    "PromotionSerializer",
    "QuoteSerializer",
    "ReviewSerializer",
    "ShipSerializer",
    "SimpleProductSerializer",
    "StaffReviewSerializer",
    "VariantSerializer",
]
