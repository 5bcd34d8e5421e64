"""The figures of the dashboard: read from the database, or kept from the last time that they were computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from store_custom.models import KeptFigures
from storefront_store.conf import app_settings, get_model

DAYS: Final = 90
ROWS: Final = 5
LOW_STOCK: Final = 5
LIVE_ORDERS: Final = 5_000  # of the last 90 days, up to which the figures are computed for each page
LIVE_PRODUCTS: Final = 10_000
EARNING: Final = ~Q(payment_status__in=["F", "R"])  # excludes failed and refunded payments
KEPT: Final = Q(cancelled_at__isnull=True)
OPEN: Final = KEPT & Q(shipped_at__isnull=True)
STATES: Final[dict[str, tuple[str | Promise, Q]]] = {
    "unpaid": (_("Payment pending"), OPEN & Q(payment_status="P")),
    "failed": (_("Payment failed"), OPEN & Q(payment_status="F")),
    "to_ship": (_("Paid, to be shipped"), OPEN & Q(payment_status="C")),
    "shipped": (_("Shipped"), Q(shipped_at__isnull=False)),
    "cancelled": (_("Cancelled"), ~KEPT),
}


@dataclass(frozen=True, slots=True)
class Day:
    """The orders of a day without cancelled ones, and their revenue in the currency of the store."""

    day: date
    orders: int = 0
    revenue: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sales:
    """The figures of the orders of the last 90 days.

    Attributes:
        days: The days, the oldest first.
        states: The number of orders by state.
        best_sellers: The key, the title and the number of units of the best-selling products.
        computed_at: When they were computed; ``None`` if they are those of this moment.
    """

    days: list[Day] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)
    best_sellers: list[tuple[Any, str, int]] = field(default_factory=list)
    computed_at: datetime | None = None


def is_large(rows: QuerySet[Any], limit: int) -> bool:
    """Return whether there are more than ``limit`` rows, without reading more of them."""
    return bool(rows.order_by().values("pk")[limit : limit + 1])


def current_sales() -> Sales | None:
    """Return the figures of this moment, or the kept ones if there are many orders; ``None`` if none were kept yet."""
    return kept_sales() if is_large(_orders(), LIVE_ORDERS) else compute_sales()


def compute_sales() -> Sales:
    """Return the figures of this moment, in two queries."""
    first = _first_day()
    own = KEPT & Q(currency=app_settings.CURRENCY)
    rows = (
        _orders()
        .annotate(day=TruncDate("placed_at"))
        .order_by("day")
        .values("day")
        .annotate(
            own=Count("pk", filter=own),
            revenue=Sum("total", filter=own & EARNING, default=Decimal(0)),
            **{name: Count("pk", filter=condition) for name, (_label, condition) in STATES.items()},
        )
    )
    found = {row["day"]: row for row in rows}
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return Sales(
        [Day(day, found[day]["own"], found[day]["revenue"]) if day in found else Day(day) for day in days],
        {name: sum(row[name] for row in found.values()) for name in STATES},
        _best_sellers(),
    )


def kept_sales() -> Sales | None:
    """Return the figures that were computed last, or ``None``."""
    kept = KeptFigures.objects.filter(name=KeptFigures.DASHBOARD).first()
    if kept is None:
        return None
    days = [Day(date.fromisoformat(day), orders, Decimal(revenue)) for day, orders, revenue in kept.content["days"]]
    best = [(key, title, units) for key, title, units in kept.content["best_sellers"]]
    return Sales(days, kept.content["states"], best, kept.computed_at)


def current_low_stock() -> list[tuple[Any, str, int]] | None:
    """Return the products on sale with a low inventory, or the kept ones if there are many products.

    Returns:
        The key, the title and the inventory of each; ``None`` if there are many products and none were kept yet.
    """
    if not is_large(get_model("Product").objects.all(), LIVE_PRODUCTS):
        return compute_low_stock()
    kept = KeptFigures.objects.filter(name=KeptFigures.DASHBOARD).first()
    return None if kept is None else [(key, title, number) for key, title, number in kept.content["low_stock"]]


def compute_low_stock() -> list[tuple[Any, str, int]]:
    """Return the products on sale with a low inventory, in one query."""
    products = get_model("Product").objects.active().filter(inventory__lte=LOW_STOCK).order_by("inventory", "pk")
    return list(products.values_list("pk", "title", "inventory")[:ROWS])


def refresh() -> bool:
    """Compute the figures and keep them, unless the shop is so small that each page computes them.

    It reads all orders of the last 90 days, so it is run by a task or a command and not by a request.

    Returns:
        Whether they were computed.
    """
    products = get_model("Product").objects.all()
    if not is_large(_orders(), LIVE_ORDERS) and not is_large(products, LIVE_PRODUCTS):
        return False
    now = timezone.now()
    sales = compute_sales()
    content = {
        "days": [[day.day.isoformat(), day.orders, str(day.revenue)] for day in sales.days],
        "states": sales.states,
        "best_sellers": [[_key(key), title, units] for key, title, units in sales.best_sellers],
        "low_stock": [[_key(key), title, number] for key, title, number in compute_low_stock()],
    }
    values = {"content": content, "computed_at": now}
    KeptFigures.objects.update_or_create(name=KeptFigures.DASHBOARD, defaults=values)
    return True


def _orders() -> QuerySet[Any]:
    """Return the orders of the last 90 days, by a range of the indexed column."""
    start = timezone.make_aware(datetime.combine(_first_day(), time.min))
    orders: QuerySet[Any] = get_model("Order").objects.filter(placed_at__gte=start)
    return orders


def _best_sellers() -> list[tuple[Any, str, int]]:
    sold = get_model("OrderItem").objects.filter(order__in=_orders().filter(KEPT).order_by())
    rows = sold.values("product_id", name=F("product__title")).annotate(units=Sum("quantity"))
    best = rows.order_by("-units", "product_id")[:ROWS]
    return [(row["product_id"], row["name"], row["units"]) for row in best]


def _first_day() -> date:
    return timezone.localdate() - timedelta(days=DAYS - 1)


def _key(key: Any) -> Any:
    """Return a primary key as JSON can hold it."""
    return key if isinstance(key, int) else str(key)
