"""Callbacks of Stripe: single, repeated, late and out of order."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from storefront_store_testapp.paying import RETURN_URL, history_of, notify, post_event, statuses_of
from storefront_store_testapp.stripe_server import StripeServer
from storefront_store_testapp.threads import together

from storefront_store.payments.models import Payment, Refund

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


class TestSingleCallback:
    def test_started_payment_refers_to_stripe_session(self, stripe: StripeServer, payment: Payment) -> None:
        session = stripe.session_of(payment.token)

        assert payment.url == session["url"]
        assert payment.reference == session["id"]
        assert (session["amount_total"], session["currency"]) == (payment.amount * 100, "usd")
        assert session["success_url"] == RETURN_URL

    def test_paid_session_completes_payment_of_order(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        stripe.pay(payment.token)

        answer = notify(stripe, payment)

        order.refresh_from_db()
        payment.refresh_from_db()
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        assert (order.payment_status, payment.status, payment.captured) == ("C", "captured", payment.amount)

    def test_complete_but_unpaid_session_is_waiting(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        answer = notify(stripe, payment, status="complete")

        assert answer.status_code == 200
        assert statuses_of(order, payment) == ("P", "waiting")

    def test_async_payment_failure_fails_payment(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        notify(stripe, payment, "checkout.session.async_payment_failed", status="complete")

        assert statuses_of(order, payment) == ("F", "failed")

    def test_expired_session_fails_payment_and_order_stays_pending(
        self, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        notify(stripe, payment, "checkout.session.expired", status="expired")

        assert statuses_of(order, payment) == ("P", "failed")

    def test_other_events_are_ignored(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        stripe.pay(payment.token)

        answer = notify(stripe, payment, "charge.updated")

        assert (answer.status_code, answer.json()) == (200, {"status": "ignored"})
        assert statuses_of(order, payment) == ("P", "waiting")


class TestRepeatedCallbacks:
    def test_repeated_callbacks_are_recorded_once(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        stripe.pay(payment.token)
        event = stripe.event(payment.token)

        answers = [post_event(event) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200] * 3
        assert [event for event, *_ in history_of(order.pk)].count("payment_captured") == 1
        assert not Refund.objects.exists()

    def test_concurrent_callbacks_are_recorded_once(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        stripe.pay(payment.token)
        event = stripe.event(payment.token)

        answers = together([partial(post_event, event)] * 8)

        assert {answer.status_code for answer in answers} == {200}
        assert [event for event, *_ in history_of(order.pk)].count("payment_captured") == 1
        payment.refresh_from_db()
        assert (payment.captured, payment.refunded) == (payment.amount, 0)

    def test_late_failure_does_not_undo_payment(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        stripe.pay(payment.token)
        notify(stripe, payment)

        answer = notify(stripe, payment, "checkout.session.expired", status="expired", payment_status="unpaid")

        assert answer.status_code == 200
        assert statuses_of(order, payment) == ("C", "captured")

    def test_late_success_after_failure_captures_payment(
        self, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        notify(stripe, payment, "checkout.session.async_payment_failed", status="complete")
        stripe.pay(payment.token)

        notify(stripe, payment)

        assert statuses_of(order, payment) == ("C", "captured")

    def test_callback_before_session_is_recorded_captures_payment(self, stripe: StripeServer, payment: Payment) -> None:
        Payment.objects.update(reference="", url="", status="created", data={})
        stripe.pay(payment.token)

        notify(stripe, payment)

        payment.refresh_from_db()
        assert (payment.status, payment.reference) == ("captured", stripe.session_of(payment.token)["id"])
