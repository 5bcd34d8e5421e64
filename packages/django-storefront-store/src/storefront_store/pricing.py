"""What a product costs: the best promotion in force, tax on top, all in Decimal and rounded half up to cents.

A host replaces the rules by ``STOREFRONT_STORE["PRICE_PROVIDER"]`` and ``["TAX_PROVIDER"]``: classes without
arguments that keep the protocols below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, Protocol, runtime_checkable

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storefront_store.conf import app_settings

CENT: Final = Decimal("0.01")
HUNDRED: Final = Decimal(100)


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
    """Adds tax to many prices at once."""

    def with_tax(self, prices: Mapping[Any, Decimal], *, customer: Any, at: datetime) -> Mapping[Any, Decimal]:
        """Return the given amounts, keyed by primary key, with tax included and rounded to cents."""
        ...


def to_cents(amount: Decimal) -> Decimal:
    """Round to two places, halves away from zero, as shops do."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def validate_min_price(value: Decimal) -> None:
    """Refuse a price below the setting ``MIN_PRICE``.

    Raises:
        ValidationError: If the price is too low.
    """
    limit = Decimal(str(app_settings.MIN_PRICE))
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

    def annotate(self, queryset: Any, *, at: datetime) -> Any:
        """Bring the best discount along with each product, as ``best_discount``."""
        return queryset.with_best_discount(at)

    def prices(self, products: Iterable[Any], *, customer: Any, at: datetime) -> dict[Any, Price]:
        """Price the products; one query for all those that came without the annotation."""
        products = list(products)
        discounts = {product.pk: product.best_discount for product in products if hasattr(product, "best_discount")}
        unknown = [product for product in products if product.pk not in discounts]
        if unknown:
            manager = type(unknown[0])._default_manager
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

    def with_tax(self, prices: Mapping[Any, Decimal], *, customer: Any, at: datetime) -> dict[Any, Decimal]:
        """Multiply each amount by one plus the rate."""
        factor = 1 + Decimal(str(app_settings.TAX_RATE))
        return {key: to_cents(amount * factor) for key, amount in prices.items()}


class PriceBook:
    """The prices of one request or one use case: one customer, one moment, each product priced once.

    Args:
        customer: Who would pay, or None. May be lazy; the default providers never look.
        at: The moment; now, if not given.
    """

    def __init__(self, *, customer: Any = None, at: datetime | None = None) -> None:
        self.customer = customer
        self.at = at or timezone.now()
        self._provider: Any = app_settings.PRICE_PROVIDER()
        self._prices: dict[Any, Price] = {}
        self._taxed: dict[Any, Decimal] = {}

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
        """Tax all of ``products`` in one go."""
        products = list(products)
        self.load(products)
        new = {product.pk: self._prices[product.pk].effective for product in products if product.pk not in self._taxed}
        if new:
            tax: TaxProvider = app_settings.TAX_PROVIDER()
            self._taxed.update(tax.with_tax(new, customer=self.customer, at=self.at))

    def price(self, product: Any) -> Price:
        """Return the price of one unit of ``product``."""
        self.load([product])
        return self._prices[product.pk]

    def with_tax(self, product: Any) -> Decimal:
        """Return the effective price of one unit with tax."""
        self.load_tax([product])
        return self._taxed[product.pk]
