"""Lists that show one product of each group: the same rows on every page, whatever statement reads them."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from storefront_store.models import Collection, Product, ProductGroup
from storefront_store.services.summaries import refresh_summaries

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PAGE_SIZE = 35  # the last pages begin beyond the row from which keys are read first


@pytest.fixture
def products() -> list[Product]:
    """150 groups of one to three variants, and 60 products without a group, in a random order of titles.

    A fourth of the groups has variants in both collections.
    """
    chance = random.Random(5)
    collections = [Collection.objects.create(title=title) for title in ("Cups", "Lamps")]
    groups = ProductGroup.objects.bulk_create(
        ProductGroup(title=f"Group {number}", slug="group", varies_by=["Size"]) for number in range(150)
    )
    owners = [*(group for group in groups for _ in range(chance.randint(1, 3))), *[None] * 60]
    chance.shuffle(owners)
    made = Product.objects.bulk_create(
        Product(
            title=f"Thing {chance.randint(0, 250):03}",  # some are equal
            slug="thing",
            unit_price=chance.randint(1, 40),
            inventory=chance.choice([0, 3]),
            is_active=chance.random() < 0.8,
            collection=chance.choice(collections) if owner is None or owner.pk % 4 == 0 else collections[owner.pk % 2],
            group=owner,
            options={"Size": str(number)},
        )
        for number, owner in enumerate(owners)
    )
    for product in made:
        product.last_update -= timedelta(days=chance.randint(1, 60))
    Product.objects.bulk_update(made, ["last_update"])
    return list(Product.objects.order_by("pk"))


def chosen(
    products: list[Product],
    wanted: Callable[[Product], bool],
    key: Callable[[Product], Any],
    *,
    is_staff: bool = False,
    is_tracked: bool = True,
) -> list[int]:
    """Return the keys of the list in its order, without the help of the database."""

    def availability(product: Product) -> int:
        return 2 if not product.is_active else int(is_tracked and not product.inventory)

    best: dict[Any, Product] = {}
    for product in products:
        if wanted(product) and (product.is_active or is_staff):
            place = product.group_id or f"alone {product.pk}"
            best[place] = min(best.get(place, product), product, key=availability)  # the first of equal ones
    return [product.pk for product in sorted(best.values(), key=key)]


def by_title(product: Product) -> Any:
    return product.title_key, product.pk


QUESTIONS: dict[str, tuple[Callable[[Product], bool], Callable[[Product], Any]]] = {
    "": (lambda product: True, by_title),
    "&pagination=cursor": (lambda product: True, by_title),
    "&pagination=cursor&in_stock=true": (lambda product: product.inventory > 0, by_title),
    "&in_stock=false": (lambda product: not product.inventory, by_title),
    "&unit_price__lt=20": (lambda product: product.unit_price < 20, by_title),
    "&search=thing&ordering=title": (lambda product: True, by_title),
    "&collection_id={one}": (lambda product: product.collection.title == "Cups", by_title),
}
ORDERS: dict[str, Callable[[Product], Any]] = {
    "title": by_title,
    "-title": lambda product: [Down(each) for each in by_title(product)],
    "unit_price": lambda product: (product.unit_price, product.pk),
    "-unit_price": lambda product: (-product.unit_price, -product.pk),
    "last_update": lambda product: (product.last_update, product.pk),
    "-last_update": lambda product: (-product.last_update.timestamp(), -product.pk),
    "unit_price,-title": lambda product: (product.unit_price, Down(product.title_key), -product.pk),
}
FILTERS: dict[str, Callable[[Product], bool]] = {
    "": lambda product: True,
    "&in_stock=true": lambda product: product.inventory > 0,
    "&collection_id={one}": lambda product: product.collection.title == "Cups",
    "&collection_id={one},{other}&in_stock=true": lambda product: product.inventory > 0,
    "&collection_id={one}&in_stock=true": lambda product: product.inventory > 0 and product.collection.title == "Cups",
    "&collection_id={one}&in_stock=true&unit_price__gt=3": lambda product: (
        product.inventory > 0 and product.unit_price > 3 and product.collection.title == "Cups"
    ),
}


@functools.total_ordering
class Down:
    """A value that is sorted in descending order."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Down) and self.value == other.value

    def __lt__(self, other: Down) -> bool:
        return bool(other.value < self.value)


def address(question: str) -> str:
    one, other = Collection.objects.order_by("pk").values_list("pk", flat=True)
    return f"/store/products/?variants=collapse{question.format(one=one, other=other)}"


@pytest.mark.parametrize("question", FILTERS)
def test_any_page_in_any_order(
    question: str, products: list[Product], api: Any, staff: Any, log_in: Any, settings: Any
) -> None:
    chance = random.Random(question)
    for is_tracked in (True, False):
        settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "TRACK_INVENTORY": is_tracked}
        refresh_summaries()
        for client, is_staff in ((api, False), (log_in(staff), True)):
            for order, key in ORDERS.items():
                right = chosen(products, FILTERS[question], key, is_staff=is_staff, is_tracked=is_tracked)
                size = chance.randint(2, min(35, len(right) // 4))
                for page in (1, chance.randint(2, len(right) // size)):
                    asked = f"ordering={order}&page_size={size}&page={page}"

                    body = client.get(f"{address(question)}&{asked}").json()

                    seen = [row["id"] for row in body["results"]]
                    assert seen == right[(page - 1) * size : page * size], (is_tracked, is_staff, asked)
                    assert body["count"] == len(right), (is_tracked, is_staff, asked)


@pytest.mark.parametrize("question", QUESTIONS)
def test_pages_show_each_group_once(question: str, products: list[Product], api: Any) -> None:
    seen: list[int] = []
    url = f"{address(question)}&page_size={PAGE_SIZE}"
    while url:
        body = api.get(url).json()
        seen += [row["id"] for row in body["results"]]
        url = body["next"]

    right = chosen(products, *QUESTIONS[question])
    assert seen == right
    assert body.get("count", len(right)) == len(right)


def test_staff_sees_inactive_variant_in_stock_of_sold_out_group(api: Any, staff: Any, log_in: Any) -> None:
    group = ProductGroup.objects.create(title="Cup", slug="cup", varies_by=["Size"])
    values = {"slug": "cup", "unit_price": 9, "group": group, "collection": Collection.objects.create(title="Cups")}
    Product.objects.create(title="Sold out", inventory=0, options={"Size": "S"}, **values)
    hidden = Product.objects.create(title="Hidden", inventory=3, is_active=False, options={"Size": "M"}, **values)
    url = "/store/products/?variants=collapse&in_stock=true"

    seen = [[row["id"] for row in client.get(url).json()["results"]] for client in (api, log_in(staff))]

    assert seen == [[], [hidden.pk]]


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
def test_sort_key_of_group_follows_title_of_representative(
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


def test_wrong_sort_key_is_refreshed(products: list[Product]) -> None:
    ProductGroup.objects.filter(pk=products[-1].group_id or products[0].group_id).update(shown_key="wrong")
    wrong = ProductGroup.objects.filter(shown_key="wrong").count()

    assert refresh_summaries() == wrong
    assert refresh_summaries() == 0
