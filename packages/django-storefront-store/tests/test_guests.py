"""Orders of guests, and the keys that give access to them."""

from __future__ import annotations

from typing import Any

import pytest
from storefront_store_testapp.tables import each

from storefront_store.models import Cart, Customer, Order, Product
from storefront_store.services import guests

pytestmark = pytest.mark.django_db

GUEST = {
    "email": "ann@example.org",
    "address": {"name": "Ann", "street": "1 High Street", "city": "Ely", "country": "GB"},
}


@pytest.fixture(autouse=True)
def _guest_checkout(settings: Any) -> None:
    settings.STOREFRONT_STORE = {"GUEST_CHECKOUT": True, "THROTTLE_RATES": {}}


@pytest.fixture
def order(api: Any, make_product: Any, make_cart: Any) -> Any:
    """The answer to a guest's checkout."""
    answer = api.post("/store/orders/", {"cart_id": str(make_cart((make_product(inventory=5), 2)).pk), **GUEST})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_guest_retrieves_order_with_key(api: Any, order: Any) -> None:
    shown = api.get(f"/store/orders/{order['id']}/", {"key": order["key"]})

    assert shown.status_code == 200
    assert shown.json() == {name: value for name, value in order.items() if name != "key"}
    assert (order["email"], order["shipping_address"]["city"]) == ("ann@example.org", "Ely")
    assert Customer.objects.get(pk=order["customer"]).user is None
    assert guests.key_of(Order.objects.get()) == order["key"]


def test_guest_cancels_order_with_key(api: Any, order: Any) -> None:
    url = f"/store/orders/{order['id']}/cancel/?key={order['key']}"

    assert api.post(url).json()["status"] == "cancelled"
    assert api.post(url).status_code == 409
    assert Product.objects.get().inventory == 5


@each("key", ["", "x", "a:b", "\x00", "ü", "x" * 10_000, "../..", "None"])
def test_invalid_key_is_404_and_changes_nothing(key: str, api: Any, order: Any) -> None:
    assert api.get(f"/store/orders/{order['id']}/", {"key": key}).status_code == 404
    assert api.post(f"/store/orders/{order['id']}/cancel/", QUERY_STRING=f"key={key[:50]}").status_code == 404
    assert Order.objects.get().cancelled_at is None


def test_key_of_another_order_is_404(api: Any, order: Any, make_product: Any, make_cart: Any) -> None:
    other = api.post("/store/orders/", {"cart_id": str(make_cart((make_product(), 1)).pk), **GUEST}).json()

    assert api.get(f"/store/orders/{other['id']}/", {"key": order["key"]}).status_code == 404
    assert api.get(f"/store/orders/{10**30}/", {"key": order["key"]}).status_code == 404


def test_key_of_order_of_user_is_404(api: Any, as_user: Any, make_product: Any, make_cart: Any) -> None:
    placed = as_user.post("/store/orders/", {"cart_id": str(make_cart((make_product(), 1)).pk), "email": "a@b.example"})
    key = guests.key_of(Order.objects.get())

    assert "key" not in placed.json()
    assert api.get(f"/store/orders/{placed.json()['id']}/", {"key": key}).status_code == 404


def test_key_does_not_permit_list_update_or_delete(api: Any, order: Any) -> None:
    key = {"QUERY_STRING": f"key={order['key']}"}

    assert api.get("/store/orders/", {"key": order["key"]}).status_code == 401
    assert api.patch(f"/store/orders/{order['id']}/", {"payment_status": "C"}, **key).status_code == 401
    assert api.delete(f"/store/orders/{order['id']}/", **key).status_code == 401
    assert api.get(f"/store/orders/{order['id']}/").status_code == 401


def test_authenticated_user_with_valid_or_invalid_key(
    as_user: Any, order: Any, make_product: Any, make_cart: Any
) -> None:
    own = as_user.post("/store/orders/", {"cart_id": str(make_cart((make_product(), 1)).pk)}).json()["id"]

    assert as_user.get(f"/store/orders/{order['id']}/", {"key": order["key"]}).status_code == 200
    assert as_user.get(f"/store/orders/{order['id']}/", {"key": "x"}).status_code == 404
    assert as_user.get(f"/store/orders/{own}/", {"key": "x"}).status_code == 200
    assert as_user.post(f"/store/orders/{own}/cancel/?key=x").status_code == 200


def test_invalid_keys_are_throttled(api: Any, order: Any, settings: Any) -> None:
    settings.STOREFRONT_STORE = {"GUEST_CHECKOUT": True, "THROTTLE_RATES": {"order_key": "3/hour"}}

    answers = [api.get(f"/store/orders/{order['id']}/", {"key": f"guess{n}"}).status_code for n in range(5)]

    assert answers == [404, 404, 404, 429, 429]


@pytest.mark.parametrize("missing", ["email", "address"])
def test_email_and_address_are_required(missing: str, api: Any, make_product: Any, make_cart: Any) -> None:
    cart = make_cart((make_product(), 1))
    body = {name: value for name, value in GUEST.items() if name != missing}

    answer = api.post("/store/orders/", {"cart_id": str(cart.pk), **body})

    assert (answer.status_code, list(answer.json())) == (400, [missing])
    assert not Customer.objects.exists()
    assert Cart.objects.exists()


def test_anonymous_order_is_401_without_setting(api: Any, make_product: Any, make_cart: Any, settings: Any) -> None:
    settings.STOREFRONT_STORE = {"THROTTLE_RATES": {}}

    assert api.post("/store/orders/", {"cart_id": str(make_cart((make_product(), 1)).pk), **GUEST}).status_code == 401


def test_idempotency_key_replays_response(api: Any, make_product: Any, make_cart: Any) -> None:
    carts = [make_cart((make_product(), 1)) for _ in range(2)]
    headers = {"Idempotency-Key": "one"}

    answers = [api.post("/store/orders/", {"cart_id": str(carts[0].pk), **GUEST}, headers=headers) for _ in range(2)]
    other = api.post("/store/orders/", {"cart_id": str(carts[1].pk), **GUEST}, headers=headers)

    assert answers[0].content == answers[1].content
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert other.status_code == 201  # somebody else's key
    assert Order.objects.count() == 2


def test_changed_email_invalidates_key(api: Any, order: Any) -> None:
    Order.objects.update(email="")

    assert api.get(f"/store/orders/{order['id']}/", {"key": order["key"]}).status_code == 404
