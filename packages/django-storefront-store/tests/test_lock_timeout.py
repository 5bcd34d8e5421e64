"""A request that waits for somebody else's lock is answered within ``LOCK_TIMEOUT``."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections, transaction
from storefront_store_testapp.answers import code_of
from storefront_store_testapp.threads import PATIENCE, together

from storefront_store.models import Product

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def locked(make_product: Any) -> Iterator[Any]:
    """A product whose row another transaction has locked until the test ends."""
    product, held, done = make_product(inventory=5), threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Product.objects.select_for_update().get(pk=product.pk)
                held.set()
                done.wait(PATIENCE)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(PATIENCE)
    yield product
    done.set()
    thread.join(PATIENCE)


@pytest.mark.skipif(connection.vendor not in {"postgresql", "mysql"}, reason="SQLite locks files, for its own timeout")
def test_write_to_locked_row_is_503(locked: Any, as_staff: Any, settings: Any) -> None:
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "LOCK_TIMEOUT": 1}
    url = f"/store/products/{locked.pk}/"

    # In a thread of its own, because the limit is set when a connection opens.
    [answer] = together([lambda: as_staff.patch(url, {"unit_price": "1.00"})])

    assert code_of(answer) == (503, "busy")
    assert answer["Retry-After"] == "1"
    assert Product.objects.get(pk=locked.pk).unit_price == locked.unit_price
