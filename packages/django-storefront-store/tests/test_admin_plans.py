"""Pages of the admin find their rows by an index, and read no more of a large table than they show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from storefront_store.admin.hardening import BoundedPaginator
from storefront_store.models import Cart, Collection, Customer, Order, OrderEvent, Product, Review

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor not in ('postgresql', 'mysql')", reason="others do not count the rows"),
]

ROWS = 2_000
SHOWN = 50
MODELS = (Order, OrderEvent, Review, Cart, Customer, get_user_model())


@pytest.fixture(scope="module")
def large_store(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Fill the tables; the rows are committed, so that all tests of the module use them, and taken away again."""
    with django_db_blocker.unblock():
        now = timezone.now()
        users = [get_user_model()(username=f"user-{n}", first_name="Ann" if n % 2 else "Bob") for n in range(ROWS)]
        get_user_model().objects.bulk_create(users)
        Customer.objects.bulk_create(
            Customer(membership="G" if not n % 500 else "B", user=users[n]) for n in range(ROWS)
        )
        buyers = list(Customer.objects.all())
        Order.objects.bulk_create(
            Order(
                customer=buyers[n],
                payment_status="F" if not n % 500 else "C",
                cancelled_at=now if not n % 400 else None,
                shipped_at=now if n % 400 and n > 20 else None,
            )
            for n in range(ROWS)
        )
        for number, order in enumerate(Order.objects.order_by("pk")[:20]):
            Order.objects.filter(pk=order.pk).update(placed_at=now - timedelta(days=number))
        kinds = (OrderEvent.SHIPPED, OrderEvent.PLACED)
        OrderEvent.objects.bulk_create(OrderEvent(event=kinds[bool(n % 400)], order_number=n) for n in range(ROWS))
        Cart.objects.bulk_create(Cart() for _ in range(ROWS))
        product = Product.objects.create(
            title="Mug", slug="mug", unit_price=5, collection=Collection.objects.create(title="Kitchen")
        )
        Review.objects.bulk_create(
            Review(product=product, name="Ann", description="Good", is_hidden=not n % 400, rating=1 if n % 400 else 5)
            for n in range(ROWS)
        )
        with connection.cursor() as cursor:
            tables = ", ".join(model._meta.db_table for model in MODELS)
            cursor.execute(f"ANALYZE {'TABLE ' if connection.vendor == 'mysql' else ''}{tables}")
        yield
        call_command("flush", verbosity=0, interactive=False)


def rows_read(sql: str) -> int:
    """Return how many rows a statement reads from its tables and indexes."""
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            cursor.execute(f"ANALYZE FORMAT=JSON {sql}")
            return mariadb_rows_of(json.loads(cursor.fetchone()[0]))
        for plan in ("seqscan", "hashjoin", "mergejoin"):  # tables of this size are read whole, not so large ones
            cursor.execute(f"SET LOCAL enable_{plan} = off")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        [plan] = cursor.fetchone()
        return rows_of((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])


def rows_of(node: dict[str, Any]) -> int:
    below = sum(rows_of(child) for child in node.get("Plans", []))
    if "Relation Name" not in node:
        return below
    read = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return below + int(node["Actual Loops"] * read)


def mariadb_rows_of(node: Any) -> int:
    if isinstance(node, list):
        return sum(mariadb_rows_of(child) for child in node)
    if not isinstance(node, dict):
        return 0
    own = (node.get("r_rows") or 0) * (node.get("r_loops") or 0) if "table_name" in node else 0
    return int(own) + sum(mariadb_rows_of(child) for child in node.values())


@pytest.mark.parametrize(
    "page",
    [
        "order/",
        "order/?p=2",
        "order/?o=-2",
        "order/?o=6",
        "order/?status=placed",
        "order/?status=cancelled",
        "order/?payment_status__exact=F",
        "order/?q=17",
        "orderevent/",
        "orderevent/?event__exact=shipped",
        "orderevent/?q=17",
        "cart/",
        "cart/?o=3",
        "review/",
        "review/?is_hidden__exact=1",
        "review/?rating=5",
        "customer/",
        "order/?q=ann",
        "order/?q=user-1",
        "customer/?q=ann",
        "review/?q=nothing",
        "review/?q=goo",
        "review/?q=goo&o=2",
    ],
)
@pytest.mark.usefixtures("large_store")
def test_page_reads_few_rows(page: str, admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "mysql" and "q=" not in page:
        pytest.skip("sorts tables of this size, but not large ones")
    monkeypatch.setattr(BoundedPaginator, "max_rows", SHOWN)
    with CaptureQueriesContext(connection) as statements:
        answer = admin_client.get(f"/admin/storefront_store/{page}")

    assert answer.status_code == 200
    selects = [row["sql"] for row in statements if row["sql"].startswith("SELECT")]
    read = {sql: rows_read(sql) for sql in selects}
    assert max(read.values()) < ROWS / 4, max(read.items(), key=lambda pair: pair[1])
