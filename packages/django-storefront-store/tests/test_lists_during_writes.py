"""Pages, counts and facets while other transactions change the catalogue: on SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

import os
import random
from collections import Counter
from functools import partial
from typing import Any

import pytest
from rest_framework.test import APIClient
from storefront_store_testapp.threads import together

from storefront_store.models import Collection, Product, ProductGroup
from storefront_store.services.transactions import use_case

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

PRODUCTS = "/store/products/"
FACETS = "/store/products/facets/"
STEPS = 6 * int(os.environ.get("RACE_ROUNDS", "5"))
CHANGED, KEPT = 24, 48  # numbers of products that the writers change, and that nobody changes


@pytest.fixture
def rows() -> list[Product]:
    """Products that stay as they are, in the order of the list, and between them those that change: each third."""
    collections = [Collection.objects.create(title=title) for title in ("Cups", "Lamps")]
    groups = [
        ProductGroup.objects.create(title=f"Group {number}", slug="group", varies_by=["Size"]) for number in range(8)
    ]
    return Product.objects.bulk_create(
        Product(
            title="Some thing",
            slug="thing",
            unit_price=5 + number % 40,
            inventory=number % 4,
            collection=collections[number % 2],
            group=groups[number // 3 % 8] if number % 3 == 2 else None,
            options={"Size": str(number)},
        )
        for number in range(CHANGED + KEPT)
    )


@pytest.fixture
def kept(rows: list[Product]) -> list[int]:
    """The keys of the products that nobody changes."""
    return [row.pk for number, row in enumerate(rows) if number % 3 != 2]


@pytest.fixture
def writers(rows: list[Product]) -> list[Any]:
    """Two functions that change the other products, each half of them."""
    keys = [row.pk for row in rows[2::3]]
    return [partial(change, seed, keys[seed::2]) for seed in (0, 1)]


def change(seed: int, keys: list[int]) -> None:
    """Change prices, stocks, collections, groups, visibility and titles; delete products and add them again."""
    chance = random.Random(seed)
    collections = list(Collection.objects.order_by("pk"))
    for step in range(STEPS):
        key = chance.choice(keys)
        new_key = change_once(step % 6, key, chance.choice(collections), chance.random())
        keys[keys.index(key)] = new_key


@use_case
def change_once(kind: int, key: int, collection: Collection, chance: float) -> int:
    """Change a product, and return its key. MariaDB finds deadlocks between the foreign keys of such writes."""
    product, found = Product.objects.get(pk=key), Product.objects.filter(pk=key)
    if kind == 0:
        found.update(inventory=0 if chance < 0.5 else 5)
    elif kind == 1:
        found.update(is_active=not product.is_active)
    elif kind == 2:
        product.unit_price, product.collection = 7 if chance < 0.5 else 3000, collection
        product.save()
    elif kind == 3:
        found.update(collection=collection, group=None)
    elif kind == 4:
        product.title = "A thing" if chance < 0.5 else "Z thing"
        product.save()
    else:
        product.delete()
        product.pk = None
        product._state.adding = True
        product.save()
    return product.pk


def walk(question: str) -> list[tuple[int, list[int]]]:
    """Read a list by cursor several times; return for each walk the keys."""
    client, walks = APIClient(), []
    for _ in range(2):
        url, seen = f"{PRODUCTS}?page_size=10&pagination=cursor{question}", []
        while url:
            body = client.get(url).json()
            seen += [row["id"] for row in body["results"]]
            url = body["next"]
        walks.append((0, seen))
    return walks


def read_numbered_pages(question: str) -> list[tuple[int, list[int]]]:
    """Read a numbered page and its count several times."""
    client, pages = APIClient(), []
    for _ in range(STEPS // 3):
        body = client.get(f"{PRODUCTS}?page_size=100{question}").json()
        pages.append((body["count"], [row["id"] for row in body["results"]]))
    return pages


def read_facets() -> list[Any]:
    """Read the facets several times."""
    client = APIClient()
    return [client.get(FACETS).json() for _ in range(STEPS // 3)]


def expected_numbers() -> dict[str, Any]:
    """Count independently what the facets of all active products should show."""
    rows = list(Product.objects.filter(is_active=True).values("collection", "inventory", "unit_price", "options"))
    return {
        "count": len(rows),
        "collections": Counter(row["collection"] for row in rows),
        "in_stock": Counter(row["inventory"] > 0 for row in rows),
        "sizes": Counter(row["options"]["Size"] for row in rows),
        "cheap": sum(row["unit_price"] < 10 for row in rows),
    }


def numbers_of_facets(body: dict[str, Any]) -> dict[str, Any]:
    """Return the same numbers from an answer with facets."""
    sizes = next((option["values"] for option in body["options"] if option["name"] == "Size"), [])
    return {
        "count": body["count"],
        "collections": Counter({row["id"]: row["count"] for row in body["collections"]}),
        "in_stock": Counter({value: body["in_stock"][str(value).lower()] for value in (True, False)}),
        "sizes": Counter({row["value"]: row["count"] for row in sizes}),
        "cheap": sum(row["count"] for row in body["prices"] if row["unit_price__gte"] is None),
    }


def test_lists_are_consistent_during_concurrent_writes(kept: list[int], writers: list[Any]) -> None:
    walks = [partial(walk, ""), partial(walk, "&ordering=-unit_price")]
    looks = [partial(read_numbered_pages, ""), partial(read_numbered_pages, "&search=thing")]

    results = together([*writers, *walks, *looks, read_facets])

    for found_walks, order in ((results[2], kept), (results[3], None)):
        for _count, seen in found_walks:
            found = [key for key in seen if key in set(kept)]
            assert sorted(found) == sorted(kept)  # each once, whatever happens around them
            assert order is None or found == order
    for count, seen in [*results[4], *results[5]]:
        assert len(seen) == len(set(seen))
        assert set(kept) <= set(seen)
        assert KEPT <= count <= KEPT + CHANGED
    for body in results[6]:  # the numbers of one answer are of the same moment
        numbers = numbers_of_facets(body)
        assert numbers["count"] == sum(numbers["collections"].values()) == sum(numbers["in_stock"].values())
        assert numbers["count"] == sum(row["count"] for row in body["prices"])


def test_counts_are_correct_after_concurrent_writes(writers: list[Any], api: Any) -> None:
    together([*writers, read_facets, read_facets])

    right = expected_numbers()
    assert numbers_of_facets(api.get(FACETS).json()) == right
    assert numbers_of_facets(api.get(f"{FACETS}?search=t").json()) == right  # counted anew
    pages = {question: api.get(f"{PRODUCTS}?page_size=7{question}").json()["count"] for question in ("", "&search=t")}
    assert set(pages.values()) == {right["count"]}
    shown = {row["id"]: row["products_count"] for row in api.get("/store/collections/").json()}
    assert Counter(shown) == right["collections"]
    collapsed = api.get(f"{PRODUCTS}?variants=collapse&page_size=7").json()["count"]
    active = Product.objects.filter(is_active=True)
    groups = active.filter(group__isnull=False).values("group").distinct().count()
    assert collapsed == groups + active.filter(group__isnull=True).count()
