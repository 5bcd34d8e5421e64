"""Checkouts do not wait for the transaction of an import, even if they sell the last unit."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from storefront_store_testapp.threads import together

from storefront_store.interchange.services import Options, import_catalogue
from storefront_store.models import CatalogueVersion, Collection, Order
from storefront_store.services.batching import BATCH_SIZE
from storefront_store.services.checkout import checkout

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]


def test_last_unit_is_sold_during_import(
    write: Any, user: Any, make_product: Any, make_cart: Any, settings: Any
) -> None:
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "LOCK_TIMEOUT": 5}
    product = make_product(inventory=1)
    cart = make_cart((product, 1))
    before = CatalogueVersion.objects.current()
    rows = [
        f"S{number},Product {number},{number}.50,3,{product.collection.title}" for number in range(1, BATCH_SIZE + 2)
    ]
    path = write("\n".join(["sku,title,price,stock,category", *rows]))
    read, sold = 0, []

    def sell_after_the_first_batch(done: int) -> None:
        """The rows of the second batch are read in the transaction that has written the first one."""
        nonlocal read
        read += done
        if read == BATCH_SIZE + 1:
            sold.extend(together([lambda: checkout(user=user, cart_id=cart.pk)]))

    import_catalogue(path, Options(strict=True), advance=sell_after_the_first_batch)

    assert [order.pk for order in sold] == list(Order.objects.values_list("pk", flat=True))
    product.refresh_from_db()
    assert product.inventory == 0
    assert CatalogueVersion.objects.current() > before
    collection = Collection.objects.get(pk=product.collection_id)
    assert (collection.all_products, collection.active_products) == (BATCH_SIZE + 2, BATCH_SIZE + 2)
