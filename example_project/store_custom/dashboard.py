"""What the index page of the admin shows: orders and revenue of 90 days, orders by state, best sellers, low stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from store_custom.figures import STATES, Day, Sales, current_low_stock, current_sales
from storefront_store.conf import app_settings

WIDTH: Final = 720  # of the chart, in SVG units
HEIGHT: Final = 160


@dataclass(frozen=True, slots=True)
class Bar:
    """A day of the chart, with the position of its bar."""

    day: date
    orders: int
    revenue: Decimal
    x: float
    y: float
    height: float


def bars_of(days: list[Day]) -> list[Bar]:
    """Return the bars of the chart."""
    highest = max((day.revenue for day in days), default=Decimal(0)) or Decimal(1)
    bars = []
    for number, day in enumerate(days):
        height = float(day.revenue / highest) * (HEIGHT - 10)
        x = number * WIDTH / len(days)
        bars.append(
            Bar(day.day, day.orders, day.revenue, round(x, 2), round(HEIGHT - height, 2), round(height, 2)),
        )
    return bars


def figures_for(user: Any) -> dict[str, Any]:
    """Return the figures that a user may see, depending on the permissions for orders and products."""
    figures: dict[str, Any] = {"currency": app_settings.CURRENCY, "width": WIDTH, "height": HEIGHT}
    if user.has_perm("storefront_store.view_order"):
        sales = current_sales()
        figures |= {"shows_sales": True, "is_missing": sales is None} | (_shown(sales) if sales else {})
    if user.has_perm("storefront_store.view_product"):
        figures |= {"shows_stock": True, "low_stock": current_low_stock()}
    return figures


def _shown(sales: Sales) -> dict[str, Any]:
    return {
        "days": bars_of(sales.days),
        "orders": sum(day.orders for day in sales.days),
        "revenue": sum((day.revenue for day in sales.days), Decimal(0)),
        "bar": round(WIDTH / max(len(sales.days), 1) * 0.75, 2),
        "states": [(label, sales.states[name]) for name, (label, _condition) in STATES.items()],
        "best_sellers": sales.best_sellers,
        "computed_at": sales.computed_at,
    }
