"""The list with one product of each group contains a summary of its variants."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from model_bakery import baker
from rest_framework.test import APIClient

from storefront_store.conf import get_model
from storefront_store.models import Promotion

pytestmark = pytest.mark.django_db
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
    for index in range(5):
        group = baker.make(get_model("ProductGroup"), title=f"Group {index}", varies_by=["Size"])
        create_product(title=f"Product {index}", group=group, options={"Size": "S"})
    assert cost() == before
