"""Reversing to the first migration is refused while there are rows that could not be migrated forwards again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from storefront_store.models import Cart, Collection, Product

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def migrate(*target: str) -> None:
    call_command("migrate", *target, verbosity=0)


def columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return {column.name for column in connection.introspection.get_table_description(cursor, table)}


@pytest.fixture(autouse=True)
def _forwards_again() -> Iterator[None]:
    yield
    migrate()


def test_reversal_with_rows_is_refused_and_keeps_them(make_product: Callable[..., Product]) -> None:
    product = make_product(unit_price=Decimal("9.99"))

    with pytest.raises(CommandError, match=r"Collection, storefront_store\.Product\. .*storefront_store zero"):
        migrate("storefront_store", "0001")

    migrate()
    kept = Product.objects.get()
    assert (kept, kept.collection_id, kept.unit_price) == (product, product.collection_id, Decimal("9.99"))


def test_reversal_is_refused_for_row_of_any_table() -> None:
    Cart.objects.create()

    with pytest.raises(CommandError, match="Cart"):
        migrate("storefront_store", "0001")


def test_empty_tables_migrate_backwards_and_forwards(make_product: Callable[..., Product]) -> None:
    migrate("storefront_store", "0001")
    assert "collection_id" not in columns("storefront_store_product")

    migrate()

    assert make_product().collection_id


def test_migrating_to_zero_removes_tables_with_rows(make_product: Callable[..., Product]) -> None:
    make_product()

    migrate("storefront_store", "zero")
    assert not [name for name in connection.introspection.table_names() if name.startswith("storefront_store_product")]

    migrate()

    assert not Collection.objects.exists()
    assert make_product().collection_id
