"""Filtered lists and searches by compiled statements equal those by querysets."""

from __future__ import annotations

import random
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import django_filters
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIRequestFactory, force_authenticate

from storefront_store.api import pages
from storefront_store.api.filters import ProductFilter
from storefront_store.api.shapes import keeps
from storefront_store.api.views import ProductViewSet, base
from storefront_store.models import Collection, Product, ProductGroup, Promotion, Review
from storefront_store.querysets import ProductQuerySet

pytestmark = [pytest.mark.database, pytest.mark.django_db]

QUESTIONS = [
    "collection_id={a}",
    "collection_id={a},{b}",
    "collection_id={a}, {b},{a}",
    "group={group}",
    "unit_price__gt=1.5&unit_price__lt=2.5&ordering=unit_price",
    "unit_price__gte=1.50&unit_price__lte=2.50&ordering=-unit_price,title",
    "unit_price__gt=1.23456789012345678901234567890",
    "unit_price__lt=99999999999999999999999999",
    "unit_price__gt=-99999999999999999999999999",
    "collection_id={a}&unit_price__gt=1&unit_price__lt=2.5&ordering=unit_price&page_size=2&page=2",
    "collection_id={a}&in_stock=true&pagination=cursor&page_size=2",
    "rating__gte=3",
    "rating__gte=3.004",
    "in_stock=true",
    "in_stock=false",
    "on_promotion=true",
    "on_promotion=false&page_size=2",
    "is_active=true",
    "is_active=false",
    "slug=product-3",
    "slug=nothing",
    "sku=MUG-4",
    "unit_price__gt=&collection_id=&in_stock=&slug=",
    "unit_price__gt=1&unit_price__gt=2",
    "option_Number=3",
    "option_Number=3&option_Number=5&unit_price__gt=1",
    "option_Number=nothing",
    "search=mug",
    "search=mug&page_size=2&page=2",
    "search=mug&pagination=cursor&page_size=2",
    "search=MUG+tee",
    "search=mug-4",
    "search=mu",
    "search=a+tee&unit_price__gt=1",
    "search=tasse&ordering=-unit_price&page_size=2",
    "search=tasse&ordering=relevance,unit_price",
    "search=tasse&ordering=-relevance",
    "search=title&ordering=title",
    "search=%25_%5C",
    "search=nothing",
    "search=%2C",
    "search=%27",
    "search=one+two+three+four+five+six",
    "search=mug&variants=collapse",
    "collection_id={a}&variants=collapse&page_size=2",
    "variants=collapse&in_stock=true",
]
WRONG = [
    "collection_id=0",
    "collection_id={a},x",
    "collection_id=99999999999999999999",
    "group=0",
    "group=x",
    "unit_price__gt=x",
    "unit_price__gt=1e99",
    "unit_price__gt=1&unit_price__lt=nan",
    "rating__gte=x&in_stock=maybe",
    "in_stock=1",
    "is_active=yes",
    "slug=%00",
    "option_Number=%00",
    "search=%00",
    "search=" + "a+" * 17,
    "variants=all&search=mug",
]
OTHERS = [
    "products/{first}/reviews/?rating=3",
    "products/{first}/reviews/?rating__gte=2&is_hidden=false&ordering=rating",
    "products/{first}/reviews/?rating=9",
    "products/{first}/reviews/?search=ann",
    "products/{first}/?unit_price__gt=1",
    "products/{first}/?unit_price__gt=1000",
    "products/{first}/?search=mug",
    "products/facets/?search=mug&in_stock=true",
    "collections/?title=B",
    "collections/?search=a&ordering=-title",
]


@pytest.fixture(autouse=True)
def sample_data(user: Any) -> dict[str, Any]:
    """Some products that differ in all that can be filtered."""
    cache.clear()
    dice = random.Random(5)
    collections = [Collection.objects.create(title=title) for title in ("Mugs", "B")]
    group = ProductGroup.objects.create(title="Mug", slug="mug", varies_by=["Number"])
    products = [
        Product.objects.create(
            title=dice.choice(["Mug", "mugs of a kind", "Tasse für Tee", "Title"]),
            description=dice.choice(["", "A mug.", "Für eine Tasse"]),
            slug=f"product-{number}",
            sku=f"MUG-{number}" if number % 3 else None,
            unit_price=Decimal(dice.randrange(100, 300)) / 100,
            inventory=number % 4,
            is_active=number % 5 != 2,
            collection=dice.choice(collections),
            group=group if number % 2 else None,
            options={"Number": str(number)} if number % 2 else {},
        )
        for number in range(16)
    ]
    Review.objects.bulk_create(
        Review(product=products[number // 3], name="Ann", description="", rating=number % 5 + 1) for number in range(9)
    )
    for product in products[:3]:
        Product.objects.filter(pk=product.pk).update(rating_average=Decimal(product.pk % 3 + 2), rating_count=3)
    Promotion.objects.create(description="Sale", discount=Decimal("12.50")).products.set(products[:5])
    a, b = (collection.pk for collection in collections)
    return {"a": a, "b": b, "group": group.pk, "first": products[0].pk}


def ask_both(monkeypatch: Any, client: Any, address: str) -> tuple[Any, Any]:
    now = timezone.now()
    with monkeypatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: now)
        patch.setattr("storefront_store.api.conditional.time.time", now.timestamp)
        prepared = client.get(address)
        cache.clear()
        patch.setattr(base, "is_current", lambda *args: False)
        return prepared, client.get(address)


def seen(response: Any) -> tuple[Any, ...]:
    return response.status_code, response.content, response.get("ETag"), response.get("Link")


@pytest.mark.parametrize("question", [*QUESTIONS, *WRONG])
def test_prepared_and_built_product_lists_are_equal(
    question: str, sample_data: Any, api: Any, as_staff: Any, monkeypatch: Any
) -> None:
    for client in (api, as_staff):
        prepared, built = ask_both(monkeypatch, client, "/store/products/?" + question.format(**sample_data))

        assert prepared.status_code == (400 if question in WRONG else 200)
        assert seen(prepared) == seen(built)


@pytest.mark.parametrize("place", OTHERS)
def test_other_prepared_and_built_responses_are_equal(place: str, sample_data: Any, api: Any, monkeypatch: Any) -> None:
    prepared, built = ask_both(monkeypatch, api, "/store/" + place.format(**sample_data))

    assert prepared.status_code == built.status_code
    assert prepared.content == built.content


def test_prepared_and_built_lists_with_combined_filters_are_equal(sample_data: Any, api: Any, monkeypatch: Any) -> None:
    dice = random.Random(7)

    for _ in range(25):
        chosen = dice.sample([*QUESTIONS, *WRONG[:4]], 3)
        address = "/store/products/?" + "&".join(chosen).format(**sample_data)
        prepared, built = ask_both(monkeypatch, api, address)
        assert seen(prepared) == seen(built), address


def test_query_shape_is_compiled_once(sample_data: Any, api: Any, monkeypatch: Any) -> None:
    question = "/store/products/?collection_id={}&unit_price__gt={}&ordering=unit_price&in_stock=true&page_size=1"
    api.get(question.format(sample_data["a"], 1))
    built = []
    monkeypatch.setattr(ProductQuerySet, "in_stock", lambda self: built.append(1) or self)

    with CaptureQueriesContext(connection) as queries:
        other = api.get(question.format(sample_data["b"], "1.5"))

    assert {row["collection"] for row in other.json()["results"]} == {sample_data["b"]}
    assert built == []
    assert len(queries) == 3  # the collection, the page with its images, and its number


def test_search_is_compiled_once(api: Any, monkeypatch: Any) -> None:
    api.get("/store/products/?search=tee&in_stock=true")
    monkeypatch.setattr(ProductQuerySet, "matching", lambda *args: pytest.fail("built again"))

    with CaptureQueriesContext(connection) as queries:
        other = api.get("/store/products/?search=kind&in_stock=true")

    assert {row["title"] for row in other.json()["results"]} == {"mugs of a kind"}
    assert len(queries) == 3  # the words, the keys, and the rows with their images


def test_number_of_cached_statements_is_limited(sample_data: Any, api: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(pages, "MAX_SHAPES", 7)
    plan = base.plan_for(ProductViewSet(action="list").get_serializer_class())
    assert plan is not None
    plan.statements.clear()

    for number in range(1, 6):
        api.get(f"/store/products/?unit_price__gt={number}&slug=a{number}&collection_id={sample_data['a']}")
    assert len(plan.statements) == 1
    for mask in range(1, 2**5):
        names = [name for bit, name in enumerate(("gt", "gte", "lt", "lte")) if mask & 2**bit]
        api.get("/store/products/?ordering=title&" + "&".join(f"unit_price__{name}=2" for name in names))
    assert len(plan.statements) == 7


class TestProjectOverrides:
    """What a project's filterset overrides is never skipped."""

    def view(self, filterset: Any) -> Any:
        class View(ProductViewSet):
            filterset_class = filterset

        return View.as_view({"get": "list"})

    def ask(self, filterset: Any, question: str, view: Any = None) -> Any:
        request = APIRequestFactory().get(f"/store/products/?{question}")
        force_authenticate(request, None)
        return (view or self.view(filterset))(request).render().data

    def test_method_filter_is_applied(self) -> None:
        class Own(ProductFilter):
            stock: Any = None

            def filter_in_stock(self, queryset: Any, name: str, value: bool) -> Any:
                return queryset.filter(inventory=Own.stock)

        for Own.stock in (1, 3):
            found = self.ask(Own, "in_stock=true")["results"]
            assert {row["inventory"] for row in found} == {Own.stock}

    def test_exclude_filter_and_custom_filter_class_are_applied(self) -> None:
        class Odd(django_filters.NumberFilter):
            def filter(self, qs: Any, value: Any) -> Any:
                return qs.filter(inventory=value % 4) if value is not None else qs

        class Own(ProductFilter):
            stock = django_filters.NumberFilter("inventory", exclude=True)
            odd = Odd("inventory")

        for number in (1, 2):
            assert number not in {row["inventory"] for row in self.ask(Own, f"stock={number}")["results"]}
            assert {row["inventory"] for row in self.ask(Own, f"odd={number + 4}")["results"]} == {number}

    def test_custom_filterset_constructor_is_applied(self) -> None:
        class Own(ProductFilter):
            limit = 0

            def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
                data = {**(data or {}).dict(), "unit_price__gte": Own.limit} if data is not None else None
                super().__init__(data, *args, **kwargs)

        counts = []
        for Own.limit in (0, 1000):
            counts.append(self.ask(Own, "in_stock=true")["count"])
        assert counts[0] > counts[1] == 0

    def test_additional_plain_filter_is_compiled(self, monkeypatch: Any) -> None:
        class Own(ProductFilter):
            inventory__gte = django_filters.NumberFilter("inventory", "gte")

        view = self.view(Own)
        assert {row["inventory"] for row in self.ask(Own, "inventory__gte=3", view)["results"]} == {3}
        built: list[Any] = []
        monkeypatch.setattr(ProductQuerySet, "active", lambda self: built.append(1))

        assert {row["inventory"] for row in self.ask(Own, "inventory__gte=2", view)["results"]} == {2, 3}
        assert built == []

    def test_overridden_queryset_methods_are_detected(self) -> None:
        class Rows(ProductQuerySet):  # type: ignore[override]
            def search(self, text: str) -> Any:
                return self.none()

        manager = Rows.as_manager()
        manager.model = Product
        model = SimpleNamespace(_default_manager=manager)

        assert keeps.__wrapped__(model, "find", "matching")
        assert not keeps.__wrapped__(model, "find", "search")


def test_statements_are_cached_per_database(api: Any) -> None:
    api.get("/store/products/?search=mug")

    plan = base.plan_for(ProductViewSet(action="list").get_serializer_class())
    assert plan is not None
    assert {key[-1] for key in plan.statements} == {"default"}
