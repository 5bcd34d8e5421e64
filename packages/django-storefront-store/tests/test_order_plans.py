"""The orders of a customer are read by the index of the customer, not by reading those of all customers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from storefront_store.models import Order

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="MariaDB ends a transaction at ANALYZE"),
]

OTHERS = 2_000


def test_orders_of_customer_with_old_ones_are_read_by_index(make_user: Any) -> None:
    user, other = make_user(), make_user()
    now = timezone.now()
    amounts: dict[str, Any] = {"subtotal": 1, "tax": 0, "total": 1, "currency": "USD"}
    Order.objects.bulk_create(Order(customer=other.customer, **amounts) for _ in range(OTHERS))
    mine = Order.objects.bulk_create(Order(customer=user.customer, **amounts) for _ in range(50))
    Order.objects.filter(customer=user.customer).update(placed_at=now - timedelta(days=900))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE storefront_store_order, storefront_store_customer")
    (index,) = (each.name for each in Order._meta.indexes if each.fields[0] == "customer")

    found = Order.objects.visible_to(user)[:101]

    assert index in found.explain()
    assert [order.pk for order in found] == [order.pk for order in reversed(mine)]
