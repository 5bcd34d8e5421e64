"""Figures for the index page of the admin: orders and revenue of 90 days, orders by state, best sellers, low stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from storefront_store.conf import app_settings, get_model

DAYS: Final = 90
ROWS: Final = 5
LOW_STOCK: Final = 5
WIDTH: Final = 720  # of the chart, in SVG units
HEIGHT: Final = 160
EARNING: Final = ~Q(payment_status__in=["F", "R"])  # excludes failed and refunded payments


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the chart.

    Attributes:
        day: The date.
        orders: The number of orders without cancelled ones.
        revenue: The revenue of these orders.
        x, y, height: The position of its bar.
    """

    day: date
    orders: int
    revenue: Decimal
    x: float = 0
    y: float = 0
    height: float = 0


def revenue_by_day() -> list[Day]:
    """Return the last 90 days with the bars of the chart, in one query."""
    today = timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    rows = (
        get_model("Order")
        .objects.filter(placed_at__date__gte=first, cancelled_at__isnull=True, currency=app_settings.CURRENCY)
        .annotate(day=TruncDate("placed_at"))
        .order_by("day")
        .values("day")
        .annotate(orders=Count("pk"), revenue=Sum("total", filter=EARNING, default=Decimal(0)))
    )
    found = {row["day"]: row for row in rows}
    highest = max((row["revenue"] for row in found.values()), default=Decimal(0)) or Decimal(1)
    days = []
    for number in range(DAYS):
        day = first + timedelta(days=number)
        row = found.get(day, {"orders": 0, "revenue": Decimal(0)})
        height = float(row["revenue"] / highest) * (HEIGHT - 10)
        x = number * WIDTH / DAYS
        days.append(Day(day, row["orders"], row["revenue"], round(x, 2), round(HEIGHT - height, 2), round(height, 2)))
    return days


def orders_by_state() -> list[tuple[str | Promise, int]]:
    """Return the number of orders by state, in one query."""
    is_open = Q(cancelled_at__isnull=True, shipped_at__isnull=True)
    counts = get_model("Order").objects.aggregate(
        unpaid=Count("pk", filter=is_open & Q(payment_status="P")),
        failed=Count("pk", filter=is_open & Q(payment_status="F")),
        to_ship=Count("pk", filter=is_open & Q(payment_status="C")),
        shipped=Count("pk", filter=Q(shipped_at__isnull=False)),
        cancelled=Count("pk", filter=Q(cancelled_at__isnull=False)),
    )
    labels = {
        "unpaid": _("Payment pending"),
        "failed": _("Payment failed"),
        "to_ship": _("Paid, to be shipped"),
        "shipped": _("Shipped"),
        "cancelled": _("Cancelled"),
    }
    return [(label, counts[name]) for name, label in labels.items()]


def best_sellers() -> list[dict[str, Any]]:
    """Return the best-selling products of the last 90 days, in one query."""
    since = timezone.now() - timedelta(days=DAYS)
    sold = get_model("OrderItem").objects.filter(order__placed_at__gte=since, order__cancelled_at__isnull=True)
    rows = sold.values("product_id", name=F("product__title")).annotate(units=Sum("quantity"))
    return list(rows.order_by("-units", "product_id")[:ROWS])


def low_stock() -> list[Any]:
    """Return the products on sale with a low inventory, in one query."""
    products = get_model("Product").objects.active().filter(inventory__lte=LOW_STOCK)
    return list(products.order_by("inventory", "pk")[:ROWS])


def figures_for(user: Any) -> dict[str, Any]:
    """Return the figures that a user may see, depending on the permissions for orders and products."""
    figures: dict[str, Any] = {"currency": app_settings.CURRENCY, "width": WIDTH, "height": HEIGHT}
    if user.has_perm("storefront_store.view_order"):
        days = revenue_by_day()
        figures |= {
            "days": days,
            "orders": sum(day.orders for day in days),
            "revenue": sum((day.revenue for day in days), Decimal(0)),
            "bar": round(WIDTH / DAYS * 0.75, 2),
            "states": orders_by_state(),
            "best_sellers": best_sellers(),
        }
    if user.has_perm("storefront_store.view_product"):
        figures["low_stock"] = low_stock()
    return figures
