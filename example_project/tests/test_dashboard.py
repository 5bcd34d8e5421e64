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

from store_custom import dashboard
from storefront_store.conf import get_model
from storefront_store.services import orders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_revenue_is_shown_by_day(buy: Callable[..., Any]) -> None:
    old, first, second, cancelled = (buy() for _ in range(4))
    get_model("Order").objects.filter(pk=old.pk).update(placed_at=timezone.now() - timedelta(days=dashboard.DAYS + 1))
    get_model("Order").objects.filter(pk=first.pk).update(placed_at=timezone.now() - timedelta(days=3))
    orders.cancel_order(cancelled.pk)

    days = dashboard.revenue_by_day()

    assert len(days) == dashboard.DAYS
    assert sum(day.revenue for day in days) == first.total + second.total
    assert [day.orders for day in days if day.orders] == [1, 1]
    assert max(day.height for day in days) > 0


def test_money_that_did_not_come_is_no_revenue(buy: Callable[..., Any]) -> None:
    orders.change_payment_status(buy().pk, "F")

    assert sum(day.revenue for day in dashboard.revenue_by_day()) == Decimal(0)


def test_orders_are_counted_by_state(buy: Callable[..., Any]) -> None:
    placed, paid, shipped, cancelled = (buy() for _ in range(4))
    for order in (paid, shipped):
        orders.change_payment_status(order.pk, "C")
    orders.ship_order(shipped.pk)
    orders.cancel_order(cancelled.pk)

    assert [number for _, number in dashboard.orders_by_state()] == [1, 0, 1, 1, 1]
    assert placed.status == "placed"


def test_the_page_shows_what_sells_and_what_runs_out(admin_client: Client, buy: Callable[..., Any]) -> None:
    buy(title="A busy kettle", inventory=3)

    page = admin_client.get("/admin/").content.decode()

    assert page.count("A busy kettle") == 2
    assert page.count("<rect") == dashboard.DAYS


def test_who_may_see_no_orders_sees_no_revenue(client: Client, create_user: Callable[..., Any]) -> None:
    user = create_user("clerk", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_product"))
    client.force_login(user)

    page = client.get("/admin/").content.decode()

    assert "dashboard-revenue" not in page
    assert "dashboard-stock" in page


def test_the_number_of_statements_does_not_grow(buy: Callable[..., Any], admin_user: Any) -> None:
    with CaptureQueriesContext(connection) as few:
        dashboard.figures_for(admin_user)
    for _ in range(5):
        buy()
    with CaptureQueriesContext(connection) as many:
        dashboard.figures_for(admin_user)

    assert len(few) == len(many) <= 4
