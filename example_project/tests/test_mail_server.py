"""The outbox with real mail servers: one that is unavailable, one that hangs, and one that accepts mail."""

from __future__ import annotations

import email
import socket
from collections.abc import Callable
from decimal import Decimal
from email.header import decode_header, make_header
from typing import Any

import django
import pytest
from aiosmtpd.controller import Controller
from django.utils import translation
from rest_framework.test import APIClient

from store_custom.models import OutboxMessage
from store_custom.services import addresses, outbox
from storefront.settings import services
from storefront_store.conf import get_model
from storefront_store.services import carts
from storefront_store.services.checkout import checkout

pytestmark = pytest.mark.django_db

ORDERS = 5
TIMEOUT = 0.3


class RecordingHandler:
    """SMTP handler that rejects a given number of mails and accepts the others."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.letters: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (the library names it)
        if self.refusals:
            self.refusals -= 1
            return "451 Later, please"
        self.letters.append(email.message_from_bytes(envelope.content))
        return "250 Kept"


@pytest.fixture
def use_server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return a function that sends mail to a local port."""
    monkeypatch.setattr(services, "MAIL_SECONDS", TIMEOUT)

    def do_use(port: int) -> None:
        mail = services.mail(f"smtp://127.0.0.1:{port}")
        if django.VERSION >= (6, 1):
            settings.MAILERS = {"default": {"BACKEND": mail.backend, "OPTIONS": mail.options}}
        else:
            settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = mail.backend, mail.options["timeout"]
            settings.EMAIL_HOST, settings.EMAIL_PORT = mail.options["host"], mail.options["port"]

    return do_use


@pytest.fixture
def orders(create_user: Callable[..., Any], create_product: Callable[..., Any]) -> list[Any]:
    """Orders with waiting confirmation mails."""
    user, product, placed = create_user("buyer"), create_product(inventory=ORDERS), []
    addresses.confirm(user.email)
    for _ in range(ORDERS):
        cart = carts.create_cart()
        carts.add_item(cart.pk, product.pk, 1)
        placed.append(checkout(user=user, cart_id=cart.pk))
    return placed


def deliver_and_collect(use_server: Callable[[int], None], handler: RecordingHandler) -> list[Any]:
    """Deliver to a working server until no mail is due, and return the mails."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        use_server(port)
        outbox.deliver_due()
    finally:
        controller.stop()
    return handler.letters


def test_mails_are_delivered_with_receipt(use_server: Callable[[int], None], orders: list[Any]) -> None:
    letters = deliver_and_collect(use_server, RecordingHandler())

    assert {letter["Message-ID"] for letter in letters} == set(
        OutboxMessage.objects.values_list("message_id", flat=True)
    )
    assert len(letters) == ORDERS
    kinds = [part.get_content_type() for part in letters[0].walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "application/pdf"]


@pytest.mark.parametrize("failure", ["unreachable", "hanging"])
def test_mails_are_delivered_once_after_server_failure(
    use_server: Callable[[int], None], orders: list[Any], failure: str
) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if failure == "hanging":  # accepts connections without responding
            server.listen()
        use_server(server.getsockname()[1])
        assert [outbox.deliver_due(), outbox.deliver_due()] == [0, 0]
    assert OutboxMessage.objects.due().filter(attempts=0).count() == ORDERS

    letters = deliver_and_collect(use_server, RecordingHandler())

    assert len({letter["Message-ID"] for letter in letters}) == len(letters) == ORDERS


def test_rejected_mails_are_delivered_by_retry(use_server: Callable[[int], None], orders: list[Any]) -> None:
    handler = RecordingHandler(refusals=2)
    assert len(deliver_and_collect(use_server, handler)) == ORDERS - 2
    refused = OutboxMessage.objects.waiting()
    assert {message.last_error[:13] for message in refused} == {"SMTPDataError"}

    refused.update(due_at="2020-01-01T00:00:00Z")
    letters = deliver_and_collect(use_server, handler)

    assert len({letter["Message-ID"] for letter in letters}) == len(letters) == ORDERS


@pytest.mark.parametrize(
    ("languages", "subject", "sentence", "total"),
    [
        ("de-CH,en;q=0.5", "Ihre Bestellung", "Der Beleg ist angehängt.", "Gesamt: 1.375,00 USD"),
        ("es", "Su pedido", "Adjuntamos el recibo.", "Total: 1375,00 USD"),
        ("fr", "Your order", "The receipt is attached.", "Total: 1,375.00 USD"),
    ],
)
def test_mail_uses_language_of_checkout(
    use_server: Callable[[int], None],
    authenticate: Callable[..., APIClient],
    create_product: Callable[..., Any],
    languages: str,
    subject: str,
    sentence: str,
    total: str,
) -> None:
    client = authenticate("buyer")
    cart = client.post("/store/carts/", {}).json()["id"]
    product = create_product(unit_price=Decimal(1250))
    client.post(f"/store/carts/{cart}/items/", {"product_id": product.pk, "quantity": 1})
    placed = client.post("/store/orders/", {"cart_id": cart}, headers={"Accept-Language": languages})
    order = get_model("Order").objects.get(pk=placed.json()["id"])
    with translation.override("es"):  # a member of staff who speaks Spanish
        for message in (outbox.enqueue_paid(order), outbox.enqueue_shipped(order)):
            assert message.context["language"] == languages[:2].replace("fr", "en")

    letter = deliver_and_collect(use_server, RecordingHandler())[0]

    assert str(make_header(decode_header(letter["Subject"]))) == f"{subject} {order.pk}"
    text, page, receipt = [part for part in letter.walk() if not part.is_multipart()]
    body = text.get_payload(decode=True).decode()
    assert sentence in body
    assert total in body.replace("\xa0", "")
    assert f'<html lang="{languages[:2].replace("fr", "en")}">' in page.get_payload(decode=True).decode()
    title = {"de": "Beleg", "es": "Recibo", "fr": "Receipt"}[languages[:2]] + f" {order.pk}"
    content = receipt.get_payload(decode=True)
    assert title.encode() in content or title.encode("utf-16-be") in content
