"""Cached data, its invalidation, and the site without a cache."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from model_bakery import baker
from rest_framework.test import APIClient

from storefront.settings import services
from storefront_store.conf import get_model

pytestmark = pytest.mark.django_db

UNREACHABLE_REDIS = "redis://127.0.0.1:1/0"


def test_home_page_shows_product_change_immediately(client: Client, create_product: Callable[..., Any]) -> None:
    product = create_product(title="A kettle")
    assert "A kettle" in client.get("/").content.decode()

    product.title = "A teapot"
    product.save()

    assert "A teapot" in client.get("/").content.decode()


def test_home_page_shows_new_promotion_immediately(client: Client, create_product: Callable[..., Any]) -> None:
    product = create_product(unit_price=Decimal("20.00"))
    client.get("/")

    baker.make("storefront_store.Promotion", discount=Decimal(25), products=[product])

    assert "15.00" in client.get("/").content.decode()


def test_collection_list_is_cached(
    client: Client, create_product: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    create_product()
    first = client.get("/store/collections/")

    with django_assert_num_queries(1):  # the version of the catalogue
        second = client.get("/store/collections/")

    assert first.json() == second.json()
    assert first.json()[0]["products_count"] == 1


def test_collection_search_is_not_cached_as_list(client: Client) -> None:
    for title in ("Garden", "Kitchen"):
        baker.make(get_model("Collection"), title=title)

    found = client.get("/store/collections/?search=kit").json()

    assert [row["title"] for row in found] == ["Kitchen"]
    assert [row["title"] for row in client.get("/store/collections/").json()] == ["Garden", "Kitchen"]
    assert [row["title"] for row in client.get("/store/collections/?ordering=-title").json()] == ["Kitchen", "Garden"]


def test_product_counts_are_updated_after_change(client: Client, create_product: Callable[..., Any]) -> None:
    product = create_product()
    client.get("/store/collections/")

    create_product(collection=product.collection)

    assert client.get("/store/collections/").json()[0]["products_count"] == 2


def test_new_collection_is_listed_immediately(
    authenticate: Callable[..., APIClient], django_assert_num_queries: Any
) -> None:
    staff = authenticate(is_staff=True)
    assert staff.get("/store/collections/").json() == []

    staff.post("/store/collections/", {"title": "Kitchen"})

    assert [row["title"] for row in staff.get("/store/collections/").json()] == ["Kitchen"]


def test_single_collection_can_be_retrieved(client: Client) -> None:
    collection = baker.make(get_model("Collection"), title="Kitchen")

    assert client.get(f"/store/collections/{collection.pk}/").json()["title"] == "Kitchen"


def test_unchanged_list_is_304(client: Client) -> None:
    etag = client.get("/store/collections/").headers["ETag"]

    assert client.get("/store/collections/", headers={"if-none-match": etag}).status_code == 304


def test_orders_can_be_placed_when_redis_is_down(
    authenticate: Callable[..., APIClient], create_product: Callable[..., Any], settings: Any
) -> None:
    settings.CACHES = services.caches(UNREACHABLE_REDIS)
    client, product = authenticate(), create_product()

    cart_id = client.post("/store/carts/", {}).json()["id"]
    added = client.post(f"/store/carts/{cart_id}/items/", {"product_id": product.pk, "quantity": 1})
    placed = client.post("/store/orders/", {"cart_id": cart_id})
    paths = ("/", "/store/products/", "/store/collections/", f"/store/products/{product.pk}/", "/tags/", "/likes/")

    assert (added.status_code, placed.status_code) == (201, 201)
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
