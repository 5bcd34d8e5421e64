"""Default dotted paths of the replaceable parts of the API, by resource."""

from __future__ import annotations

from typing import Final

SERIALIZERS: Final[dict[str, str]] = {
    "product": "storefront_store.api.serializers.ProductSerializer",
    "product_detail": "storefront_store.api.serializers.ProductDetailSerializer",
    "product_group": "storefront_store.api.serializers.ProductGroupSerializer",
    "simple_product": "storefront_store.api.serializers.SimpleProductSerializer",
    "product_image": "storefront_store.api.serializers.ProductImageSerializer",
    "collection": "storefront_store.api.serializers.CollectionSerializer",
    "promotion": "storefront_store.api.serializers.PromotionSerializer",
    "review": "storefront_store.api.serializers.ReviewSerializer",
    "cart": "storefront_store.api.serializers.CartSerializer",
    "cart_item": "storefront_store.api.serializers.CartItemSerializer",
    "customer": "storefront_store.api.serializers.CustomerSerializer",
    "address": "storefront_store.api.serializers.AddressSerializer",
    "checkout": "storefront_store.api.serializers.CheckoutSerializer",
    "quote": "storefront_store.api.serializers.QuoteSerializer",
    "order": "storefront_store.api.serializers.OrderSerializer",
    "order_event": "storefront_store.api.serializers.OrderEventSerializer",
}
PERMISSIONS: Final[dict[str, list[str]]] = {
    "product": ["storefront_store.api.permissions.IsStaffOrReadOnly"],
    "product_group": ["storefront_store.api.permissions.IsStaffOrReadOnly"],
    "collection": ["storefront_store.api.permissions.IsStaffOrReadOnly"],
    "promotion": ["storefront_store.api.permissions.IsStaff"],
    "product_image": ["storefront_store.api.permissions.IsStaffOrReadOnly"],
    "review": ["storefront_store.api.permissions.IsAuthorOrStaffOrCreate"],
    "cart": ["rest_framework.permissions.AllowAny"],
    "cart_item": ["rest_framework.permissions.AllowAny"],
    "customer": ["storefront_store.api.permissions.IsStaff"],
    "address": ["rest_framework.permissions.IsAuthenticated"],
    "order": ["storefront_store.api.permissions.IsStaffOrOwnOrders"],
}
VIEWSETS: Final[dict[str, str]] = {
    "product": "storefront_store.api.views.ProductViewSet",
    "product_group": "storefront_store.api.views.ProductGroupViewSet",
    "product_image": "storefront_store.api.views.ProductImageViewSet",
    "review": "storefront_store.api.views.ReviewViewSet",
    "collection": "storefront_store.api.views.CollectionViewSet",
    "promotion": "storefront_store.api.views.PromotionViewSet",
    "cart": "storefront_store.api.views.CartViewSet",
    "cart_item": "storefront_store.api.views.CartItemViewSet",
    "customer": "storefront_store.api.views.CustomerViewSet",
    "address": "storefront_store.api.views.AddressViewSet",
    "customer_address": "storefront_store.api.views.CustomerAddressViewSet",
    "order": "storefront_store.api.views.OrderViewSet",
}
