"""The index page of the admin shows orders, revenue, best sellers and low stock to users with permission."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from store_custom import dashboard, figures
from store_custom.tasks import refresh_dashboard
from storefront_store.conf import get_model
from storefront_store.services import orders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_revenue_is_shown_by_day(buy: Callable[..., Any]) -> None:
    old, first, second, cancelled = (buy() for _ in range(4))
    get_model("Order").objects.filter(pk=old.pk).update(placed_at=timezone.now() - timedelta(days=figures.DAYS + 1))
    get_model("Order").objects.filter(pk=first.pk).update(placed_at=timezone.now() - timedelta(days=3))
    orders.cancel_order(cancelled.pk)

    days = dashboard.bars_of(figures.compute_sales().days)

    assert len(days) == figures.DAYS
    assert sum(day.revenue for day in days) == first.total + second.total
    assert [day.orders for day in days if day.orders] == [1, 1]
    assert max(day.height for day in days) > 0


def test_failed_payment_is_not_counted_as_revenue(buy: Callable[..., Any]) -> None:
    orders.change_payment_status(buy().pk, "F")

    assert sum(day.revenue for day in figures.compute_sales().days) == Decimal(0)


def test_orders_are_counted_by_state(buy: Callable[..., Any]) -> None:
    placed, paid, shipped, cancelled = (buy() for _ in range(4))
    for order in (paid, shipped):
        orders.change_payment_status(order.pk, "C")
    orders.ship_order(shipped.pk)
    orders.cancel_order(cancelled.pk)

    assert list(figures.compute_sales().states.values()) == [1, 0, 1, 1, 1]
    assert placed.status == "placed"


def test_page_shows_best_sellers_and_low_stock(admin_client: Client, buy: Callable[..., Any]) -> None:
    buy(title="A busy kettle", inventory=3)

    page = admin_client.get("/admin/").content.decode()

    assert page.count("A busy kettle") == 2
    assert page.count("<rect") == figures.DAYS


def test_revenue_is_hidden_without_order_permission(client: Client, create_user: Callable[..., Any]) -> None:
    user = create_user("clerk", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_product"))
    client.force_login(user)

    page = client.get("/admin/").content.decode()

    assert "dashboard-revenue" not in page
    assert "dashboard-stock" in page


def test_number_of_queries_is_constant(buy: Callable[..., Any], admin_user: Any) -> None:
    with CaptureQueriesContext(connection) as few:
        dashboard.figures_for(admin_user)
    for _ in range(5):
        buy()
    with CaptureQueriesContext(connection) as many:
        dashboard.figures_for(admin_user)

    assert len(few) == len(many) <= 5


@pytest.fixture
def large_store(buy: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the orders of a store above the limits for live figures."""
    monkeypatch.setattr(figures, "LIVE_ORDERS", 2)
    monkeypatch.setattr(figures, "LIVE_PRODUCTS", 2)
    return [buy(title=f"Kettle {number}", inventory=4) for number in range(3)]


def test_large_store_shows_stored_figures(
    large_store: list[Any], buy: Callable[..., Any], admin_client: Client
) -> None:
    assert "not computed yet" in admin_client.get("/admin/").content.decode()

    assert refresh_dashboard()
    computed = figures.compute_sales()
    buy(title="A new kettle", inventory=3)
    kept = figures.current_sales()

    assert kept is not None
    assert kept.computed_at is not None
    assert (kept.days, kept.states, kept.best_sellers) == (computed.days, computed.states, computed.best_sellers)
    page = admin_client.get("/admin/").content.decode()
    assert "computed on" in page
    assert "A new kettle" not in page
    assert page.count("Kettle 0") == 2


def test_large_store_page_does_not_aggregate_orders(large_store: list[Any], admin_user: Any) -> None:
    refresh_dashboard()

    with CaptureQueriesContext(connection) as statements:
        dashboard.figures_for(admin_user)

    reading = [row["sql"] for row in statements if "_order" in row["sql"] or "_product" in row["sql"]]
    assert len(statements) <= 4
    assert reading
    assert all("LIMIT 1" in sql and "OFFSET 2" in sql for sql in reading)


def test_small_store_computes_figures_on_request(buy: Callable[..., Any]) -> None:
    buy()

    assert not refresh_dashboard()
    assert figures.kept_sales() is None
    sales = figures.current_sales()
    assert sales is not None
    assert sum(day.orders for day in sales.days) == 1


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="its plans are not compared")
def test_recent_orders_are_found_by_index(buy: Callable[..., Any]) -> None:
    buy()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # the table is small
        plan = figures._orders().order_by().values("pk").explain()

    assert "placed_at" in plan if connection.vendor == "postgresql" else "placed" in plan
    assert "Seq Scan" not in plan
    assert "date(" not in plan.lower()
