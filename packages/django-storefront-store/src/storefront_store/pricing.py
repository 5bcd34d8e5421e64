"""What a product costs: the best promotion in force, and the tax rate, all in Decimal and rounded half up to cents.

A host replaces the rules by ``STOREFRONT_STORE["PRICE_PROVIDER"]`` and ``["TAX_PROVIDER"]``: classes without
arguments that keep the protocols below.
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
from storefront_store.money import CENT, HUNDRED, RATE_PLACES, price_with_tax, to_cents

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
        listed: What the catalogue says.
        effective: What a customer pays now, before tax.
    """

    listed: Decimal
    effective: Decimal


@runtime_checkable
class PriceProvider(Protocol):
    """Prices many products at once.

    A provider may also have ``annotate(queryset, *, at)``: it returns the product queryset with whatever
    :meth:`prices` wants to find on each row, which saves a query a page.
    """

    def prices(self, products: Iterable[Any], *, customer: Any, at: datetime) -> Mapping[Any, Price]:
        """Return the price of each product by primary key, for this customer (or None) at this moment."""
        ...


@runtime_checkable
class TaxProvider(Protocol):
    """Says the tax rates of many products at once; the package does the arithmetic."""

    def rates(
        self, products: Iterable[Any], *, customer: Any, address: PostalAddress | None, at: datetime
    ) -> Mapping[Any, Decimal]:
        """Return the tax rate of each product by primary key.

        Args:
            products: The products.
            customer: Who would pay, or None.
            address: Where the goods go, or None where that is not known, as in lists of products.
            at: The moment for which the rates are asked.

        Returns:
            Fractions, such as ``Decimal("0.19")``. A product that is left out is not taxed.
        """
        ...


def validate_min_price(value: Decimal) -> None:
    """Refuse a price below the setting ``MIN_PRICE``.

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
    """Refuse a moment that is outside the calendar in UTC, in which databases keep it.

    Raises:
        ValidationError: If it is.
    """
    try:
        value.astimezone(UTC)
    except OverflowError as error:
        raise ValidationError(_("A value is out of range."), code="out_of_range") from error


class PromotionPrices:
    """The default prices: the list price less the highest discount in force."""

    columns: ClassVar[Sequence[str]] = ("unit_price", "best_discount")

    def annotate(self, queryset: Any, *, at: datetime) -> Any:
        """Bring the best discount along with each product, as ``best_discount``."""
        return queryset.with_best_discount(at)

    def prices(self, products: Iterable[Any], *, customer: Any, at: datetime) -> dict[Any, Price]:
        """Price the products; one query for all those that came without the annotation."""
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
    """Take ``discount`` percent off ``price``; None takes nothing off."""
    return to_cents(price * (HUNDRED - discount) / HUNDRED) if discount else price


class FlatTax:
    """One rate for everything: the setting ``TAX_RATE``."""

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
    """Ask the tax provider of the settings for rates, and check its answer.

    Args:
        products: The products.
        customer: Who would pay, or None.
        address: Where the goods go, or None.
        at: The moment.

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
    rates = {product.pk: given.get(product.pk, Decimal(0)) for product in products}
    for rate in rates.values():
        if not isinstance(rate, Decimal) or not rate.is_finite() or not 0 <= rate < HUNDRED:
            raise ImproperlyConfigured(f"{type(provider).__name__}.rates() returned {rate!r}, which is no tax rate.")
    return {key: rate.quantize(RATE_PLACES) for key, rate in rates.items()}


class PriceBook:
    """The prices of one request or one use case: one customer, one moment, each product priced once.

    Args:
        customer: Who would pay, or None. May be lazy; the default providers never look.
        at: The moment; now, if not given.
        address: Where the goods would go, or None.
    """

    def __init__(
        self, *, customer: Any = None, at: datetime | None = None, address: PostalAddress | None = None
    ) -> None:
        self.customer = customer
        self.address = address
        self.at: datetime = at or timezone.now()
        self._provider: Any = app_settings.PRICE_PROVIDER()
        self._prices: dict[Any, Price] = {}
        self._rates: dict[Any, Decimal] = {}

    def annotate(self, queryset: Any) -> Any:
        """Prepare a product queryset, if the provider knows how to."""
        prepare = getattr(self._provider, "annotate", None)
        return prepare(queryset, at=self.at) if prepare else queryset

    def load(self, products: Iterable[Any]) -> None:
        """Price all of ``products`` in one go, so that asking for each costs nothing."""
        new = {product.pk: product for product in products if product.pk not in self._prices}
        if new:
            self._prices.update(self._provider.prices(new.values(), customer=self.customer, at=self.at))

    def load_tax(self, products: Iterable[Any]) -> None:
        """Look up the prices and tax rates of all of ``products`` in one go."""
        products = list(products)
        self.load(products)
        new = [product for product in products if product.pk not in self._rates]
        self._rates.update(tax_rates(new, customer=self.customer, address=self.address, at=self.at))

    def attach(self, products: Iterable[Any]) -> None:
        """Price all of ``products`` at once and leave each its price in the attribute ``price``."""
        products = list(products)
        self.load(products)
        for product in products:
            product.price = self._prices[product.pk]

    def price(self, product: Any) -> Price:
        """Return the price of one unit of ``product``."""
        self.load([product])
        return self._prices[product.pk]

    def tax_rate(self, product: Any) -> Decimal:
        """Return the tax rate of ``product`` as a fraction."""
        self.load_tax([product])
        return self._rates[product.pk]

    def with_tax(self, product: Any) -> Decimal:
        """Return the effective price of one unit with tax."""
        rate = self.tax_rate(product)
        return price_with_tax(self.price(product).effective, rate, included=app_settings.PRICES_INCLUDE_TAX)
