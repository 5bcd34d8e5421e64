"""Settings of the package, read live from ``settings.STOREFRONT_STORE``, and :func:`get_model`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, overload

import swapper
from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from storefront_store import parts

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from rest_framework.permissions import BasePermission
    from rest_framework.serializers import Serializer
    from rest_framework.viewsets import ViewSetMixin

    from storefront_store.adjusters import Adjuster
    from storefront_store.pricing import PriceProvider, TaxProvider

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
    # Databases: limits in seconds; 0 keeps the limits of the database
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
    # Replaceable parts of the API, by resource
    "SERIALIZERS": parts.SERIALIZERS,
    "PERMISSIONS": parts.PERMISSIONS,
    "VIEWSETS": parts.VIEWSETS,
}
IMPORT_STRINGS: Final = frozenset({"CUSTOMER_FOR_USER", "PRICE_PROVIDER", "TAX_PROVIDER"})
IMPORT_LISTS: Final = frozenset({"ADJUSTERS"})
IMPORT_TABLES: Final = frozenset({"SERIALIZERS", "PERMISSIONS", "VIEWSETS"})
SWAPPABLE: Final = ("Collection", "Product", "ProductGroup", "Customer", "Cart", "CartItem", "Order", "OrderItem")


class AppSettings:
    """Typed access to ``settings.STOREFRONT_STORE`` over :data:`DEFAULTS`.

    Nothing is cached, so ``override_settings`` works. A dictionary of dotted paths in the project's settings is merged
    with the default one; every other value replaces its default.
    """

    @property
    def CURRENCY(self) -> str:  # noqa: N802 - named as in the settings
        """Currency of all prices, as three capital letters; each order keeps it."""
        return self._get("CURRENCY")

    @property
    def MIN_PRICE(self) -> Decimal:  # noqa: N802
        """Lowest list price that staff can set."""
        return Decimal(str(self._get("MIN_PRICE")))

    @property
    def TAX_RATE(self) -> Decimal:  # noqa: N802
        """Tax rate of all products, as a fraction, for the default ``TAX_PROVIDER``."""
        return Decimal(str(self._get("TAX_RATE")))

    @property
    def PRICES_INCLUDE_TAX(self) -> bool:  # noqa: N802
        """Whether prices are gross; the tax is then shown and not added."""
        return self._get("PRICES_INCLUDE_TAX")

    @property
    def PRICE_PROVIDER(self) -> Callable[[], PriceProvider]:  # noqa: N802
        """Class that prices products."""
        return self._get("PRICE_PROVIDER")

    @property
    def TAX_PROVIDER(self) -> Callable[[], TaxProvider]:  # noqa: N802
        """Class that returns the tax rates of products."""
        return self._get("TAX_PROVIDER")

    @property
    def ADJUSTERS(self) -> Sequence[str | type[Adjuster]]:  # noqa: N802
        """Classes, or paths to them, that add shipping, discounts, fees and tax to a basket, in this order."""
        return self._get("ADJUSTERS")

    @property
    def GUEST_CHECKOUT(self) -> bool:  # noqa: N802
        """Whether people without an account can order."""
        return self._get("GUEST_CHECKOUT")

    @property
    def SHIP_UNPAID(self) -> bool:  # noqa: N802
        """Whether an order can be shipped before it is paid."""
        return self._get("SHIP_UNPAID")

    @property
    def TRACK_INVENTORY(self) -> bool:  # noqa: N802
        """Whether checkouts take stock and cancellations return it."""
        return self._get("TRACK_INVENTORY")

    @property
    def LOW_STOCK(self) -> int:  # noqa: N802
        """Number of units below which staff see the stock of a product as low."""
        return self._get("LOW_STOCK")

    @property
    def MAX_LINE_QUANTITY(self) -> int:  # noqa: N802
        """Largest quantity of one product in a cart."""
        return self._get("MAX_LINE_QUANTITY")

    @property
    def MAX_CART_LINES(self) -> int:  # noqa: N802
        """Largest number of items in a cart."""
        return self._get("MAX_CART_LINES")

    @property
    def CUSTOMER_FOR_USER(self) -> Callable[[AbstractBaseUser], bool]:  # noqa: N802
        """Function that returns whether a new user gets a customer."""
        return self._get("CUSTOMER_FOR_USER")

    @property
    def LOCK_TIMEOUT(self) -> int:  # noqa: N802
        """Seconds that a statement waits for a lock; 0 keeps the limit of the database."""
        return self._get("LOCK_TIMEOUT")

    @property
    def STATEMENT_TIMEOUT(self) -> int:  # noqa: N802
        """Seconds that a statement can run; 0 keeps the limit of the database."""
        return self._get("STATEMENT_TIMEOUT")

    @property
    def PAGE_SIZE(self) -> int:  # noqa: N802
        """Number of rows on a page."""
        return self._get("PAGE_SIZE")

    @property
    def MAX_PAGE_SIZE(self) -> int:  # noqa: N802
        """Largest ``?page_size=``, and the length of lists without pages."""
        return self._get("MAX_PAGE_SIZE")

    @property
    def EXACT_COUNTS(self) -> bool:  # noqa: N802
        """Whether ``count`` and facets are counted for each request; otherwise large ones can be out of date."""
        return self._get("EXACT_COUNTS")

    @property
    def LIST_FRESHNESS_SECONDS(self) -> int:  # noqa: N802
        """Seconds for which a cached list may be out of date in stock numbers, ratings and promotions."""
        return self._get("LIST_FRESHNESS_SECONDS")

    @property
    def PRICE_BANDS(self) -> Sequence[int | str | Decimal]:  # noqa: N802
        """Lower bounds of the price bands of the facets, in ascending order.

        Facets are counted fastest if these begin with 1, 2.5 or 5 followed by zeros, such as 25 or 500.
        """
        return self._get("PRICE_BANDS")

    @property
    def REVIEWS_REQUIRE_LOGIN(self) -> bool:  # noqa: N802
        """Whether only users can write reviews."""
        return self._get("REVIEWS_REQUIRE_LOGIN")

    @property
    def IMAGE_MAX_BYTES(self) -> int:  # noqa: N802
        """Size of the largest image file that can be uploaded."""
        return self._get("IMAGE_MAX_BYTES")

    @property
    def IMAGE_MAX_PIXELS(self) -> int:  # noqa: N802
        """Number of pixels of the largest image that can be uploaded."""
        return self._get("IMAGE_MAX_PIXELS")

    @property
    def IDEMPOTENCY_HOURS(self) -> int:  # noqa: N802
        """Hours that a response is kept for its ``Idempotency-Key``."""
        return self._get("IDEMPOTENCY_HOURS")

    @property
    def THROTTLE_RATES(self) -> Mapping[str, str | None]:  # noqa: N802
        """Rates such as ``"60/min"`` by scope; a scope without a rate is not throttled."""
        return self._get("THROTTLE_RATES")

    @property
    def THROTTLE_CACHE(self) -> str:  # noqa: N802
        """Alias of the cache in which requests are counted."""
        return self._get("THROTTLE_CACHE")

    @property
    def TRUSTED_PROXIES(self) -> int:  # noqa: N802
        """Number of trusted proxies in front of the site that write ``X-Forwarded-For``."""
        return self._get("TRUSTED_PROXIES")

    @property
    def SERIALIZERS(self) -> Mapping[str, str | type[Serializer[Any]]]:  # noqa: N802
        """Serializer class, or the path to it, of each resource."""
        return self._get("SERIALIZERS")

    @property
    def PERMISSIONS(self) -> Mapping[str, Sequence[str | type[BasePermission]]]:  # noqa: N802
        """Permission classes, or paths to them, of each resource; all must agree."""
        return self._get("PERMISSIONS")

    @property
    def VIEWSETS(self) -> Mapping[str, str | type[ViewSetMixin]]:  # noqa: N802
        """Viewset class, or the path to it, of each resource."""
        return self._get("VIEWSETS")

    @overload
    def part(self, table: Literal["SERIALIZERS"], name: str) -> type[Serializer[Any]]: ...
    @overload
    def part(self, table: Literal["PERMISSIONS"], name: str) -> list[type[BasePermission]]: ...
    @overload
    def part(self, table: Literal["VIEWSETS"], name: str) -> type[ViewSetMixin]: ...
    def part(self, table: str, name: str) -> Any:
        """Import one replaceable part, such as ``part("SERIALIZERS", "product")``.

        Args:
            table: One of :data:`IMPORT_TABLES`.
            name: A name in that table.

        Returns:
            The imported object, or the list of objects if the table has lists.
        """
        given = getattr(settings, SETTING, {}).get(table, {})
        value = given[name] if name in given else DEFAULTS[table][name]
        if isinstance(value, (list, tuple)):
            return [import_string(item) if isinstance(item, str) else item for item in value]
        return import_string(value) if isinstance(value, str) else value

    @staticmethod
    def _get(name: str) -> Any:
        given = getattr(settings, SETTING, {})
        if name in IMPORT_TABLES:
            return {**DEFAULTS[name], **given.get(name, {})}
        value = given.get(name, DEFAULTS[name])
        return import_string(value) if name in IMPORT_STRINGS and isinstance(value, str) else value


app_settings: Final = AppSettings()


def get_model(name: str) -> Any:
    """Return the model class that this project uses for ``name``: the store's own or a swapped one.

    Args:
        name: One of :data:`SWAPPABLE`, such as ``"Product"``.

    Raises:
        ImproperlyConfigured: If the setting names a model that is not installed.
    """
    return _loaded(name)


@lru_cache(maxsize=32)
def _loaded(name: str) -> Any:
    return swapper.load_model("storefront_store", name)


def _forget_models(**kwargs: Any) -> None:
    _loaded.cache_clear()


setting_changed.connect(_forget_models, dispatch_uid="storefront_store.conf")
