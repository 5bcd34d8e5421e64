"""Key figures for the index page of the admin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth import get_permission_codename
from django.db import router
from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from storefront_store.admin.base import changelist_url
from storefront_store.conf import app_settings, get_model
from storefront_store.databases import has_table
from storefront_store.models import AbstractOrder

DAYS: Final = (30, 7, 1)  # the periods of the revenue, of which the longest one with few enough orders is shown
MAX_ROWS: Final = 10_000  # orders or products that are read for a figure


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure on the dashboard.

    Attributes:
        label: The label of the figure.
        value: The formatted number.
        url: The URL of the list of the counted rows; empty if there is none.
        alert: Whether the figure needs attention.
    """

    label: str
    value: str
    url: str = ""
    alert: bool = False


def figures(user: Any, site_name: str | None = None) -> list[Figure]:
    """Return the figures that ``user`` may see, with at most four queries.

    The figures are read for each page, so their cost is bounded: shops with many orders see the revenue of fewer days,
    and the number of products with low stock is left out in shops with more than 10,000 products.

    Args:
        user: The user. Figures of orders and products require the permission to view them.
        site_name: The name of the admin site for links.
    """
    shown: list[Figure] = []
    if not has_table(get_model("Order"), router.db_for_read(get_model("Order"))):
        return shown  # a schema without the store's tables, such as the public one of a multi-tenant project
    if _may_view(user, get_model("Order")):
        shown += _order_figures(site_name)
    if _may_view(user, get_model("Product")):
        shown += _low_stock(site_name)
    return shown


def _may_view(user: Any, model: Any) -> bool:
    label = model._meta.app_label
    return any(
        user.has_perm(f"{label}.{get_permission_codename(action, model._meta)}") for action in ("view", "change")
    )


def _order_figures(site_name: str | None) -> Iterator[Figure]:
    today = _midnight()
    days, start = _period(today)
    earning = ~Q(payment_status__in=[AbstractOrder.PAYMENT_STATUS_FAILED, AbstractOrder.PAYMENT_STATUS_REFUNDED])
    rows = (
        get_model("Order")
        ._default_manager.kept()
        .filter(placed_at__gte=start)
        .order_by("currency")
        .values("currency")
        .annotate(
            placed=Count("pk", filter=Q(placed_at__gte=today)),
            today=Sum("total", filter=earning & Q(placed_at__gte=today)),
            period=Sum("total", filter=earning),
        )
    )
    rows = list(rows)
    orders = get_model("Order")
    since = changelist_url(site_name, orders, placed_at__gte=today.isoformat(sep=" "), status="kept")
    yield Figure(_("Orders today"), number_format(sum(row["placed"] for row in rows), force_grouping=True), since)
    yield Figure(_("Revenue today"), _amounts(rows, "today"), since)
    if days > 1:
        url = changelist_url(site_name, orders, placed_at__gte=start.isoformat(sep=" "), status="kept")
        label = _("Revenue, last %(days)s days") % {"days": days}
        yield Figure(label, _amounts(rows, "period"), url)


def _period(today: datetime) -> tuple[int, datetime]:
    """Return the number of days of the revenue, and the beginning of the first of them."""
    starts = [(days, today - timedelta(days=days - 1)) for days in DAYS]
    placed = get_model("Order")._default_manager.filter(placed_at__gte=starts[0][1]).order_by("-placed_at")
    past = placed.values_list("placed_at", flat=True)[MAX_ROWS : MAX_ROWS + 1]
    limit = next(iter(past), None)  # when the first order was placed that is not read
    return next(((days, start) for days, start in starts if limit is None or start > limit), starts[-1])


def _amounts(rows: list[dict[str, Any]], name: str) -> str:
    amounts = {row["currency"]: row[name] for row in rows if row[name]} or {app_settings.CURRENCY: 0}
    return " + ".join(
        f"{number_format(amount, decimal_pos=2, force_grouping=True)} {currency}"
        for currency, amount in amounts.items()
    )


def _low_stock(site_name: str | None) -> Iterator[Figure]:
    products = get_model("Product")
    if products._default_manager.order_by().values("pk")[MAX_ROWS : MAX_ROWS + 1]:
        return
    number = products._default_manager.active().low_stock().count()
    url = changelist_url(site_name, products, inventory=f"<{app_settings.LOW_STOCK}", is_active__exact=1)
    yield Figure(_("Low stock"), number_format(number, force_grouping=True), url, alert=number > 0)


def _midnight() -> datetime:
    now = timezone.now()
    local = timezone.localtime(now) if timezone.is_aware(now) else now
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
