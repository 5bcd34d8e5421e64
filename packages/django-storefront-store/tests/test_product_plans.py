"""Lists, filters and searches of products are served by indexes, not by reading the table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from storefront_store.models import Collection, Product, ProductGroup

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="its plans are not compared"),
]

ROWS = 3_000


@pytest.fixture(scope="module")
def collection(django_db_setup: None, django_db_blocker: Any) -> Iterator[Collection]:
    """One of many collections; its rows are committed, as MariaDB ends a transaction at ANALYZE, and later deleted."""
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)  # what other tests left behind makes indexes larger
        shelves = [Collection.objects.create(title=f"Shelf {number}") for number in range(30)]
        groups = ProductGroup.objects.bulk_create(
            ProductGroup(title=f"Group {number}", slug="g") for number in range(ROWS // 3)
        )
        Product.objects.bulk_create(
            Product(
                title=f"Product {number:05}",
                slug="p",
                sku=f"SKU-{number:05}",
                unit_price=1 + number % 500,
                collection=shelves[number // 3 % 30],
                inventory=number % 7,
                group=groups[number // 3] if number % 60 else None,
                options={"Number": str(number // 3), "Part": str(number % 3)},
            )
            for number in range(ROWS)
        )
        with connection.cursor() as cursor:
            names = ("product", "productgroup", "productword", "searchword")
            tables = ", ".join(f"storefront_store_{name}" for name in names)
            cursor.execute(f"{'ANALYZE TABLE' if connection.vendor == 'mysql' else 'VACUUM ANALYZE'} {tables}")
        yield shelves[0]
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(autouse=True)
def random_pages(db: None) -> None:
    """Let PostgreSQL read random pages at the cost of a solid-state disk, or it would read such small tables whole."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL random_page_cost = 1.1")


def scans_table(plan: str) -> bool:
    if connection.vendor == "postgresql":
        return bool(re.search(r"Seq Scan on storefront_store_product(word|group)?\b", plan))
    return bool(re.search(r"storefront_store_product(word|group)?\b.*\bALL\b", plan))


def plan_of(read: Callable[[], object]) -> str:
    with CaptureQueriesContext(connection) as statements:
        read()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statements[0]['sql']}")
        return "\n".join(" ".join(map(str, row)) for row in cursor.fetchall())


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
def test_pages_use_indexes(page: Any, collection: Collection) -> None:
    rows = page(Product.objects.active(), collection)

    plan = rows[:11].explain()

    assert list(rows[:11])
    assert not scans_table(plan), plan


@pytest.mark.parametrize("text", ["product", "product shelf"])
@pytest.mark.parametrize("number", [11, ROWS], ids=["page", "all"])
def test_many_results_are_read_by_key(text: str, number: int, collection: Collection) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("other databases may read a small table")
    found = Product.objects.active().search(text).by_relevance()[:number]

    plan = found.explain()

    assert len(found) == number
    assert not scans_table(plan), plan


@pytest.mark.parametrize("column", ["title_key", "-title_key", "unit_price", "-unit_price", "-last_update"])
@pytest.mark.parametrize(
    "part",
    [
        lambda products, shelf: products,
        lambda products, shelf: products.in_stock(),
        lambda products, shelf: products.filter(collection__pk__in=[shelf.pk]).in_stock(),
    ],
    ids=["all", "in stock", "shelf"],
)
def test_collapsed_page_uses_index(part: Any, column: str, collection: Collection) -> None:
    order = (column, "-pk" if column.startswith("-") else "pk")
    rows = part(Product.objects.active(), collection).collapse().order_by(*order)

    first, keys = rows.collapsed_before(16)[:11], rows.collapsed_until(256, ["id", column.lstrip("-")])[200:211]

    for plan in (plan_of(lambda: list(first)), plan_of(lambda: list(keys))):
        assert not scans_table(plan), plan


def test_groups_with_variants_in_several_collections_are_read_from_indexes_alone(collection: Collection) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the plans of other databases do not name such scans")
    shelf = Product.objects.active().filter(collection__pk__in=[collection.pk])
    rows = shelf.collapse().order_by("title_key", "pk").collapsed_until(16, ["id", "title_key"])

    plan = plan_of(lambda: list(rows))

    assert re.search(r"Index Only Scan using storefront__group_i_\w+ on storefront_store_product ", plan), plan
    assert len(re.findall(r"Index Only Scan using \w+ on storefront_store_productgroup ", plan)) == 2, plan


def test_facet_counts_use_indexes(collection: Collection) -> None:
    products = Product.objects.active().filter(collection__in=[collection.pk])

    plan = plan_of(lambda: list(products.count_by_facets([])))

    assert not scans_table(plan), plan


def test_products_count_of_collections_does_not_query_products(collection: Collection) -> None:
    assert 'product"' not in str(Collection.objects.with_products_count().query)


def test_table_scan_is_detected(collection: Collection) -> None:
    assert scans_table(Product.objects.order_by("description", "slug")[:11].explain())
