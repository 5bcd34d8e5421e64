"""Pay, callback, cancel, refund, ship and delete at the same time: no money and no unit is ever lost or made."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from storefront_store_testapp.paying import RETURN_URL, history_of, post_event
from storefront_store_testapp.shop import place_order
from storefront_store_testapp.stripe_server import StripeServer
from storefront_store_testapp.threads import together

from storefront_store.exceptions import StoreError
from storefront_store.models import Order, Product
from storefront_store.payments.models import Payment, Refund
from storefront_store.payments.services import refunds, sync
from storefront_store.payments.services.payments import start_payment
from storefront_store.services import orders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

ROUNDS = int(os.environ.get("INTERLEAVINGS", "16"))
THREADS, STEPS = 5, 4
ENDS = ["cancel", "refund", "ship", "delete"]  # each round knows another set of them
URLS = [RETURN_URL, "https://shop.example/other"]  # two payments of one order may be open


@pytest.fixture(autouse=True)
def _sync_at_once(configure_payments: Any) -> None:
    configure_payments(SYNC_AFTER_MINUTES=0)


class Actor:
    """Runs random steps on one order."""

    def __init__(self, server: StripeServer, order_id: Any, seed: int, ends: list[str]) -> None:
        self.server, self.order_id, self.random = server, order_id, random.Random(seed)
        self.ends = ends
        self.refused = 0

    def run(self) -> None:
        steps: list[Callable[[], object]] = [
            self.begin,
            self.begin,
            self.pay,
            self.pay,
            self.call_back,
            self.call_back,
            *(getattr(self, name) for name in self.ends),
        ]
        for step in self.random.choices(steps, k=STEPS):
            try:
                step()
            except StoreError:
                self.refused += 1

    def begin(self) -> None:
        start_payment(self.order_id, variant="stripe", return_url=self.random.choice(URLS))

    def pay(self) -> None:
        for session in self.sessions():
            self.server.pay(session["client_reference_id"])

    def call_back(self) -> None:
        for session in self.sessions():
            kind = "checkout.session.completed"
            if self.random.random() < 0.2:
                kind = "checkout.session.async_payment_failed"
            answer = post_event(self.server.event(session["client_reference_id"], kind))
            assert answer.status_code < 500 or answer.json()["code"] == "busy", answer.content

    def cancel(self) -> None:
        orders.cancel_order(self.order_id)

    def refund(self) -> None:
        refunds.refund_order(self.order_id, self.random.choice([None, *[Decimal(7)] * 5]))

    def ship(self) -> None:
        orders.ship_order(self.order_id, tracking="JD1")

    def delete(self) -> None:
        orders.delete_order(self.order_id)

    def sessions(self) -> list[dict[str, Any]]:
        tokens = set(map(str, Payment.objects.filter(order_number=str(self.order_id)).values_list("token", flat=True)))
        return [row for row in list(self.server.sessions.values()) if row["client_reference_id"] in tokens]


def test_random_interleavings_keep_money_and_stock_consistent(
    stripe: StripeServer, user: Any, make_product: Any
) -> None:
    seen: set[tuple[str, str]] = set()
    for number in range(ROUNDS):
        product = make_product(inventory=10)
        order = place_order(user, (product, 2))
        if number % 2:  # half of them begin with money on its way
            payment = start_payment(order.pk, variant="stripe", return_url=RETURN_URL).payment
            stripe.pay(payment.token)

        ends = [name for index, name in enumerate(ENDS) if number // 2 >> index & 1]
        together([Actor(stripe, order.pk, number * THREADS + index, ends).run for index in range(THREADS)])
        settle(stripe, order.pk)

        seen.add(check(stripe, order.pk, product.pk))
    if ROUNDS >= 40:
        assert {state for state, _payment in seen} >= {"placed", "shipped", "cancelled", "deleted"}
        assert {payment for _state, payment in seen} >= {"P", "C", "R"}


def settle(stripe: StripeServer, order_id: Any) -> None:
    """Deliver every callback, and synchronize until nothing is left to do."""
    for token in Payment.objects.filter(order_number=str(order_id)).values_list("token", flat=True):
        if any(row["client_reference_id"] == str(token) for row in stripe.sessions.values()) and stripe.captured(token):
            assert post_event(stripe.event(token)).status_code == 200
    for _attempt in range(3):
        sync.sync()
    assert not Refund.objects.filter(status=Refund.Status.PENDING).exists()


def check(stripe: StripeServer, order_id: Any, product_id: Any) -> tuple[str, str]:
    """Compare the payments of the store with those at Stripe, to the cent, and the stock with the order."""
    order = Order.objects.filter(pk=order_id).first()
    history = history_of(order_id)
    payments = list(Payment.objects.filter(order_number=str(order_id)).prefetch_related("refunds"))
    paid = Decimal(0)
    for payment in payments:
        captured, refunded = stripe.captured(payment.token), stripe.refunded(payment.token)
        assert captured in (0, payment.amount * 100)
        assert refunded <= captured
        assert (payment.captured * 100, payment.refunded * 100) == (captured, refunded)
        done = sum(refund.amount for refund in payment.refunds.all() if refund.status == "done")
        assert done == payment.refunded
        paid += payment.captured - payment.refunded if payment.settles else 0
        assert payment.settles or payment.refunded == payment.captured  # nobody keeps what no order needs
    assert sum_of(history, "payment_captured") == sum(payment.captured for payment in payments)
    assert sum_of(history, "payment_refunded") == sum(payment.refunded for payment in payments)

    names = [event for event, _old, _new in history]
    returned = names.count("cancelled") + (names.count("deleted") if "cancelled" not in names else 0)
    assert returned <= 1
    assert Product.objects.get(pk=product_id).inventory == 8 + 2 * returned
    assert names.count("placed") == 1
    assert not ("shipped" in names and returned)
    if order is None:
        assert "deleted" in names
        assert paid == 0
        return "deleted", ""
    assert not (order.shipped_at and order.cancelled_at)
    assert (order.payment_status == "C") == (paid > 0)
    assert paid <= order.total
    if order.payment_status == "R":
        assert any(payment.settles for payment in payments)
    if order.status == "cancelled":
        assert paid == 0
    return order.status, order.payment_status


def sum_of(history: list[tuple[str, str, str]], event: str) -> Decimal:
    return sum((Decimal(new.split()[0]) for name, _old, new in history if name == event), Decimal(0))
