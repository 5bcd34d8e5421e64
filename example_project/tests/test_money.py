"""Payments and refunds of an order, in mails and on its page in the admin."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from store_custom.models import MailKind, OutboxMessage
from store_custom.services import outbox
from storefront_store.conf import get_model
from storefront_store.models import Promotion
from storefront_store.payments.services import payments, refunds
from storefront_store.services.checkout import checkout

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(create_user: Callable[..., Any], create_product: Callable[..., Any]) -> Any:
    """An order that was paid with the dummy provider."""
    user = create_user("cora", first_name="Cora")
    cart = get_model("Cart").objects.create()
    get_model("CartItem").objects.create(cart=cart, product=create_product(unit_price=Decimal("10.00")), quantity=2)
    order = checkout(user=user, cart_id=cart.pk)
    payment = payments.start_payment(order.pk, variant="default", return_url="http://localhost:8001/").payment
    form = {"status": "confirmed", "fraud_status": "unknown", "gateway_response": "3ds-disabled"}
    assert Client().post(f"/store/payments/{payment.token}/", form).status_code == 302
    return order


def deliver_mail(kind: MailKind) -> Any:
    """Send all mails, whatever the limit of their address, and return the one of this kind."""
    OutboxMessage.objects.waiting().update(attempts=outbox.ADMITTED)
    outbox.deliver_due()
    [message] = OutboxMessage.objects.filter(kind=kind)
    return next(letter for letter in mail.outbox if letter.extra_headers["Message-ID"] == message.message_id)


def test_customer_is_notified_of_payment(order: Any) -> None:
    letter = deliver_mail(MailKind.PAID)

    assert letter.subject == f"Your order {order.pk} is paid"
    assert letter.to == ["cora@storefront.example"]
    assert f"we have received {order.total} USD" in letter.body


def test_free_order_only_sends_confirmation(
    create_user: Callable[..., Any], create_product: Callable[..., Any]
) -> None:
    product = create_product(unit_price=Decimal("10.00"))
    Promotion.objects.create(description="Gift", discount=100).products.add(product)
    cart = get_model("Cart").objects.create()
    get_model("CartItem").objects.create(cart=cart, product=product, quantity=1)

    order = checkout(user=create_user("cora"), cart_id=cart.pk)

    letter = deliver_mail(MailKind.CONFIRMATION)
    assert order.payment_status == order.PAYMENT_STATUS_COMPLETE
    assert [message.kind for message in OutboxMessage.objects.all()] == [MailKind.CONFIRMATION]
    assert "See or cancel your order:" in letter.body


def test_customer_is_notified_of_refund(order: Any) -> None:
    refunds.refund_order(order.pk, Decimal("5.50"))

    letter = deliver_mail(MailKind.REFUNDED)

    assert letter.subject == f"Refund for your order {order.pk}"
    assert "we have refunded 5.50 USD" in letter.body
    assert "5.50 USD" in letter.alternatives[0][0]


def test_admin_page_of_order_links_to_payments(order: Any, admin_client: Client) -> None:
    payment = order.payments.get()

    page = admin_client.get(f"/admin/storefront_store/order/{order.pk}/change/")

    assert page.status_code == 200
    assert f"/admin/storefront_store_payments/payment/{payment.pk}/change/" in page.content.decode()
