"""The package's settings, read live, and the one way to reach a swappable model."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import swapper
from django.conf import settings
from django.utils.module_loading import import_string

SETTING: Final = "STOREFRONT_STORE"

DEFAULTS: Final[dict[str, Any]] = {
    # Money
    "CURRENCY": "USD",
    "MIN_PRICE": Decimal(1),
    "TAX_RATE": Decimal("0.1"),
    "PRICES_INCLUDE_TAX": False,
    "PRICE_PROVIDER": "storefront_store.pricing.PromotionPrices",
    "TAX_PROVIDER": "storefront_store.pricing.FlatTax",
    "ADJUSTERS": ["storefront_store.adjusters.Tax"],
    # Orders
    "GUEST_CHECKOUT": False,
    "SHIP_UNPAID": False,
    # Stock and carts
    "TRACK_INVENTORY": True,
    "LOW_STOCK": 10,
    "MAX_LINE_QUANTITY": 32_767,
    "MAX_CART_LINES": 1_000,
    # Customers
    "CUSTOMER_FOR_USER": "storefront_store.people.is_person",
    # Databases: seconds; 0 leaves the limits as the database has them
    "LOCK_TIMEOUT": 0,
    "STATEMENT_TIMEOUT": 0,
    # Lists
    "PAGE_SIZE": 10,
    "MAX_PAGE_SIZE": 100,
    "EXACT_COUNTS": False,
    "LIST_FRESHNESS_SECONDS": 5,
    "PRICE_BANDS": [10, 25, 50, 100, 250, 500, 1000],
    # Reviews, images, idempotency
    "REVIEWS_REQUIRE_LOGIN": False,
    "IMAGE_MAX_BYTES": 500 * 1024,
    "IMAGE_MAX_PIXELS": 12_000_000,
    "IDEMPOTENCY_HOURS": 24,
    # Throttles: a scope without a rate is not throttled
    "THROTTLE_RATES": {
        "cart_create": "60/min",
        "review_create": "10/min",
        "order_key": "20/min",
        "voucher": "30/min",
        "payment_create": "20/min",
    },
    "THROTTLE_CACHE": "default",
    "TRUSTED_PROXIES": 0,
    # Replaceable parts, by name
    "SERIALIZERS": {
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
    },
    "PERMISSIONS": {
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
    },
    "VIEWSETS": {
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
    },
}
IMPORT_STRINGS: Final = frozenset({"CUSTOMER_FOR_USER", "PRICE_PROVIDER", "TAX_PROVIDER"})
IMPORT_LISTS: Final = frozenset({"ADJUSTERS"})
IMPORT_TABLES: Final = frozenset({"SERIALIZERS", "PERMISSIONS", "VIEWSETS"})
SWAPPABLE: Final = ("Collection", "Product", "ProductGroup", "Customer", "Cart", "CartItem", "Order", "OrderItem")


class AppSettings:
    """``settings.STOREFRONT_STORE`` over :data:`DEFAULTS`.

    Nothing is cached, so ``override_settings`` works. A table of dotted paths given by the host is laid over the
    default table name by name; every other value replaces the default whole.
    """

    def __getattr__(self, name: str) -> Any:
        if name not in DEFAULTS:
            raise AttributeError(f"{SETTING} has no setting {name!r}")
        given = getattr(settings, SETTING, {})
        if name in IMPORT_TABLES:
            return {**DEFAULTS[name], **given.get(name, {})}
        value = given.get(name, DEFAULTS[name])
        return import_string(value) if name in IMPORT_STRINGS and isinstance(value, str) else value

    def part(self, table: str, name: str) -> Any:
        """Import one replaceable part, such as ``part("SERIALIZERS", "product")``.

        Args:
            table: One of :data:`IMPORT_TABLES`.
            name: A name in that table.

        Returns:
            The imported object, or the list of them where the table holds lists.
        """
        value = getattr(self, table)[name]
        if isinstance(value, (list, tuple)):
            return [import_string(item) if isinstance(item, str) else item for item in value]
        return import_string(value) if isinstance(value, str) else value


app_settings = AppSettings()


def get_model(name: str) -> Any:
    """Return the model class that stands for ``name`` in this project, whether it was swapped or not.

    Args:
        name: One of :data:`SWAPPABLE`, such as ``"Product"``.

    Raises:
        ImproperlyConfigured: If the setting names a model that is not installed.
    """
    return swapper.load_model("storefront_store", name)
