"""The list with one product of each group contains a summary of its variants."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from model_bakery import baker
from rest_framework import serializers
from rest_framework.test import APIClient

from store_custom.api import ProductSerializer
from storefront_store.conf import get_model
from storefront_store.models import Promotion
from storefront_store.pricing import Price

pytestmark = [pytest.mark.database, pytest.mark.django_db]
COLLAPSED = "/store/products/?variants=collapse"


@pytest.fixture
def shirts(create_product: Callable[..., Any]) -> list[Any]:
    """Three variants on sale for 20, 30 and 40, the last at half the price, and one that is not on sale."""
    group = baker.make(get_model("ProductGroup"), title="Shirt", varies_by=["Size"])
    made = [
        create_product(title=f"Shirt {size}", unit_price=Decimal(price), group=group, options={"Size": size})
        for size, price in (("S", 20), ("M", 30), ("L", 40))
    ]
    create_product(title="Shirt XL", unit_price=Decimal(1), group=group, options={"Size": "XL"}, is_active=False)
    baker.make(Promotion, discount=Decimal(75)).products.add(made[2])
    return made


def test_group_offer_contains_price_range(
    api_client: APIClient, shirts: list[Any], create_product: Callable[..., Any]
) -> None:
    create_product(title="Teapot")

    shown = {row["title"]: row["group_offer"] for row in api_client.get(COLLAPSED).json()["results"]}

    assert shown == {
        "Shirt S": {"title": "Shirt", "count": 3, "price_from": 10.0, "price_to": 30.0},
        "Teapot": None,
    }


@pytest.mark.parametrize(
    ("variants", "lowest", "highest"),
    [
        ([("20.00", None), ("30.00", None), ("25.00", None)], 20.0, 30.0),
        ([("20.00", None), ("20.00", "10.00"), ("30.00", None)], 18.0, 30.0),
        ([("20.00", "1.00"), ("30.00", "50.00"), ("21.00", "1.00")], 15.0, 20.79),
        ([("0.25", "50.00"), ("9999999999.99", "0.01")], 0.13, 9998999999.99),
        ([("5.00", "100.00")], 0.0, 0.0),
    ],
)
def test_prices_of_group_offer_are_those_of_its_variants(
    variants: list[tuple[str, str | None]],
    lowest: float,
    highest: float,
    api_client: APIClient,
    create_product: Callable[..., Any],
) -> None:
    group = baker.make(get_model("ProductGroup"), title="Shirt", varies_by=["Size"])
    for number, (price, discount) in enumerate(variants):
        options = {"Size": str(number)}
        product = create_product(title=f"Shirt {number}", unit_price=Decimal(price), group=group, options=options)
        if discount:
            baker.make(Promotion, discount=Decimal(discount)).products.add(product)

    (row,) = api_client.get(COLLAPSED).json()["results"]

    shown = [each["effective_price"] for each in api_client.get("/store/products/").json()["results"]]
    offer = row["group_offer"]
    assert (offer["price_from"], offer["price_to"]) == (lowest, highest) == (min(shown), max(shown))


class HalfPrice:
    """A price provider of a project."""

    columns = ("unit_price",)

    def prices(self, products: Iterable[Any], *, customer: Any, at: datetime) -> dict[Any, Price]:
        return {product.pk: Price(product.unit_price, product.unit_price / 2) for product in products}


def test_group_offer_has_prices_of_custom_price_provider(
    api_client: APIClient, shirts: list[Any], settings: Any
) -> None:
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "PRICE_PROVIDER": HalfPrice}

    (row,) = api_client.get(COLLAPSED).json()["results"]

    assert row["group_offer"] == {"title": "Shirt", "count": 3, "price_from": 10.0, "price_to": 20.0}


class CaptionedSerializer(ProductSerializer):
    """A serializer of a project, with one more field."""

    caption = serializers.CharField(source="title", read_only=True)

    class Meta(ProductSerializer.Meta):
        fields = [*ProductSerializer.Meta.fields, "caption"]


def test_collapsed_list_has_fields_of_serializer_in_settings(
    api_client: APIClient, shirts: list[Any], settings: Any
) -> None:
    serializer_classes = {**settings.STOREFRONT_STORE["SERIALIZERS"], "product": CaptionedSerializer}
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "SERIALIZERS": serializer_classes}

    (row,) = api_client.get(COLLAPSED).json()["results"]

    assert row["caption"] == "Shirt S"
    assert row["group_offer"] == {"title": "Shirt", "count": 3, "price_from": 10.0, "price_to": 30.0}


def test_offer_of_group_with_more_variants_than_mariadb_packs(
    api_client: APIClient, shirts: list[Any], create_product: Callable[..., Any]
) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            cursor.execute("SET SESSION group_concat_max_len = 8")
    try:
        (row,) = api_client.get(COLLAPSED).json()["results"]
    finally:
        with connection.cursor() as cursor:
            if connection.vendor == "mysql":
                cursor.execute("SET SESSION group_concat_max_len = DEFAULT")

    assert row["group_offer"] == {"title": "Shirt", "count": 3, "price_from": 10.0, "price_to": 30.0}


def test_group_without_variants_on_sale_has_no_offer(api_client: APIClient, admin_user: Any, shirts: list[Any]) -> None:
    get_model("Product").objects.update(is_active=False)
    api_client.force_authenticate(admin_user)

    (row,) = api_client.get(COLLAPSED).json()["results"]

    assert row["title"] == "Shirt S"
    assert row["group_offer"] is None


def test_group_offer_is_null_without_collapse(api_client: APIClient, shirts: list[Any]) -> None:
    rows = api_client.get("/store/products/").json()["results"]
    assert {row["group_offer"] for row in rows} == {None}
    assert api_client.get(f"/store/products/{shirts[0].pk}/").json()["group_offer"] is None


def test_number_of_queries_is_independent_of_groups(
    api_client: APIClient, shirts: list[Any], create_product: Callable[..., Any]
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            api_client.get(COLLAPSED)
        return len(asked)

    api_client.get(COLLAPSED)
    before = cost()
    assert before == 1
    for index in range(5):
        group = baker.make(get_model("ProductGroup"), title=f"Group {index}", varies_by=["Size"])
        create_product(title=f"Product {index}", group=group, options={"Size": "S"})
    assert cost() == before
