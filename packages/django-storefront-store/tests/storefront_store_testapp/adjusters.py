"""Adjusters of a host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from storefront_store.baskets import Adjustment, Basket
from storefront_store.exceptions import Conflict
from storefront_store.money import ZERO, to_cents


class Given:
    """Yields what a test has put here."""

    adjustments: tuple[Adjustment, ...] = ()

    def adjust(self, basket: Basket, so_far: Sequence[Adjustment]) -> Iterator[Adjustment]:
        """Yield it."""
        yield from type(self).adjustments


class TenPercentOff:
    """A discount on everything."""

    def adjust(self, basket: Basket, so_far: Sequence[Adjustment]) -> Iterator[Adjustment]:
        """Take a tenth."""
        yield Adjustment("discount", "Ten percent off", -to_cents(basket.subtotal / 10))


class Wrapping:
    """A fee for wrapping paper, if it is wanted."""

    def adjust(self, basket: Basket, so_far: Sequence[Adjustment]) -> Iterator[Adjustment]:
        """Charge 2.50."""
        if basket.details.get("wrap"):
            yield Adjustment("wrapping", "Wrapping paper", Decimal("2.50"))


class Watching:
    """Notes what it is told, and refuses on demand."""

    told: list[tuple[str, Any]] = []
    refuses = False

    def adjust(self, basket: Basket, so_far: Sequence[Adjustment]) -> Iterator[Adjustment]:
        """Yield an amount of nothing."""
        yield Adjustment("note", "Watched", ZERO)

    def placed(self, order: Any, basket: Basket, adjustments: Sequence[Adjustment]) -> None:
        """Note the order."""
        if self.refuses:
            raise Conflict("Not today.")
        self.told.append(("placed", order.pk, len(basket.lines), [each.kind for each in adjustments]))

    def cancelled(self, order: Any) -> None:
        """Note the order."""
        self.told.append(("cancelled", order.pk))
