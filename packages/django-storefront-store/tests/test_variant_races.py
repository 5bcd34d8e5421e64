"""Concurrent orders and changes of variants: on SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

import os
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from rest_framework.test import APIClient
from storefront_store_testapp.threads import together

from storefront_store.models import Collection, OrderItem, Product, ProductGroup, ProductWord
from storefront_store.services import variants

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))


@pytest.fixture
def shirt() -> ProductGroup:
    return ProductGroup.objects.create(title="Shirt", slug="shirt", varies_by=["Size"])


def post_order(client: Any, cart: Any) -> Any:
    return client.post("/store/orders/", {"cart_id": str(cart.pk)})


def test_last_unit_of_variant_is_sold_once(
    shirt: ProductGroup, make_user: Any, log_in: Any, make_product: Any, make_cart: Any
) -> None:
    clients = [log_in(make_user()) for _ in range(8)]
    for number in range(ROUNDS):
        last = make_product(group=shirt, options={"Size": f"M{number}"}, inventory=1)
        many = make_product(group=shirt, options={"Size": f"L{number}"}, inventory=100)
        wanted = [make_cart((last, 1)) if place % 2 else make_cart((many, 1)) for place in range(8)]

        answers = together([partial(post_order, *pair) for pair in zip(clients, wanted, strict=True)])

        statuses = [answer.status_code for answer in answers]
        assert (sorted(statuses[1::2]), statuses[::2]) == ([201, 409, 409, 409], [201] * 4)
        stock = dict(Product.objects.filter(pk__in=[last.pk, many.pk]).values_list("pk", "inventory"))
        assert stock == {last.pk: 0, many.pk: 96}
        assert OrderItem.objects.filter(product=last).count() == 1
        facets = APIClient().get(f"/store/products/facets/?group={shirt.pk}").json()
        assert facets["in_stock"] == {"true": number + 1, "false": number + 1}


def test_concurrent_products_with_same_options_are_created_once(shirt: ProductGroup, staff: Any, log_in: Any) -> None:
    collection = Collection.objects.create(title="Shirts")
    for number in range(ROUNDS):
        body = {
            "title": "Shirt",
            "slug": "shirt",
            "unit_price": 9,
            "inventory": 1,
            "collection": collection.pk,
            "group": shirt.pk,
            "options": {"Size": f"M{number}"},
        }

        answers = together([partial(log_in(staff).post, "/store/products/", body, format="json") for _ in range(6)])

        statuses = sorted(answer.status_code for answer in answers)
        assert statuses[0] == 201
        assert set(statuses[1:]) <= {400, 409}
        assert shirt.products.count() == number + 1


def test_concurrent_make_variants_creates_each_variant_once(shirt: ProductGroup) -> None:
    collection = Collection.objects.create(title="Shirts")
    template = Product(title="Shirt", slug="shirt", unit_price=Decimal(9), inventory=0, collection=collection)
    values = {"Size": ["S", "M", "L", "XL"]}

    made = together([partial(variants.make_variants, shirt, values, template=template) for _ in range(6)])

    assert sorted(map(len, made)) == [0, 0, 0, 0, 0, 4]
    assert shirt.products.count() == 4


def test_search_words_are_correct_after_concurrent_title_changes(shirt: ProductGroup, make_product: Any) -> None:
    product = make_product(group=shirt, options={"Size": "M"}, title="Start")

    def rename(number: int) -> None:
        for step in range(5):
            row = Product.objects.get(pk=product.pk)
            row.title = f"Name{number}x{step}"
            row.save()

    def rename_group(number: int) -> None:
        for step in range(5):
            group = ProductGroup.objects.get(pk=shirt.pk)
            group.title = f"Group{number}x{step}"
            group.save()

    together(
        [*(partial(rename, number) for number in range(3)), *(partial(rename_group, number) for number in range(2))]
    )

    assert Product.objects.refresh_search_text(dry_run=True) == 0
    assert set(ProductWord.objects.values_list("product", flat=True)) == {product.pk}


def test_lists_are_complete_during_concurrent_stock_changes(shirt: ProductGroup, make_product: Any) -> None:
    collection = Collection.objects.create(title="Shirts")
    groups = [ProductGroup.objects.create(title=f"G{number}", slug="g", varies_by=["Size"]) for number in range(6)]
    products = [
        make_product(
            title=f"P{number:02}", group=groups[number % 6], options={"Size": str(number)}, collection=collection
        )
        for number in range(30)
    ]

    def sell() -> None:
        for step in range(60):
            Product.objects.filter(pk=products[step % 30].pk).update(inventory=step % 2)

    def read() -> list[tuple[int, int]]:
        client = APIClient()
        seen = []
        for _ in range(10):
            page = client.get("/store/products/?variants=collapse&page_size=100").json()
            seen.append((page["count"], len({row["group"] for row in page["results"]})))
        return seen

    results: list[Any] = together([sell, read, read])

    assert {pair for seen in results[1:] for pair in seen} == {(6, 6)}
