"""Orders without an account: the permission to place one, and the link to it in the mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from rest_framework.test import APIClient

from store_custom.models import OutboxMessage
from store_custom.services import letters, outbox
from storefront_store.services import carts, orders

pytestmark = pytest.mark.django_db
ADDRESS = {"street": "Lindenweg 3", "city": "Bern"}


@pytest.fixture
def cart(create_product: Callable[..., Any]) -> Any:
    made = carts.create_cart()
    carts.add_item(made.pk, create_product().pk, 1)
    return made


def link_in_mail() -> str:
    outbox.deliver_due()
    [link] = [word for word in mail.outbox[-1].body.split() if word.startswith("http")]
    return link


def test_mailed_link_opens_order_of_guest(api_client: APIClient, cart: Any, settings: Any) -> None:
    settings.FRONTEND_URL = "https://shop.example/"
    body = {"cart_id": str(cart.pk), "email": "guest@storefront.example", "address": ADDRESS}

    order = api_client.post("/store/orders/", body).json()

    link = urlsplit(link_in_mail())
    assert link[:3] == ("https", "shop.example", f"/orders/{order['id']}")
    assert parse_qs(link.query) == {"key": [order["key"]]}
    assert api_client.get(f"/store{link.path}/?{link.query}").json()["id"] == order["id"]


@pytest.mark.parametrize("extra", [{}, {"address": ADDRESS}, {"email": "", "address": ADDRESS}])
def test_anonymous_order_without_email_is_401(api_client: APIClient, cart: Any, extra: dict[str, Any]) -> None:
    assert api_client.post("/store/orders/", {"cart_id": str(cart.pk), **extra}).status_code == 401


@pytest.mark.parametrize("body", ["{", "[]", "null", '"email"'])
def test_malformed_anonymous_order_is_401(api_client: APIClient, body: str) -> None:
    answer = api_client.post("/store/orders/", body, content_type="application/json")
    assert answer.status_code == 401


def test_link_to_order_of_customer_has_no_key(buy: Callable[..., Any], settings: Any) -> None:
    order = buy()
    assert link_in_mail() == f"{settings.FRONTEND_URL}/orders/{order.pk}"


def test_key_is_only_mailed_to_address_of_order(api_client: APIClient, cart: Any) -> None:
    body = {"cart_id": str(cart.pk), "email": "guest@storefront.example", "address": ADDRESS}
    api_client.post("/store/orders/", body)
    message = OutboxMessage.objects.get()
    message.recipient = "somebody@storefront.example"
    assert "?" not in letters.link_to(message)


def test_mail_about_deleted_order_has_no_link(buy: Callable[..., Any]) -> None:
    orders.delete_order(buy().pk)
    outbox.deliver_due()
    assert "http" not in mail.outbox[0].body


def test_error_messages_are_in_requested_language(api_client: APIClient, cart: Any) -> None:
    for language, text in (("de", "gültige"), ("es", "válida"), ("en", "Enter a valid email")):
        body = {"cart_id": str(cart.pk), "email": "nowhere", "address": ADDRESS}
        answer = api_client.post("/store/orders/", body, headers={"Accept-Language": language}).json()
        assert text in answer["email"][0]
