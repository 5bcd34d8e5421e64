"""Complete visits to the site, through its API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

PASSWORD = "a-rather-long-password"


def register_and_log_in(client: APIClient, username: str) -> None:
    account = {"username": username, "password": PASSWORD, "email": f"{username}@storefront.example"}
    assert client.post("/auth/users/", account).status_code == 201
    tokens = client.post("/auth/jwt/create/", {"username": username, "password": PASSWORD}).json()
    client.credentials(HTTP_AUTHORIZATION=f"JWT {tokens['access']}")


def fill_cart(client: APIClient, product: Any, quantity: int) -> str:
    cart_id: str = client.post("/store/carts/", {}).json()["id"]
    line = {"product_id": product.pk, "quantity": quantity}
    assert client.post(f"/store/carts/{cart_id}/items/", line).status_code == 201
    return cart_id


def stock(client: APIClient, product: Any) -> int:
    return int(client.get(f"/store/products/{product.pk}/").json()["inventory"])


def test_visitor_registers_and_places_order(api_client: APIClient, create_product: Callable[..., Any]) -> None:
    product = create_product(inventory=5)
    cart_id = fill_cart(api_client, product, 2)
    assert api_client.post("/store/orders/", {"cart_id": cart_id}).status_code == 401
    register_and_log_in(api_client, "visitor")

    bought = api_client.post("/store/orders/", {"cart_id": cart_id})

    assert bought.status_code == 201
    assert bought.json()["total"] == 22.0
    assert stock(api_client, product) == 3
    orders = api_client.get("/store/orders/").json()
    assert [order["id"] for order in orders] == [bought.json()["id"]]


def test_repeated_checkout_places_one_order(api_client: APIClient, create_product: Callable[..., Any]) -> None:
    product = create_product(inventory=5)
    register_and_log_in(api_client, "double-clicker")
    cart_id = fill_cart(api_client, product, 1)
    key = {"HTTP_IDEMPOTENCY_KEY": "one-click"}

    first = api_client.post("/store/orders/", {"cart_id": cart_id}, **key)
    second = api_client.post("/store/orders/", {"cart_id": cart_id}, **key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["Idempotent-Replayed"] == "true"
    assert stock(api_client, product) == 4


def test_checkout_without_stock_is_409(api_client: APIClient, create_product: Callable[..., Any]) -> None:
    product = create_product(inventory=1)
    register_and_log_in(api_client, "optimist")
    cart_id = fill_cart(api_client, product, 2)

    refused = api_client.post("/store/orders/", {"cart_id": cart_id})

    assert refused.status_code == 409
    assert refused.json()["code"] == "out_of_stock"
    assert refused.json()["items"] == [{"product_id": product.pk, "requested": 2, "available": 1}]
    assert stock(api_client, product) == 1
    assert len(api_client.get(f"/store/carts/{cart_id}/").json()["items"]) == 1


def test_users_cannot_see_orders_of_others(api_client: APIClient, create_product: Callable[..., Any]) -> None:
    register_and_log_in(api_client, "buyer")
    order = api_client.post("/store/orders/", {"cart_id": fill_cart(api_client, create_product(), 1)}).json()
    neighbour = APIClient()
    register_and_log_in(neighbour, "neighbour")

    assert neighbour.get(f"/store/orders/{order['id']}/").status_code == 404
    assert neighbour.get("/store/orders/").json() == []
