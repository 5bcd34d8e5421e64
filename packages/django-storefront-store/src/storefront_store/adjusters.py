"""Adjusters: classes that add shipping, discounts, fees and taxes to a basket.

The setting ``ADJUSTERS`` lists the classes, which are applied in order. Each receives the basket and the adjustments
returned by the previous ones. A class must define :meth:`Adjuster.adjust` and may define these methods:

``placed(order, basket, adjustments)``
    Called inside the checkout's transaction after the order and its items are written. May raise a
    :class:`~storefront_store.exceptions.StoreError` to refuse the order.
``cancelled(order)``
    Called inside the transaction that cancels or deletes an order, exactly once for each placed order.
``problems(basket)``
    Returns the :class:`~storefront_store.baskets.Problem` objects that prevent an order: a quote lists them, a
    checkout fails.
``shipping_methods(basket)``
    Returns the :class:`~storefront_store.baskets.ShippingOffer` objects to choose from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from storefront_store.baskets import Adjustment, AdjustmentKind, Basket
from storefront_store.conf import app_settings
from storefront_store.money import ZERO, percent, spread, tax_on_amount


@runtime_checkable
class Adjuster(Protocol):
    """Protocol of a class that returns adjustments; instantiated without arguments for each use case."""

    def adjust(self, basket: Basket, so_far: Sequence[Adjustment]) -> Iterable[Adjustment]:
        """Return the adjustments of ``basket``.

        Must run a constant number of queries, whatever the number of lines, and must not access the network.

        Args:
            basket: The basket.
            so_far: The adjustments returned by the previous adjusters.

        Returns:
            Any number of adjustments.
        """
        ...


def load_adjusters() -> list[Any]:
    """Return an instance of each class in the setting ``ADJUSTERS``."""
    paths = app_settings.ADJUSTERS
    return [(import_string(path) if isinstance(path, str) else path)() for path in paths]


class Tax:
    """Adds the tax, or shows it where prices include it: one adjustment for each rate.

    The tax of a rate is the sum of its lines' taxes, plus the tax on the shares that these lines have in the
    taxable adjustments so far, rounded once. Must come after the adjusters whose amounts are taxed.
    """

    def adjust(self, basket: Basket, so_far: Sequence[Adjustment]) -> Iterator[Adjustment]:
        """Yield one adjustment for each tax rate above zero, the lowest rate first."""
        amounts = [line.amount for line in basket.lines]
        shares = [ZERO] * len(amounts)
        for adjustment in so_far:
            if adjustment.taxable and not adjustment.included and adjustment.kind != AdjustmentKind.TAX:
                parts = adjustment.parts or spread(adjustment.amount, amounts)
                shares = [share + part for share, part in zip(shares, parts, strict=True)]
        for rate in sorted({line.tax_rate for line in basket.lines if line.tax_rate}):
            at_rate = [index for index, line in enumerate(basket.lines) if line.tax_rate == rate]
            yield self._at_rate(rate, basket, at_rate, sum((shares[index] for index in at_rate), ZERO))

    def label(self, rate: Decimal) -> str:
        """Return the label for the tax of a rate."""
        return _("Tax %(rate)s %%") % {"rate": percent(rate)}

    def _at_rate(self, rate: Decimal, basket: Basket, at_rate: Sequence[int], share: Decimal) -> Adjustment:
        included = app_settings.PRICES_INCLUDE_TAX
        lines = [basket.lines[index] for index in at_rate]
        tax = sum((line.tax for line in lines), ZERO) + tax_on_amount(share, rate, included=included)
        if sum((line.amount for line in lines), ZERO) + share <= 0:
            tax = ZERO  # Rounding per unit must not leave tax on a line whose amount is discounted to zero.
        return Adjustment(
            kind=AdjustmentKind.TAX.value,
            label=self.label(rate),
            amount=max(tax, ZERO),
            included=included,
            taxable=False,
            reference=format(rate.normalize(), "f"),
        )
