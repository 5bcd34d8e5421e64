from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from storefront_store.models import Product, SearchWord

INDEX = "storefront_store_search_trgm"

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def has_index() -> bool:
    with connection.cursor() as cursor:
        return INDEX in connection.introspection.get_constraints(cursor, SearchWord._meta.db_table)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL only")
class TestOnPostgreSQL:
    def test_search_can_use_trigram_index(self, make_product: Any) -> None:
        make_product(title="Copper Kettle")

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("DROP INDEX storefront_store_word_kind")  # which is cheaper, or not, for so few words
            plan = SearchWord.objects.filter(kind=SearchWord.Kind.TEXT, word__contains="ettl").explain()
            transaction.set_rollback(True)

        assert INDEX in plan
        assert [product.title for product in Product.objects.search("ettl")] == ["Copper Kettle"]

    def test_migration_is_reversible(self) -> None:
        call_command("migrate", "storefront_store_postgres", "zero", verbosity=0)
        without = has_index()
        call_command("migrate", "storefront_store_postgres", verbosity=0)

        assert (without, has_index()) == (False, True)


@pytest.mark.skipif("connection.vendor == 'postgresql'", reason="the other databases")
def test_index_is_not_created_on_other_databases() -> None:
    assert not has_index()
