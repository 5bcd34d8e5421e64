"""Prices and tax rates of products, in Decimal and rounded half up to cents.

To replace the rules, set ``STOREFRONT_STORE["PRICE_PROVIDER"]`` and ``["TAX_PROVIDER"]`` to classes that implement
the protocols below. They are instantiated without arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar, Protocol, runtime_checkable

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storefront_store.baskets import PostalAddress
from storefront_store.conf import app_settings, get_model
from storefront_store.money import CENT, HUNDRED, RATE_PLACES, ZERO, price_with_tax, to_cents

__all__ = [
    "CENT",
    "FlatTax",
    "Price",
    "PriceBook",
    "PriceProvider",
    "PromotionPrices",
    "TaxProvider",
    "discounted",
    "to_cents",
    "validate_min_price",
    "validate_moment",
]


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one unit.

    Attributes:
        listed: The list price.
        effective: The price after discounts, before tax.
    """

    listed: Decimal
    effective: Decimal


@runtime_checkable
class PriceProvider(Protocol):
    """Protocol of a class that prices many products at once.

    A provider may also define ``annotate(queryset, *, at)``, which returns the product queryset with the annotations
    that :meth:`prices` needs. This saves one query per page.
    """

    def prices(self, products: Iterable[Any], *, customer: Any, at: datetime) -> Mapping[Any, Price]:
        """Return the price of each product by primary key, for a customer (or None) at a given time."""
        ...


@runtime_checkable
class TaxProvider(Protocol):
    """Protocol of a class that returns the tax rates of many products at once; the package calculates the taxes."""

    def rates(
        self, products: Iterable[Any], *, customer: Any, address: PostalAddress | None, at: datetime
    ) -> Mapping[Any, Decimal]:
        """Return the tax rate of each product by primary key.

        Args:
            products: The products.
            customer: The customer, or None.
            address: The shipping address, or None if it is not known, as in lists of products.
            at: The date and time for which the rates apply.

        Returns:
            Fractions such as ``Decimal("0.19")``. A product that is not in the result is not taxed.
        """
        ...


def validate_min_price(value: Decimal) -> None:
    """Validate that a price is not below the setting ``MIN_PRICE``.

    Raises:
        ValidationError: If the price is too low.
    """
    limit = app_settings.MIN_PRICE
    if value < limit:
        raise ValidationError(
            _("Ensure this value is greater than or equal to %(limit_value)s."),
            code="min_value",
            params={"limit_value": limit},
        )


def validate_moment(value: datetime) -> None:
    """Validate that a datetime is within the calendar in UTC, in which databases store it.

    Raises:
        ValidationError: If it is not.
    """
    try:
        value.astimezone(UTC)
    except OverflowError as error:
        raise ValidationError(_("A value is out of range."), code="out_of_range") from error


class PromotionPrices:
    """The default price provider: the list price less the highest active discount."""

    columns: ClassVar[Sequence[str]] = ("unit_price", "best_discount")

    def annotate(self, queryset: Any, *, at: datetime) -> Any:
        """Annotate each product with ``best_discount``."""
        return queryset.with_best_discount(at)

    def prices(self, products: Iterable[Any], *, customer: Any, at: datetime) -> dict[Any, Price]:
        """Return the prices, with one query for all products without the annotation."""
        products = list(products)
        discounts = {product.pk: product.best_discount for product in products if hasattr(product, "best_discount")}
        unknown = [product for product in products if product.pk not in discounts]
        if unknown:
            manager = get_model("Product")._default_manager
            rows = manager.filter(pk__in=[product.pk for product in unknown]).with_best_discount(at)
            discounts.update(rows.order_by().values_list("pk", "best_discount"))
        return {
            product.pk: Price(product.unit_price, discounted(product.unit_price, discounts.get(product.pk)))
            for product in products
        }


def discounted(price: Decimal, discount: Decimal | None) -> Decimal:
    """Return ``price`` less ``discount`` percent; None means no discount."""
    return to_cents(price * (HUNDRED - discount) / HUNDRED) if discount else price


class FlatTax:
    """The default tax provider: the rate of the setting ``TAX_RATE`` for all products."""

    columns: ClassVar[Sequence[str]] = ()

    def rates(
        self, products: Iterable[Any], *, customer: Any, address: PostalAddress | None, at: datetime
    ) -> dict[Any, Decimal]:
        """Return the rate of the setting for each product."""
        rate = app_settings.TAX_RATE
        return {product.pk: rate for product in products}


def tax_rates(
    products: Iterable[Any], *, customer: Any, address: PostalAddress | None, at: datetime
) -> dict[Any, Decimal]:
    """Return the validated tax rates of the configured tax provider.

    Args:
        products: The products.
        customer: The customer, or None.
        address: The shipping address, or None.
        at: The date and time for which the rates apply.

    Returns:
        A rate for each product, by primary key.

    Raises:
        ImproperlyConfigured: If the provider returns a rate that is negative, not finite, or not a Decimal.
    """
    products = list(products)
    if not products:
        return {}
    provider: TaxProvider = app_settings.TAX_PROVIDER()
    given = provider.rates(products, customer=customer, address=address, at=at)
    rates = {product.pk: given.get(product.pk, ZERO) for product in products}
    rounded: dict[int, Decimal] = {}  # by identity, as many products have the same rate
    for rate in rates.values():
        if id(rate) not in rounded:
            if not isinstance(rate, Decimal) or not rate.is_finite() or not 0 <= rate < HUNDRED:
                message = f"{type(provider).__name__}.rates() returned {rate!r}, which is no tax rate."
                raise ImproperlyConfigured(message)
            rounded[id(rate)] = rate.quantize(RATE_PLACES)
    return {key: rounded[id(rate)] for key, rate in rates.items()}


class PriceBook:
    """The prices of one request or use case, for one customer at one time; each product is priced once.

    Args:
        customer: The customer, or None. May be a lazy object; the default providers do not evaluate it.
        at: The date and time of the prices; defaults to now.
        address: The shipping address, or None.
    """

    def __init__(
        self, *, customer: Any = None, at: datetime | None = None, address: PostalAddress | None = None
    ) -> None:
        self.customer = customer
        self.address = address
        self.at: datetime = at or timezone.now()
        self.includes_tax: bool = app_settings.PRICES_INCLUDE_TAX
        self._provider: Any = app_settings.PRICE_PROVIDER()
        self._prices: dict[Any, Price] = {}
        self._rates: dict[Any, Decimal] = {}

    def annotate(self, queryset: Any) -> Any:
        """Add the price provider's annotations to a product queryset, if it has any."""
        prepare = getattr(self._provider, "annotate", None)
        return prepare(queryset, at=self.at) if prepare else queryset

    @property
    def can_be_prepared(self) -> bool:
        """Whether the provider declares its ``columns``, so its annotations depend on the given time alone."""
        return hasattr(self._provider, "columns")

    def load(self, products: Iterable[Any]) -> None:
        """Load the prices of all ``products`` at once."""
        new = {product.pk: product for product in products if product.pk not in self._prices}
        if new:
            self._prices.update(self._provider.prices(new.values(), customer=self.customer, at=self.at))

    def load_tax(self, products: Iterable[Any]) -> None:
        """Load the prices and tax rates of all ``products`` at once."""
        products = list(products)
        self.load(products)
        new = [product for product in products if product.pk not in self._rates]
        self._rates.update(tax_rates(new, customer=self.customer, address=self.address, at=self.at))

    def attach(self, products: Iterable[Any]) -> None:
        """Load the prices of all ``products`` and set the attribute ``price`` of each."""
        products = list(products)
        self.load(products)
        for product in products:
            product.price = self._prices[product.pk]

    def price(self, product: Any) -> Price:
        """Return the price of one unit of ``product``."""
        if product.pk not in self._prices:
            self.load([product])
        return self._prices[product.pk]

    def tax_rate(self, product: Any) -> Decimal:
        """Return the tax rate of ``product`` as a fraction."""
        if product.pk not in self._rates:
            self.load_tax([product])
        return self._rates[product.pk]

    def with_tax(self, product: Any) -> Decimal:
        """Return the effective price of one unit with tax."""
        rate = self.tax_rate(product)
        return price_with_tax(self.price(product).effective, rate, included=self.includes_tax)
