"""Consistency checks of orders, to find errors made by manual changes or raw SQL.

These errors are reported and, where possible, repaired on request:

==========================  ===================================================  ====================================
code                        error                                                repair
==========================  ===================================================  ====================================
``wrong_total``             subtotal, tax or total differ from what items and    set to the sums and recorded in the
                            adjustments add up to                                history; never for a paid order
``stock_not_returned``      marked as cancelled, but not by the use case: the    stock is returned and recorded in the
                            history has a placed event, no cancelled one         history
``not_marked_cancelled``    cancelled in the history, but not marked as such     marked with the recorded time
``no_lines``                the order has no items                               none: the items are unknown
``paid_and_cancelled``      the order is both paid and cancelled                 none: a refund may be due
==========================  ===================================================  ====================================

Database constraints prevent negative stock, unknown payment states and duplicate cart items.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from storefront_store.baskets import AdjustmentKind
from storefront_store.conf import get_model
from storefront_store.exceptions import NotFound
from storefront_store.models import AbstractOrder, OrderAdjustment, OrderEvent
from storefront_store.money import ZERO, is_amount
from storefront_store.services import history, stock
from storefront_store.services.batching import BATCH_SIZE, key_batches
from storefront_store.services.orders import COMPLETE, REFUNDED, is_paid, lock_order, units_of
from storefront_store.services.transactions import use_case

WRONG_TOTAL: Final = "wrong_total"
STOCK_NOT_RETURNED: Final = "stock_not_returned"
NOT_MARKED_CANCELLED: Final = "not_marked_cancelled"
NO_LINES: Final = "no_lines"
PAID_AND_CANCELLED: Final = "paid_and_cancelled"


@dataclass(frozen=True, slots=True)
class Breach:
    """An inconsistency of an order.

    Attributes:
        code: One of the codes in the table above.
        order_number: The number of the order.
        detail: The values found.
        mended: Whether it was repaired.
    """

    code: str
    order_number: str
    detail: str
    mended: bool = False


@dataclass(slots=True)
class _Evidence:
    """The rows that belong to one order."""

    order: Any
    lines: list[tuple[int, Decimal]]
    adjustments: list[tuple[str, Decimal, bool]]
    events: dict[str, Any]

    @property
    def money(self) -> dict[str, Decimal]:
        """Return the correct subtotal, tax and total."""
        subtotal = sum((quantity * price for quantity, price in self.lines), ZERO)
        added = sum((amount for _kind, amount, included in self.adjustments if not included), ZERO)
        tax = sum((amount for kind, amount, _included in self.adjustments if kind == AdjustmentKind.TAX), ZERO)
        return {"subtotal": subtotal, "tax": tax, "total": subtotal + added}

    @property
    def is_paid(self) -> bool:
        return self.order.payment_status in {COMPLETE, REFUNDED}

    def breaches(self) -> list[tuple[str, str]]:
        found = []
        cancelled = self.order.cancelled_at is not None
        if not self.lines:
            found.append((NO_LINES, "no lines"))
        else:
            wrong = {name: value for name, value in self.money.items() if getattr(self.order, name) != value}
            if wrong:
                told = (f"{name} {getattr(self.order, name)}, parts {value}" for name, value in wrong.items())
                found.append((WRONG_TOTAL, "; ".join(told)))
        if cancelled and OrderEvent.PLACED in self.events and OrderEvent.CANCELLED not in self.events:
            found.append((STOCK_NOT_RETURNED, "cancelled without a trace in the history"))
        if not cancelled and OrderEvent.CANCELLED in self.events:
            found.append((NOT_MARKED_CANCELLED, f"cancelled at {self.events[OrderEvent.CANCELLED]:%Y-%m-%d %H:%M}"))
        if is_paid(self.order) and (cancelled or OrderEvent.CANCELLED in self.events):
            found.append((PAID_AND_CANCELLED, "paid, and cancelled"))
        return found


def check_orders(
    *, repair: bool = False, batch_size: int = BATCH_SIZE, advance: Callable[[int], object] = lambda done: None
) -> Iterator[Breach]:
    """Check all orders with four queries per batch; suspicious orders are checked again under a lock.

    Args:
        repair: Whether to repair what can be repaired, each order in its own transaction.
        batch_size: Number of orders checked together.
        advance: Called with the number of orders processed since the last call.

    Yields:
        The inconsistencies found, including repaired ones.
    """
    for keys in key_batches(get_model("Order")._base_manager.all(), batch_size):
        suspects = [evidence.order.pk for evidence in _evidence(keys) if evidence.breaches()]
        for key in suspects:
            yield from _examine(key, repair=repair)
        advance(len(keys))


def _evidence(keys: list[Any]) -> list[_Evidence]:
    orders = list(get_model("Order")._base_manager.filter(pk__in=keys).order_by("pk"))
    lines: dict[Any, list[tuple[int, Decimal]]] = defaultdict(list)
    items = get_model("OrderItem")._base_manager.filter(order__in=keys)
    for key, quantity, price in items.values_list("order", "quantity", "unit_price"):
        lines[key].append((quantity, price))
    adjustments: dict[Any, list[tuple[str, Decimal, bool]]] = defaultdict(list)
    rows = OrderAdjustment.objects.filter(order__in=keys)
    for key, kind, amount, included in rows.values_list("order", "kind", "amount", "included"):
        adjustments[key].append((kind, amount, included))
    events: dict[str, dict[str, Any]] = defaultdict(dict)
    told = OrderEvent.objects.filter(order_number__in=[str(key) for key in keys])
    for number, event, at in told.order_by("pk").values_list("order_number", "event", "at"):
        events[number].setdefault(event, at)
    return [_Evidence(order, lines[order.pk], adjustments[order.pk], events[str(order.pk)]) for order in orders]


@use_case
def _examine(key: Any, *, repair: bool) -> list[Breach]:
    """Check one order while it is locked."""
    try:
        lock_order(key)
    except NotFound:  # deleted in the meantime
        return []
    (evidence,) = _evidence([key])
    found = evidence.breaches()
    codes = {code for code, _detail in found}
    return [Breach(code, str(key), detail, mended=repair and _mend(code, evidence, codes)) for code, detail in found]


def _mend(code: str, evidence: _Evidence, codes: set[str]) -> bool:
    """Repair one inconsistency; return whether that was possible."""
    order = evidence.order
    money = evidence.money
    if code == WRONG_TOTAL and not evidence.is_paid and all(is_amount(part) and part >= 0 for part in money.values()):
        old = order.total
        for name, value in money.items():
            setattr(order, name, value)
        order.save(update_fields=list(money))
        history.record(order, OrderEvent.TOTAL_CORRECTED, old=str(old), new=str(order.total))
    elif code == STOCK_NOT_RETURNED and PAID_AND_CANCELLED not in codes:
        stock.give_back(units_of(order))
        history.record(order, OrderEvent.CANCELLED, old=AbstractOrder.STATUS_PLACED, new=AbstractOrder.STATUS_CANCELLED)
    elif code == NOT_MARKED_CANCELLED and PAID_AND_CANCELLED not in codes:
        order.cancelled_at = evidence.events[OrderEvent.CANCELLED]
        order.save(update_fields=["cancelled_at"])
    else:
        return False
    return True
