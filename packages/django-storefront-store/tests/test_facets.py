"""The counts of the facets agree with the product list."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from decimal import Decimal
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db.models import Q

from storefront_store.models import Collection, Product, ProductGroup, Review
from storefront_store.querysets import facet_keys
from storefront_store.services import facet_cells

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FACETS = "/store/products/facets/"


@pytest.fixture
def products() -> list[Product]:
    chance = random.Random(7)
    collections = [Collection.objects.create(title=title) for title in ("Éclairs", "Drinks", "apples")]
    group = ProductGroup.objects.create(title="Thing", slug="thing", varies_by=["Colour", "Size", "No"])
    rows = Product.objects.bulk_create(
        Product(
            title=f"Thing {number}",
            slug="thing",
            description=chance.choice(["plain", "fancy"]),
            unit_price=Decimal(chance.choice(["3.50", "10.00", "24.99", "25.00", "60.00", "2000.00"])),
            inventory=chance.choice([0, 0, 3]),
            collection=chance.choice(collections),
            is_active=chance.random() < 0.9,
            group=group if number % 3 == 0 else None,
            options={"Colour": chance.choice(["Red", "Blue"]), "Size": chance.choice(["M", "L"]), "No": str(number)}
            if number % 3 == 0
            else chance.choice([{}, {"Colour": chance.choice(["red", "Green"])}]),
        )
        for number in range(90)
    )
    Review.objects.bulk_create(
        Review(
            product=chance.choice(rows),
            name="Ann",
            description="Hm",
            rating=chance.choice([None, 1, 2, 3, 4, 5]),
            is_hidden=chance.random() < 0.1,
        )
        for _ in range(150)
    )
    return rows


def count(client: Any, query: list[tuple[str, Any]]) -> int:
    answer = client.get(f"/store/products/?{urlencode(query)}")
    assert answer.status_code == 200
    number: int = answer.json()["count"]
    return number


def choices(body: dict[str, Any]) -> list[tuple[set[str], list[tuple[str, Any]], int]]:
    """Return for each number: the parameters that the choice replaces, those that it sets, and the number."""
    prices, bounds = {"unit_price__gte", "unit_price__lt"}, {"unit_price__gt", "unit_price__lte"}
    return [
        *(({"collection_id"}, [("collection_id", row["id"])], row["count"]) for row in body["collections"]),
        *(
            ({f"option_{option['name']}"}, [(f"option_{option['name']}", row["value"])], row["count"])
            for option in body["options"]
            for row in option["values"]
        ),
        *(
            (prices | bounds, [(name, row[name]) for name in sorted(prices) if row[name] is not None], row["count"])
            for row in body["prices"]
        ),
        *(({"rating__gte"}, [("rating__gte", row["rating__gte"])], row["count"]) for row in body["ratings"]),
        *(({"in_stock"}, [("in_stock", name)], number) for name, number in body["in_stock"].items()),
    ]


QUESTIONS: list[list[tuple[str, Any]]] = [
    [],
    [("collection_id", "first")],
    [("option_Colour", "Red")],
    [("option_Colour", "Red"), ("option_Colour", "Green"), ("in_stock", "true")],
    [("option_Colour", "Blue"), ("option_Size", "M"), ("collection_id", "first")],
    [("unit_price__gte", "10"), ("unit_price__lt", "25")],
    [("unit_price__gt", "10"), ("unit_price__lte", "60"), ("in_stock", "false")],
    [("unit_price__gte", "5"), ("unit_price__lt", "24.99"), ("option_Colour", "Red")],
    [("unit_price__gte", "2000"), ("rating__gte", "2.5")],
    [("unit_price__gte", "24.99"), ("unit_price__lte", "60"), ("rating__gte", "2")],  # two bands that are no neighbours
    [("unit_price__gt", "10"), ("unit_price__gte", "10"), ("unit_price__lt", "60"), ("unit_price__lte", "60")],
    [("unit_price__lt", "0"), ("rating__gte", "2")],
    [("rating__gte", "3"), ("in_stock", "false")],
    [("search", "fancy thing"), ("option_Colour", "red"), ("unit_price__lt", "100")],
    [("search", "nothing at all")],
]


@pytest.mark.parametrize("question", QUESTIONS, ids=[urlencode(question) or "all" for question in QUESTIONS])
@pytest.mark.parametrize("who", ["anonymous", "staff"])
def test_counts_match_list(
    question: list[tuple[str, Any]], who: str, products: list[Product], api: Any, as_staff: Any
) -> None:
    client = api if who == "anonymous" else as_staff
    question = [(name, products[0].collection_id if value == "first" else value) for name, value in question]

    body = client.get(f"{FACETS}?{urlencode(question)}").json()

    assert body["count"] == count(client, question)
    wrong = []
    for replaced, chosen, number in choices(body):
        asked = [(name, value) for name, value in question if name not in replaced] + chosen
        if (found := count(client, asked)) != number:
            wrong.append((chosen, number, found))
    assert not wrong


@pytest.mark.parametrize("edges", [[], ["10", "25"], ["4.99", "25"]], ids=["no bands", "steps", "other bands"])
@pytest.mark.parametrize("titles", [True, False], ids=["titles", "no titles"])
def test_combinations_are_those_of_the_rows(edges: list[str], titles: bool, products: list[Product]) -> None:
    bands = [Decimal(edge) for edge in edges]
    rows, others = Product.objects.active(), [Product.objects.in_stock(), Product.objects.none()]
    wanted: Counter[Any] = Counter()
    for number, each in enumerate([rows, *others]):
        for product in each.select_related("collection"):
            code = facet_keys.with_band(product.facet_key, bisect_right(bands, product.unit_price))
            flags = (int(product.unit_price < 20), int(number > 0))
            title = product.collection.title if titles else ""
            wanted[product.collection_id, title, flags, code, product.options_digest] += 1

    counted = rows.count_by_facets(bands, titles=titles, also=others, cheap=Q(unit_price__lt=20))

    found: Counter[Any] = Counter()
    codes = facet_keys.Codes(bands)
    for part in counted:
        numbers = zip(part.digests, part.numbers, strict=True)
        for key, total, size in zip(part.keys, part.totals, part.sizes, strict=True):
            run = list(islice(numbers, size))
            assert sum(number for _digest, number in run) == total
            for digest, number in run:
                found[part.collection, part.title, part.flags, codes[key], digest] += number
        assert not list(numbers)
    assert found == wanted


def test_all_choices_are_shown(products: list[Product], api: Any) -> None:
    body = api.get(FACETS).json()

    assert [row["title"] for row in body["collections"]] == ["apples", "Drinks", "Éclairs"]
    assert [option["name"] for option in body["options"]] == ["Colour", "No", "Size"]
    colours = {row["value"].lower() for row in body["options"][0]["values"]}
    assert colours == {"red", "blue", "green"}
    assert sum(row["count"] for row in body["prices"]) == body["count"]
    assert body["prices"][0]["unit_price__gte"] is None
    assert body["prices"][-1]["unit_price__lt"] is None


def test_deactivated_product_is_not_counted(products: list[Product], api: Any, as_staff: Any) -> None:
    product = next(row for row in products if row.is_active and row.inventory)
    before = api.get(FACETS).json()

    as_staff.patch(f"/store/products/{product.pk}/", {"is_active": False})

    assert api.get(FACETS).json()["count"] == before["count"] - 1


def test_new_review_is_counted(products: list[Product], api: Any) -> None:
    product = next(row for row in products if row.is_active and not row.reviews.exists())
    before = api.get(FACETS).json()["ratings"]

    api.post(f"/store/products/{product.pk}/reviews/", {"name": "Ann", "description": "Good", "rating": 5})

    after = api.get(FACETS).json()["ratings"]
    assert [row["count"] for row in after] == [row["count"] + 1 for row in before]


def test_in_stock_counts_follow_orders_and_cancellations(
    make_product: Any, make_cart: Any, as_user: Any, api: Any
) -> None:
    product = make_product(inventory=1)
    seen = [api.get(FACETS).json()["in_stock"]]

    order = as_user.post("/store/orders/", {"cart_id": str(make_cart((product, 1)).pk)}).json()
    seen.append(api.get(FACETS).json()["in_stock"])
    as_user.post(f"/store/orders/{order['id']}/cancel/")
    seen.append(api.get(FACETS).json()["in_stock"])

    assert seen == [{"true": 1, "false": 0}, {"true": 0, "false": 1}, {"true": 1, "false": 0}]


@pytest.mark.parametrize(
    "question",
    ["", "collection_id={collection}&in_stock=true", "search=fancy&rating__gte=2", "unit_price__gte=20&rating__gte=2"],
)
def test_three_queries_and_one_if_unchanged(
    question: str, products: list[Product], api: Any, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    api.get(FACETS)  # whatever is loaded once, such as the names of options
    url = f"{FACETS}?{question.format(collection=products[0].collection_id)}"
    Product.objects.get(pk=products[0].pk).save()  # there is a version to compare

    with django_assert_max_num_queries(3):
        first = api.get(url)
    with django_assert_num_queries(1):
        second = api.get(url)

    assert first.json() == second.json()


def test_three_queries_in_new_process(
    products: list[Product], api: Any, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facet_cells, "_known_options", {})

    with django_assert_max_num_queries(3):
        api.get(f"{FACETS}?unit_price__gte=20")


@pytest.mark.parametrize(
    ("names", "is_current"),
    [({}, False), ({"EXACT_COUNTS": True}, True), ({"LIST_FRESHNESS_SECONDS": 0}, True)],
    ids=["default", "exact", "fresh"],
)
def test_counts_of_many_products_may_be_stale(
    names: dict[str, Any],
    is_current: bool,
    products: list[Product],
    api: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(facet_cells, "LARGE", 0)
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, **names}
    before = api.get(FACETS).json()["count"]
    Product.objects.filter(pk=next(row.pk for row in products if row.is_active)).update(is_active=False)

    during = api.get(FACETS).json()["count"]
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "LIST_FRESHNESS_SECONDS": 0}
    after = api.get(FACETS).json()["count"]

    assert (during, after) == (before - is_current, before - 1)


@pytest.mark.parametrize(
    "question",
    ["collection_id=abc", "collection_id=987654321", "in_stock=maybe", "unit_price__gt=x", "option_=1", "search=%00"],
)
def test_errors_match_list(question: str, products: list[Product], api: Any) -> None:
    listed, counted = api.get(f"/store/products/?{question}"), api.get(f"{FACETS}?{question}")

    assert (counted.status_code, counted.json()) == (400, listed.json())


def test_post_to_facets_is_405(as_staff: Any) -> None:
    assert as_staff.post(FACETS, {}).status_code == 405


@pytest.mark.parametrize("bands", [[], [20, 200], ["4.99", 25], [1, 10, 100]])
def test_counts_match_list_with_custom_price_bands(
    bands: list[Any], products: list[Product], api: Any, settings: Any
) -> None:
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "PRICE_BANDS": bands}

    for question in QUESTIONS[:1] + QUESTIONS[5:11]:
        test_counts_match_list(question, "anonymous", products, api, api)


def test_facet_key_is_unpacked(make_product: Any) -> None:
    for price, stock, step in (("0.50", 0, 0), ("1.00", 3, 1), ("9.99", 1, 3), ("10.00", 0, 4), ("99999999.00", 1, 21)):
        product = make_product(unit_price=Decimal(price), inventory=stock)
        for rating, level in ((None, 0), ("0.50", 0), ("3.99", 3), ("5.00", 4)):
            Product.objects.filter(pk=product.pk).update(rating_average=rating)
            number = Product.objects.values_list("facet_key", flat=True).get(pk=product.pk)
            assert facet_keys.unpacked(number) == (step, level, int(stock > 0))
