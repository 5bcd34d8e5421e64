"""Payments that no order needs are refunded, or flagged where that fails."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from storefront_store_testapp.paying import begin, fill_in, history_of, notify, post_event
from storefront_store_testapp.stripe_server import StripeServer
from storefront_store_testapp.threads import together

from storefront_store.payments.models import Payment, Refund
from storefront_store.payments.signals import payment_needs_attention
from storefront_store.services import orders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def check_refunded(stripe: StripeServer, payment: Payment, number: Any) -> None:
    payment.refresh_from_db()
    cents = int(payment.amount * 100)
    assert (payment.status, payment.captured, payment.refunded) == ("refunded", payment.amount, payment.amount)
    assert (stripe.captured(payment.token), stripe.refunded(payment.token)) == (cents, cents)
    amount = f"{payment.amount} USD"
    assert ("payment_captured", "", amount) in history_of(number)
    assert ("payment_refunded", "", amount) in history_of(number)


def test_payment_of_cancelled_order_is_refunded(stripe: StripeServer, payment: Payment, order: Any) -> None:
    orders.cancel_order(order.pk)
    stripe.pay(payment.token)

    notify(stripe, payment)
    notify(stripe, payment)

    order.refresh_from_db()
    assert (order.payment_status, order.status) == ("P", "cancelled")
    check_refunded(stripe, payment, order.pk)
    assert Refund.objects.get().reason == "order_cancelled"


def test_payment_of_deleted_order_is_refunded(stripe: StripeServer, payment: Payment, order: Any) -> None:
    number = order.pk
    orders.delete_order(order.pk)
    stripe.pay(payment.token)

    assert notify(stripe, payment).status_code == 200

    check_refunded(stripe, payment, number)


def test_concurrent_callbacks_of_deleted_order_refund_once(stripe: StripeServer, payment: Payment, order: Any) -> None:
    number = order.pk
    orders.delete_order(order.pk)
    stripe.pay(payment.token)
    event = stripe.event(payment.token)

    answers = together([partial(post_event, event)] * 8)

    assert {answer.status_code for answer in answers} == {200}
    assert [event for event, *_ in history_of(number)].count("payment_captured") == 1
    assert Refund.objects.count() == 1
    check_refunded(stripe, payment, number)


def test_second_payment_of_order_is_refunded(stripe: StripeServer, payment: Payment, order: Any) -> None:
    other = begin(order, "default")
    stripe.pay(payment.token)
    fill_in(other)

    notify(stripe, payment)

    order.refresh_from_db()
    other.refresh_from_db()
    assert (order.payment_status, other.status, other.settles) == ("C", "captured", True)
    check_refunded(stripe, payment, order.pk)


def test_payment_of_order_marked_paid_by_staff_is_refunded(stripe: StripeServer, payment: Payment, order: Any) -> None:
    orders.change_payment_status(order.pk, orders.COMPLETE)
    stripe.pay(payment.token)

    notify(stripe, payment)

    order.refresh_from_db()
    assert order.payment_status == "C"
    check_refunded(stripe, payment, order.pk)


def test_payment_is_only_flagged_without_auto_refund(
    stripe: StripeServer, payment: Payment, order: Any, configure_payments: Any, listen: Any
) -> None:
    configure_payments(AUTO_REFUND=False)
    told: list[str] = []

    def receiver(payment: Payment, **kwargs: Any) -> None:
        told.append(payment.attention)

    listen(payment_needs_attention, receiver)
    orders.cancel_order(order.pk)
    stripe.pay(payment.token)

    notify(stripe, payment)

    payment.refresh_from_db()
    assert (payment.status, payment.attention, payment.refunded) == ("captured", "order_cancelled", 0)
    assert told == ["order_cancelled"]
    assert not stripe.refunds


def test_refund_refused_by_stripe_is_flagged(stripe: StripeServer, payment: Payment, order: Any) -> None:
    orders.cancel_order(order.pk)
    stripe.pay(payment.token)
    stripe.refuse_refunds = True

    assert notify(stripe, payment).status_code == 200

    payment.refresh_from_db()
    assert (payment.captured, payment.refunded, payment.attention) == (payment.amount, 0, "refund_failed")
    assert Refund.objects.get().status == "failed"
