"""Lists, filters and searches of products are served by indexes, not by reading the table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from storefront_store.models import Collection, Product

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="its plans are not compared"),
]

ROWS = 3_000


@pytest.fixture(scope="module")
def collection(django_db_setup: None, django_db_blocker: Any) -> Iterator[Collection]:
    """A shelf of many; its rows are committed, since MariaDB ends a transaction at ANALYZE, and taken away again."""
    with django_db_blocker.unblock():
        shelves = [Collection.objects.create(title=f"Shelf {number}") for number in range(30)]
        Product.objects.bulk_create(
            Product(
                title=f"Product {number:05}",
                slug="p",
                sku=f"SKU-{number:05}",
                unit_price=1 + number % 500,
                collection=shelves[number % 30],
                inventory=number % 7,
                options={"Number": str(number // 3)},
            )
            for number in range(ROWS)
        )
        with connection.cursor() as cursor:
            tables = "storefront_store_product, storefront_store_productword, storefront_store_searchword"
            cursor.execute(f"ANALYZE {'TABLE ' * (connection.vendor == 'mysql')}{tables}")
        yield shelves[0]
        call_command("flush", verbosity=0, interactive=False)


def reads_the_table(plan: str) -> bool:
    if connection.vendor == "postgresql":
        return bool(re.search(r"Seq Scan on storefront_store_product(word)?\b", plan))
    return bool(re.search(r"storefront_store_product(word)?\b.*\bALL\b", plan))


@pytest.mark.parametrize(
    "page",
    [
        lambda products, shelf: products,
        lambda products, shelf: products.order_by("-title_key", "-pk"),
        lambda products, shelf: products.order_by("unit_price", "pk"),
        lambda products, shelf: products.order_by("-last_update", "-pk"),
        lambda products, shelf: products.filter(collection=shelf),
        lambda products, shelf: products.filter(collection=shelf, unit_price__gte=10).order_by("unit_price", "pk"),
        lambda products, shelf: products.search("00017").by_relevance(),
        lambda products, shelf: products.search("product 00017").by_relevance(),
        lambda products, shelf: products.search("sku-001").by_relevance(),
        lambda products, shelf: products.with_option("Number", ["7"]),
        lambda products, shelf: products.collapse(),
        lambda products, shelf: products.filter(unit_price__gt=0).collapse(),
        lambda products, shelf: products.in_stock(),
        lambda products, shelf: products.out_of_stock().filter(collection=shelf),
    ],
    ids=[
        "title",
        "title backwards",
        "price",
        "update",
        "shelf",
        "shelf and price",
        "search",
        "words",
        "beginning of a SKU",
        "option",
        "collapsed",
        "compared",
        "in stock",
        "shelf and out of stock",
    ],
)
def test_a_page_is_read_by_index(page: Any, collection: Collection) -> None:
    rows = page(Product.objects.active(), collection)

    plan = rows[:11].explain()

    assert list(rows[:11])
    assert not reads_the_table(plan), plan


@pytest.mark.parametrize("text", ["product", "product shelf"])
@pytest.mark.parametrize("number", [11, ROWS], ids=["page", "all"])
def test_many_results_are_read_by_key(text: str, number: int, collection: Collection) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("other databases may read a small table")
    found = Product.objects.active().search(text).by_relevance()[:number]

    plan = found.explain()

    assert len(found) == number
    assert not reads_the_table(plan), plan


def test_a_changed_part_is_counted_by_index(collection: Collection) -> None:
    products = Product.objects.active().filter(collection__in=[collection.pk])

    with CaptureQueriesContext(connection) as statements:
        list(products.count_by_facets([]))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statements[0]['sql']}")
        plan = "\n".join(" ".join(map(str, row)) for row in cursor.fetchall())

    assert not reads_the_table(plan), plan


def test_collections_know_their_numbers(collection: Collection) -> None:
    assert 'product"' not in str(Collection.objects.with_products_count().query)


def test_an_order_without_an_index_is_noticed(collection: Collection) -> None:
    assert reads_the_table(Product.objects.order_by("description", "slug")[:11].explain())
