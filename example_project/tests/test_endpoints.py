"""The status codes of every route of the site, for anonymous users, a customer and staff."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from model_bakery import baker
from rest_framework.test import APIClient

from generic_likes.services import like
from generic_tags.services import add_tags
from storefront_store.conf import get_model
from storefront_store.models import Address
from storefront_store.services import carts
from storefront_store.services.checkout import checkout

pytestmark = pytest.mark.django_db

UNKNOWN = "00000000-0000-4000-8000-000000000000"
PRODUCT = {"title": "A pot", "slug": "pot", "unit_price": 5, "inventory": 1, "collection": "{collection}"}
REVIEW = {"name": "Cora", "description": "Good.", "rating": 5}
ADDRESS = {"street": "Lane 1", "city": "Town", "zip": "1"}
PROMOTION = {"description": "Sale", "discount": 10, "products": []}
PAYMENT = {"variant": "default", "return_url": "http://localhost:8001/orders"}
ACCOUNT = {"username": "fresh", "email": "fresh@storefront.example", "password": "a-rather-long-password"}


@dataclass(frozen=True)
class Case:
    """A request, and its status codes for anonymous users, the customer who owns the objects, and staff."""

    method: str
    path: str
    anonymous: int
    customer: int
    staff: int
    body: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path} {json.dumps(self.body)[:40] if self.body else ''} {self.staff}"


CASES = [
    # Catalogue
    Case("GET", "/store/", 200, 200, 200),
    Case("GET", "/store/products/", 200, 200, 200),
    Case("GET", "/store/products/?unit_price__gt=abc", 400, 400, 400),
    Case("POST", "/store/products/", 401, 403, 201, PRODUCT),
    Case("POST", "/store/products/", 401, 403, 400, {"title": ""}),
    Case("GET", "/store/products/{product}/", 200, 200, 200),
    Case("GET", "/store/products/0/", 404, 404, 404),
    Case("PUT", "/store/products/{product}/", 401, 403, 200, PRODUCT),
    Case("PATCH", "/store/products/{product}/", 401, 403, 200, {"inventory": 3}),
    Case("PATCH", "/store/products/{product}/", 401, 403, 400, {"inventory": -1}),
    Case("DELETE", "/store/products/{product}/", 401, 403, 204),
    Case("DELETE", "/store/products/{ordered}/", 401, 403, 405),
    Case("GET", "/store/products/{product}/tags/", 200, 200, 200),
    Case("PUT", "/store/products/{product}/tags/", 401, 403, 200, {"tags": ["red"]}),
    Case("PUT", "/store/products/{product}/tags/", 401, 403, 400, {"tags": [""]}),
    Case("GET", "/store/products/{product}/like/", 200, 200, 200),
    Case("PUT", "/store/products/{product}/like/", 401, 200, 200),
    Case("DELETE", "/store/products/{product}/like/", 401, 200, 200),
    Case("PUT", "/store/products/0/like/", 401, 404, 404),
    Case("GET", "/store/products/{product}/images/", 200, 200, 200),
    Case("POST", "/store/products/{product}/images/", 401, 403, 400, {}),
    Case("GET", "/store/products/{product}/images/0/", 404, 404, 404),
    Case("GET", "/store/products/{product}/reviews/", 200, 200, 200),
    Case("POST", "/store/products/{product}/reviews/", 201, 201, 201, REVIEW),
    Case("POST", "/store/products/{product}/reviews/", 400, 400, 400, {"name": ""}),
    Case("POST", "/store/products/0/reviews/", 404, 404, 404, REVIEW),
    Case("GET", "/store/products/{product}/reviews/{review}/", 200, 200, 200),
    Case("PATCH", "/store/products/{product}/reviews/{review}/", 401, 200, 200, {"rating": 1}),
    Case("DELETE", "/store/products/{product}/reviews/{review}/", 401, 204, 204),
    Case("GET", "/store/collections/", 200, 200, 200),
    Case("POST", "/store/collections/", 401, 403, 201, {"title": "Bath"}),
    Case("POST", "/store/collections/", 401, 403, 400, {"title": ""}),
    Case("GET", "/store/collections/{collection}/", 200, 200, 200),
    Case("GET", "/store/collections/0/", 404, 404, 404),
    Case("PUT", "/store/collections/{collection}/", 401, 403, 200, {"title": "Bath"}),
    Case("DELETE", "/store/collections/{collection}/", 401, 403, 405),
    Case("DELETE", "/store/collections/{empty}/", 401, 403, 204),
    Case("GET", "/store/promotions/", 401, 403, 200),
    Case("POST", "/store/promotions/", 401, 403, 201, PROMOTION),
    Case("POST", "/store/promotions/", 401, 403, 400, {**PROMOTION, "discount": 101}),
    Case("GET", "/store/promotions/0/", 401, 403, 404),
    # Carts
    Case("POST", "/store/carts/", 201, 201, 201, {}),
    Case("GET", "/store/carts/", 405, 405, 405),
    Case("GET", "/store/carts/{cart}/", 200, 200, 200),
    Case("GET", f"/store/carts/{UNKNOWN}/", 404, 404, 404),
    Case("GET", "/store/carts/no-key/", 404, 404, 404),
    Case("DELETE", "/store/carts/{cart}/", 204, 204, 204),
    Case("GET", "/store/carts/{cart}/items/", 200, 200, 200),
    Case("POST", "/store/carts/{cart}/items/", 201, 201, 201, {"product_id": "{product}", "quantity": 1}),
    Case("POST", "/store/carts/{cart}/items/", 400, 400, 400, {"product_id": 0, "quantity": 1}),
    Case("POST", "/store/carts/{cart}/items/", 400, 400, 400, {"product_id": "{product}", "quantity": 0}),
    Case("PATCH", "/store/carts/{cart}/items/{item}/", 200, 200, 200, {"quantity": 2}),
    Case("PUT", "/store/carts/{cart}/items/{item}/", 405, 405, 405, {"quantity": 2}),
    Case("DELETE", "/store/carts/{cart}/items/{item}/", 204, 204, 204),
    Case("GET", "/store/carts/{cart}/items/0/", 404, 404, 404),
    # Orders
    Case("GET", "/store/orders/", 401, 200, 200),
    Case("POST", "/store/orders/", 401, 201, 201, {"cart_id": "{cart}"}),
    Case("POST", "/store/orders/", 401, 400, 400, {"cart_id": UNKNOWN}),
    Case("POST", "/store/orders/", 401, 400, 400, {}),
    Case("GET", "/store/orders/{order}/", 401, 200, 200),
    Case("GET", "/store/orders/{foreign_order}/", 401, 404, 200),
    Case("PATCH", "/store/orders/{order}/", 401, 403, 200, {"payment_status": "C"}),
    Case("PATCH", "/store/orders/{order}/", 401, 403, 400, {"payment_status": "X"}),
    Case("PUT", "/store/orders/{order}/", 401, 405, 405, {"payment_status": "C"}),
    Case("POST", "/store/orders/{order}/cancel/", 401, 200, 200),
    Case("POST", "/store/orders/{foreign_order}/cancel/", 401, 404, 200),
    Case("DELETE", "/store/orders/{order}/", 401, 403, 204),
    Case("POST", "/store/orders/{order}/ship/", 401, 403, 409, {"tracking": "1Z"}),
    Case("POST", "/store/carts/{cart}/quote/", 200, 200, 200, {}),
    Case("POST", f"/store/carts/{UNKNOWN}/quote/", 404, 404, 404, {}),
    Case("POST", "/store/carts/{cart}/quote/", 400, 400, 400, {"expected_total": "NaN"}),
    Case("GET", "/store/shipping-methods/", 200, 200, 200),
    # Payments
    Case("GET", "/store/payment-methods/", 200, 200, 200),
    Case("GET", "/store/orders/{order}/payments/", 401, 200, 200),
    Case("GET", "/store/orders/{foreign_order}/payments/", 401, 404, 200),
    Case("POST", "/store/orders/{order}/payments/", 401, 201, 201, PAYMENT),
    Case("POST", "/store/orders/{order}/payments/", 401, 400, 400, {**PAYMENT, "return_url": "https://evil.example/"}),
    Case("GET", "/store/orders/{order}/refunds/", 401, 200, 200),
    Case("POST", "/store/orders/{order}/refunds/", 401, 403, 409, {"amount": 1}),
    Case("GET", f"/store/payments/{UNKNOWN}/", 404, 404, 404),
    Case("GET", f"/store/payments/{UNKNOWN}/callback/", 404, 404, 404),
    Case("POST", "/store/payment-callbacks/0/", 404, 404, 404, {}),
    # Groups of variants
    Case("GET", "/store/products/facets/", 200, 200, 200),
    Case("GET", "/store/groups/", 200, 200, 200),
    Case("GET", "/store/groups/0/", 404, 404, 404),
    # Customers
    Case("GET", "/store/customers/", 401, 403, 200),
    Case("POST", "/store/customers/", 401, 403, 400, {}),
    Case("GET", "/store/customers/{customer}/", 401, 403, 200),
    Case("GET", "/store/customers/0/", 401, 403, 404),
    Case("PATCH", "/store/customers/{customer}/", 401, 403, 200, {"membership": "G"}),
    Case("PATCH", "/store/customers/{customer}/", 401, 403, 400, {"membership": "X"}),
    Case("DELETE", "/store/customers/{customer}/", 401, 403, 409),
    Case("GET", "/store/customers/{customer}/history/", 401, 403, 200),
    Case("GET", "/store/customers/me/", 401, 200, 200),
    Case("PUT", "/store/customers/me/", 401, 200, 200, {"phone": "1", "birth_date": "1990-01-01"}),
    Case("PATCH", "/store/customers/me/", 401, 400, 400, {"birth_date": "yesterday"}),
    Case("GET", "/store/customers/me/addresses/", 401, 200, 200),
    Case("POST", "/store/customers/me/addresses/", 401, 201, 201, ADDRESS),
    Case("POST", "/store/customers/me/addresses/", 401, 400, 400, {"street": ""}),
    Case("GET", "/store/customers/me/addresses/{address}/", 401, 200, 404),
    Case("DELETE", "/store/customers/me/addresses/{address}/", 401, 204, 404),
    Case("GET", "/store/customers/{customer}/addresses/", 401, 200, 200),
    Case("GET", "/store/customers/{customer}/addresses/{address}/", 401, 200, 200),
    Case("GET", "/store/carts/mine/", 401, 200, 200),
    # Tags and likes
    Case("GET", "/tags/", 200, 200, 200),
    Case("POST", "/tags/", 401, 403, 201, {"label": "blue"}),
    Case("POST", "/tags/", 401, 403, 400, {"label": " "}),
    Case("GET", "/tags/red/", 200, 200, 200),
    Case("GET", "/tags/unknown/", 404, 404, 404),
    Case("PATCH", "/tags/red/", 401, 403, 200, {"label": "crimson"}),
    Case("DELETE", "/tags/red/", 401, 403, 204),
    Case("GET", "/tags/red/items/", 200, 200, 200),
    Case("GET", "/tags/for/storefront_store.product/{product}/", 200, 200, 200),
    Case("PUT", "/tags/for/storefront_store.product/{product}/", 401, 403, 200, {"tags": ["blue"]}),
    Case("GET", "/tags/for/storefront_store.cart/{cart}/", 404, 404, 404),
    Case("GET", "/likes/", 401, 200, 200),
    Case("GET", "/likes/storefront_store.product/{product}/", 200, 200, 200),
    Case("PUT", "/likes/storefront_store.product/{product}/", 401, 200, 200),
    Case("DELETE", "/likes/storefront_store.product/{product}/", 401, 200, 200),
    Case("PUT", "/likes/storefront_store.order/{order}/", 401, 404, 404),
    # Accounts
    Case("POST", "/auth/users/", 201, 201, 201, ACCOUNT),
    Case("POST", "/auth/users/", 400, 400, 400, {**ACCOUNT, "password": "short"}),
    Case("GET", "/auth/users/me/", 401, 200, 200),
    Case("PATCH", "/auth/users/me/", 401, 200, 200, {"first_name": "Cora"}),
    Case("GET", "/auth/profile/", 401, 200, 200),
    Case("PATCH", "/auth/profile/", 401, 200, 200, {"time_zone": "Europe/Berlin"}),
    Case("PATCH", "/auth/profile/", 401, 400, 400, {"time_zone": "Nowhere"}),
    Case("POST", "/auth/jwt/create/", 401, 401, 401, {"username": "nobody", "password": "nothing"}),
    Case("POST", "/auth/jwt/refresh/", 401, 401, 401, {"refresh": "nothing"}),
    Case("POST", "/auth/jwt/verify/", 401, 401, 401, {"token": "nothing"}),
    Case("POST", "/auth/jwt/logout_all/", 401, 204, 204, {}),
    # The rest of the site
    Case("GET", "/", 200, 200, 200),
    Case("GET", "/schema/", 200, 200, 200),
    Case("GET", "/docs/", 200, 200, 200),
    Case("GET", "/healthz", 200, 200, 200),
    Case("GET", "/readyz", 200, 200, 200),
    Case("GET", "/admin/", 302, 302, 302),
]


@pytest.fixture
def instances(create_user: Callable[..., Any], create_product: Callable[..., Any]) -> dict[str, Any]:
    """One object of each kind, by its name in the paths."""
    owner, neighbour = create_user("owner"), create_user("neighbour")
    product, ordered = create_product(), create_product(title="Ordered")
    product.collection.products.add(ordered)
    add_tags(product, "red")
    like(neighbour, product)

    def fill() -> Any:
        cart = carts.create_cart()
        return cart, carts.add_item(cart.pk, ordered.pk, 1)

    orders = [checkout(user=user, cart_id=fill()[0].pk) for user in (owner, neighbour)]
    cart, item = fill()
    return {
        "product": product.pk,
        "ordered": ordered.pk,
        "collection": product.collection.pk,
        "empty": baker.make(get_model("Collection")).pk,
        "review": product.reviews.create(name="Cora", description="Good.", author=owner).pk,
        "cart": str(cart.pk),
        "item": item.pk,
        "order": orders[0].pk,
        "foreign_order": orders[1].pk,
        "customer": orders[0].customer_id,
        "address": Address.objects.create(customer=orders[0].customer, street="Lane 1", city="Town", zip="1").pk,
    }


def filled(value: Any, instances: dict[str, Any]) -> Any:
    """Replace the names of objects by their keys."""
    if isinstance(value, dict):
        return {name: filled(part, instances) for name, part in value.items()}
    if isinstance(value, str) and value.startswith("{"):
        return instances[value.strip("{}")]
    return value


@pytest.mark.parametrize("role", ["anonymous", "customer", "staff"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_status_codes_by_role(
    api_client: APIClient, create_user: Callable[..., Any], instances: dict[str, Any], case: Case, role: str
) -> None:
    if role != "anonymous":
        users = {"customer": "owner", "staff": "boss"}
        if role == "staff":
            create_user("boss", is_staff=True, is_superuser=True)
        account = {"username": users[role], "password": "a-rather-long-password"}
        tokens = api_client.post("/auth/jwt/create/", account).json()
        api_client.credentials(HTTP_AUTHORIZATION=f"JWT {tokens['access']}")

    answer = api_client.generic(
        case.method,
        case.path.format(**instances),
        "" if case.body is None else json.dumps(filled(case.body, instances)),
        content_type="application/json",
    )

    assert answer.status_code == getattr(case, role), answer.content
    if answer.status_code >= 400:
        assert isinstance(answer.json(), dict)
        assert answer.json()


def test_every_route_has_case() -> None:
    """A new route needs a case above, which contains the first words of its path."""
    known = {re.sub(r"\{\w+\}|[0-9a-f-]{36}|(?<=/)0(?=/)", "*", case.path.split("?")[0]) for case in CASES}
    missing = []
    for line in Path(__file__).with_name("urls.txt").read_text().splitlines():
        route = line.rsplit(" ", 1)[0]
        if "format" in route or "missing-slash" in line or not route.startswith(("store/", "tags/", "likes/")):
            continue
        route = re.sub(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)|<[^>]*>", "*", re.sub(r"\^|\$|\\Z", "", route))
        generic = route.replace("tags/*/", "tags/red/").replace("*/*/", "storefront_store.product/*/")
        if f"/{route}" not in known and f"/{generic}" not in known:
            missing.append(route)
    assert missing == []
