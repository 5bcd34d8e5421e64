"""Lists that show one product of each group: the same rows on every page, whatever statement reads them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from storefront_store.models import Collection, Product, ProductGroup
from storefront_store.services.summaries import refresh_summaries

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PAGE_SIZE = 35  # the last pages begin beyond the row from which keys are read first


@pytest.fixture
def products() -> list[Product]:
    """150 groups of one to three variants, and 60 products without a group, in a random order of titles."""
    chance = random.Random(5)
    collections = [Collection.objects.create(title=title) for title in ("Cups", "Lamps")]
    groups = ProductGroup.objects.bulk_create(
        ProductGroup(title=f"Group {number}", slug="group", varies_by=["Size"]) for number in range(150)
    )
    owners = [*(group for group in groups for _ in range(chance.randint(1, 3))), *[None] * 60]
    chance.shuffle(owners)
    Product.objects.bulk_create(
        Product(
            title=f"Thing {chance.randint(0, 250):03}",  # some are equal
            slug="thing",
            unit_price=chance.randint(1, 40),
            inventory=chance.choice([0, 3]),
            is_active=chance.random() < 0.9,
            collection=chance.choice(collections),
            group=owner,
            options={"Size": str(number)},
        )
        for number, owner in enumerate(owners)
    )
    return list(Product.objects.order_by("pk"))


def chosen(products: list[Product], wanted: Callable[[Product], bool], key: Callable[[Product], Any]) -> list[int]:
    """Return the keys of the list in its order, without the help of the database."""
    best: dict[Any, Product] = {}
    for product in products:
        if product.is_active and wanted(product):
            known = best.setdefault(product.group_id or f"alone {product.pk}", product)
            if not known.inventory and product.inventory:
                best[product.group_id or f"alone {product.pk}"] = product
    return [product.pk for product in sorted(best.values(), key=key)]


def by_title(product: Product) -> Any:
    return product.title_key, product.pk


QUESTIONS: dict[str, tuple[Callable[[Product], bool], Callable[[Product], Any]]] = {
    "": (lambda product: True, by_title),
    "&ordering=unit_price": (lambda product: True, lambda product: (product.unit_price, product.pk)),
    "&in_stock=true": (lambda product: product.inventory > 0, by_title),
    "&in_stock=true&ordering=unit_price": (
        lambda product: product.inventory > 0,
        lambda product: (product.unit_price, product.pk),
    ),
    "&in_stock=false": (lambda product: not product.inventory, by_title),
    "&unit_price__lt=20": (lambda product: product.unit_price < 20, by_title),
    "&search=thing&ordering=title": (lambda product: True, by_title),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_pages_show_each_group_once(question: str, products: list[Product], api: Any) -> None:
    seen: list[int] = []
    url = f"/store/products/?variants=collapse&page_size={PAGE_SIZE}{question}"
    while url:
        body = api.get(url).json()
        seen += [row["id"] for row in body["results"]]
        url = body["next"]

    right = chosen(products, *QUESTIONS[question])
    assert seen == right
    assert body["count"] == len(right)


def test_products_in_stock_if_the_stock_does_not_matter(products: list[Product], api: Any, settings: Any) -> None:
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "TRACK_INVENTORY": False}
    refresh_summaries()
    first: dict[Any, Product] = {}
    for product in products:
        if product.is_active and product.inventory:
            first.setdefault(product.group_id or f"alone {product.pk}", product)
    right = [product.pk for product in sorted(first.values(), key=by_title)]

    body = api.get("/store/products/?variants=collapse&in_stock=true&page_size=1&page=101").json()

    assert [row["id"] for row in body["results"]] == right[100:101]
    assert body["count"] == len(right)


def test_staff_sees_inactive_products_in_stock_beside_active_ones_that_are_not(
    api: Any, staff: Any, log_in: Any
) -> None:
    group = ProductGroup.objects.create(title="Cup", slug="cup", varies_by=["Size"])
    values = {"slug": "cup", "unit_price": 9, "group": group, "collection": Collection.objects.create(title="Cups")}
    Product.objects.create(title="Sold out", inventory=0, options={"Size": "S"}, **values)
    hidden = Product.objects.create(title="Hidden", inventory=3, is_active=False, options={"Size": "M"}, **values)
    url = "/store/products/?variants=collapse&in_stock=true"

    seen = [[row["id"] for row in client.get(url).json()["results"]] for client in (api, log_in(staff))]

    assert seen == [[], [hidden.pk]]


@pytest.mark.parametrize("page", [1, 5, 105])  # the number of the page decides how the rows are compared
def test_a_page_of_a_collection(page: int, products: list[Product], api: Any) -> None:
    collection = products[0].collection_id
    right = chosen(products, lambda product: product.collection_id == collection, by_title)

    body = api.get(f"/store/products/?variants=collapse&page_size=1&page={page}&collection_id={collection}").json()

    assert [row["id"] for row in body["results"]] == right[page - 1 : page]
    assert body["count"] == len(right)


def test_backwards(products: list[Product], api: Any) -> None:
    seen = [
        row["id"]
        for page in range(1, 6)
        for row in api.get(f"/store/products/?variants=collapse&ordering=-title&page_size=40&page={page}").json()[
            "results"
        ]
    ]

    assert seen == chosen(products, lambda product: True, by_title)[::-1][:200]


@pytest.mark.parametrize(
    "rename",
    [
        lambda product: product.save(),
        lambda product: product.save(update_fields=["title"]),
        lambda product: Product.objects.bulk_update([product], ["title"]),
        lambda product: product.delete(),
        lambda product: Product.objects.filter(pk=product.pk).update(inventory=0),
    ],
    ids=["saved", "saved in part", "bulk update", "deleted", "sold out"],
)
def test_a_group_moves_with_the_title_of_its_product(
    rename: Callable[[Product], Any], products: list[Product], api: Any
) -> None:
    shown = ProductGroup.objects.exclude(representative=None).filter(representative__inventory__gt=0).first()
    assert shown is not None
    product = Product.objects.get(pk=shown.representative_id)
    product.title = "Äpfel"

    rename(product)

    shown.refresh_from_db()
    assert shown.shown_key == (shown.representative.title_key if shown.representative else "")
    assert refresh_summaries(dry_run=True) == 0


def test_a_wrong_place_is_found_and_corrected(products: list[Product]) -> None:
    ProductGroup.objects.filter(pk=products[-1].group_id or products[0].group_id).update(shown_key="wrong")
    wrong = ProductGroup.objects.filter(shown_key="wrong").count()

    assert refresh_summaries() == wrong
    assert refresh_summaries() == 0
