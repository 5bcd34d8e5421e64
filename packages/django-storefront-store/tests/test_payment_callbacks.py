"""Callbacks of Stripe: single, repeated, late, out of order, for deleted orders, and forged ones."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.test import Client
from storefront_store_testapp.paying import RETURN_URL, begin, fill_in, history_of, notify, post_event
from storefront_store_testapp.shop import place_order
from storefront_store_testapp.stripe_server import StripeServer
from storefront_store_testapp.threads import together

from storefront_store.models import Order
from storefront_store.payments.models import Payment, Refund
from storefront_store.payments.signals import payment_needs_attention
from storefront_store.services import orders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def stripe(settings: Any) -> Iterator[StripeServer]:
    """A fake Stripe server, and the variant that uses it."""
    with StripeServer().running() as server:
        variants = {**settings.STOREFRONT_STORE_PAYMENTS["VARIANTS"], "stripe": server.variant()}
        settings.STOREFRONT_STORE_PAYMENTS = {**settings.STOREFRONT_STORE_PAYMENTS, "VARIANTS": variants}
        yield server


@pytest.fixture
def order(user: Any, make_product: Any) -> Any:
    return place_order(user, (make_product(), 2))


@pytest.fixture
def payment(stripe: StripeServer, order: Any) -> Payment:
    return begin(order, "stripe")


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


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
        notify(stripe, payment, status="complete")

        order.refresh_from_db()
        payment.refresh_from_db()
        assert (order.payment_status, payment.status) == ("P", "waiting")

    def test_async_payment_failure_fails_payment(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        notify(stripe, payment, "checkout.session.async_payment_failed", status="complete")

        order.refresh_from_db()
        payment.refresh_from_db()
        assert (order.payment_status, payment.status) == ("F", "failed")

    def test_expired_session_fails_payment_and_order_stays_pending(
        self, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        notify(stripe, payment, "checkout.session.expired", status="expired")

        order.refresh_from_db()
        payment.refresh_from_db()
        assert (order.payment_status, payment.status) == ("P", "failed")

    def test_other_events_are_ignored(self, stripe: StripeServer, payment: Payment) -> None:
        answer = notify(stripe, payment, "charge.updated")

        assert (answer.status_code, answer.json()) == (200, {"status": "ignored"})


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

        notify(stripe, payment, "checkout.session.expired", status="expired", payment_status="unpaid")

        order.refresh_from_db()
        payment.refresh_from_db()
        assert (order.payment_status, payment.status) == ("C", "captured")

    def test_late_success_after_failure_captures_payment(
        self, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        notify(stripe, payment, "checkout.session.async_payment_failed", status="complete")
        stripe.pay(payment.token)

        notify(stripe, payment)

        order.refresh_from_db()
        payment.refresh_from_db()
        assert (order.payment_status, payment.status) == ("C", "captured")

    def test_callback_before_session_is_recorded_captures_payment(
        self, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        Payment.objects.update(reference="", url="", status="created", data={})
        stripe.pay(payment.token)

        notify(stripe, payment)

        payment.refresh_from_db()
        assert (payment.status, payment.reference) == ("captured", stripe.session_of(payment.token)["id"])


class TestUnneededPayments:
    """Payments that no order needs are refunded, or flagged where that fails."""

    def check_refunded(self, stripe: StripeServer, payment: Payment, number: Any) -> None:
        payment.refresh_from_db()
        cents = int(payment.amount * 100)
        assert (payment.status, payment.captured, payment.refunded) == ("refunded", payment.amount, payment.amount)
        assert (stripe.captured(payment.token), stripe.refunded(payment.token)) == (cents, cents)
        amount = f"{payment.amount} USD"
        assert ("payment_captured", "", amount) in history_of(number)
        assert ("payment_refunded", "", amount) in history_of(number)

    def test_payment_of_cancelled_order_is_refunded(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        orders.cancel_order(order.pk)
        stripe.pay(payment.token)

        notify(stripe, payment)
        notify(stripe, payment)

        order.refresh_from_db()
        assert (order.payment_status, order.status) == ("P", "cancelled")
        self.check_refunded(stripe, payment, order.pk)
        assert Refund.objects.get().reason == "order_cancelled"

    def test_payment_of_deleted_order_is_refunded(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        number = order.pk
        orders.delete_order(order.pk)
        stripe.pay(payment.token)

        assert notify(stripe, payment).status_code == 200

        self.check_refunded(stripe, payment, number)

    def test_concurrent_callbacks_of_deleted_order_refund_once(
        self, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        number = order.pk
        orders.delete_order(order.pk)
        stripe.pay(payment.token)
        event = stripe.event(payment.token)

        answers = together([partial(post_event, event)] * 8)

        assert {answer.status_code for answer in answers} == {200}
        assert [event for event, *_ in history_of(number)].count("payment_captured") == 1
        assert Refund.objects.count() == 1
        self.check_refunded(stripe, payment, number)

    def test_second_payment_of_order_is_refunded(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        other = begin(order, "default")
        stripe.pay(payment.token)
        fill_in(other)

        notify(stripe, payment)

        order.refresh_from_db()
        other.refresh_from_db()
        assert (order.payment_status, other.status, other.settles) == ("C", "captured", True)
        self.check_refunded(stripe, payment, order.pk)

    def test_payment_of_order_marked_paid_by_staff_is_refunded(
        self, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        orders.change_payment_status(order.pk, orders.COMPLETE)
        stripe.pay(payment.token)

        notify(stripe, payment)

        order.refresh_from_db()
        assert order.payment_status == "C"
        self.check_refunded(stripe, payment, order.pk)

    def test_payment_is_only_flagged_without_auto_refund(
        self, stripe: StripeServer, payment: Payment, order: Any, settings: Any
    ) -> None:
        settings.STOREFRONT_STORE_PAYMENTS = {**settings.STOREFRONT_STORE_PAYMENTS, "AUTO_REFUND": False}
        told: list[str] = []

        def receiver(payment: Payment, **kwargs: Any) -> None:
            told.append(payment.attention)

        payment_needs_attention.connect(receiver)
        orders.cancel_order(order.pk)
        stripe.pay(payment.token)

        notify(stripe, payment)

        payment_needs_attention.disconnect(receiver)
        payment.refresh_from_db()
        assert (payment.status, payment.attention, payment.refunded) == ("captured", "order_cancelled", 0)
        assert told == ["order_cancelled"]
        assert not stripe.refunds

    def test_refund_refused_by_stripe_is_flagged(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        orders.cancel_order(order.pk)
        stripe.pay(payment.token)
        stripe.refuse_refunds = True

        assert notify(stripe, payment).status_code == 200

        payment.refresh_from_db()
        assert (payment.captured, payment.refunded, payment.attention) == (payment.amount, 0, "refund_failed")
        assert Refund.objects.get().status == "failed"


class TestInvalidCallbacks:
    """Each is a 4xx and changes nothing."""

    @pytest.fixture(autouse=True)
    def _unchanged(self, payment: Payment, order: Any) -> Iterator[None]:
        yield
        payment.refresh_from_db()
        order.refresh_from_db()
        assert (payment.status, payment.captured, order.payment_status) == ("waiting", 0, "P")
        assert len(history_of(order.pk)) == 1

    @pytest.mark.parametrize(
        "signature", ["", "t=1,v1=abc", "v1=", "t=x,v1=y", "t=1", "=,=", "\xff", "t=1,v1=" + "0" * 64]
    )
    def test_invalid_signature_is_400(self, stripe: StripeServer, payment: Payment, signature: str) -> None:
        stripe.pay(payment.token)

        assert code_of(notify(stripe, payment, signature=signature)) == (400, "invalid_callback")

    def test_signature_with_wrong_secret_is_400(self, stripe: StripeServer, payment: Payment) -> None:
        stripe.pay(payment.token)
        body = stripe.event(payment.token)

        answer = post_event(body, signature=stripe.sign(body, secret="whsec_other"))

        assert code_of(answer) == (400, "invalid_callback")

    def test_body_changed_after_signing_is_400(self, stripe: StripeServer, payment: Payment) -> None:
        body = stripe.event(payment.token)

        answer = post_event(body.replace(b"unpaid", b"paid"), signature=stripe.sign(body))

        assert code_of(answer) == (400, "invalid_callback")

    def test_old_signed_callback_is_400(self, stripe: StripeServer, payment: Payment) -> None:
        stripe.pay(payment.token)
        body = stripe.event(payment.token)

        answer = post_event(body, signature=stripe.sign(body, timestamp=int(time.time()) - 3600))

        assert code_of(answer) == (400, "invalid_callback")

    @pytest.mark.parametrize(
        "body", ["", "{", "[]", "1", '"x"', "{}", '{"type": 1}', '{"type": "checkout.session.completed"}']
    )
    def test_body_without_event_is_400(self, body: str) -> None:
        assert code_of(post_event(body.encode())) == (400, "invalid_callback")

    def test_undecodable_body_is_400(self) -> None:
        assert code_of(post_event(b"\xff\xfe", signature="t=1,v1=a")) == (400, "invalid_callback")

    def test_too_large_body_is_413(self, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

        assert code_of(post_event(b" " * 1001, signature="t=1,v1=a")) == (413, "too_large")

    @pytest.mark.parametrize("amount", [1, 1999, 200_000, 0, -2000, None, "2000", 20.5])
    def test_wrong_amount_is_rejected(self, stripe: StripeServer, payment: Payment, amount: Any) -> None:
        stripe.pay(payment.token)

        answer = notify(stripe, payment, amount_total=amount)

        assert answer.status_code in (400, 409)
        assert answer.json()["code"] in ("amount_mismatch", "invalid_callback")

    def test_wrong_currency_is_409(self, stripe: StripeServer, payment: Payment) -> None:
        stripe.pay(payment.token)

        assert code_of(notify(stripe, payment, currency="eur")) == (409, "amount_mismatch")
        payment.refresh_from_db()
        assert payment.attention == "amount_mismatch"

    def test_unknown_payment_is_404(self, stripe: StripeServer, payment: Payment) -> None:
        stripe.pay(payment.token)

        answer = notify(stripe, payment, client_reference_id=str(uuid.uuid4()))

        assert code_of(answer) == (404, "not_found")

    @pytest.mark.parametrize("token", ["1", "x" * 300, ["a"], {"a": 1}, 5])
    def test_invalid_reference_is_404(self, stripe: StripeServer, payment: Payment, token: Any) -> None:
        assert code_of(notify(stripe, payment, client_reference_id=token)) == (404, "not_found")

    def test_event_without_reference_is_ignored(self, stripe: StripeServer, payment: Payment) -> None:
        answer = notify(stripe, payment, client_reference_id=None)

        assert (answer.status_code, answer.json()) == (200, {"status": "ignored"})

    def test_session_of_another_payment_is_400(
        self, stripe: StripeServer, payment: Payment, user: Any, make_product: Any
    ) -> None:
        other = begin(place_order(user, (make_product(), 2)), "stripe")
        stripe.pay(other.token)

        answer = notify(stripe, other, client_reference_id=str(payment.token))

        assert code_of(answer) == (400, "invalid_callback")

    def test_payment_of_another_variant_is_404(
        self, stripe: StripeServer, payment: Payment, user: Any, make_product: Any
    ) -> None:
        other = begin(place_order(user, (make_product(), 2)), "default")
        body = json.loads(stripe.event(payment.token))
        body["data"]["object"].update(client_reference_id=str(other.token), payment_status="paid")

        assert code_of(post_event(json.dumps(body).encode())) == (404, "not_found")
        other.refresh_from_db()
        assert other.captured == 0

    @pytest.mark.parametrize("variant", ["paypal", "%00", "default", "x" * 300])
    def test_wrong_variant_is_rejected(self, stripe: StripeServer, payment: Payment, variant: str) -> None:
        stripe.pay(payment.token)

        answer = post_event(stripe.event(payment.token), variant=variant)

        assert answer.status_code in (400, 404)
        assert answer.json()["code"] in ("not_found", "invalid_callback")

    def test_callback_url_of_payment_requires_signature(self, stripe: StripeServer, payment: Payment) -> None:
        client, where = Client(raise_request_exception=False), f"/store/payments/{payment.token}/callback/"
        stripe.pay(payment.token)

        for answer in (client.get(where), client.post(where, stripe.event(payment.token), "application/json")):
            assert code_of(answer) == (400, "invalid_callback")

    def test_get_is_405(self) -> None:
        assert code_of(Client().get("/store/payment-callbacks/stripe/")) == (405, "method_not_allowed")


def test_starting_payment_in_transaction_raises_without_network_call(stripe: StripeServer, order: Any) -> None:
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        begin(order, "stripe")

    assert not stripe.calls


def test_payment_is_kept_when_stripe_is_down(order: Any, as_user: Any, settings: Any) -> None:
    with StripeServer().running() as server:
        variant = server.variant()
    variants = {"stripe": variant}
    settings.STOREFRONT_STORE_PAYMENTS = {**settings.STOREFRONT_STORE_PAYMENTS, "VARIANTS": variants}

    answer = as_user.post(f"/store/orders/{order.pk}/payments/", {"variant": "stripe", "return_url": RETURN_URL})

    assert code_of(answer) == (503, "provider_unavailable")
    assert (Payment.objects.get().status, Order.objects.get().payment_status) == ("created", "P")


def test_wrong_api_key_fails_payment(order: Any, stripe: StripeServer, settings: Any) -> None:
    variant = stripe.variant()
    variant["OPTIONS"]["api_key"] = "sk_wrong"
    settings.STOREFRONT_STORE_PAYMENTS = {**settings.STOREFRONT_STORE_PAYMENTS, "VARIANTS": {"stripe": variant}}
    from storefront_store.payments.exceptions import PaymentRefused

    with pytest.raises(PaymentRefused):
        begin(order, "stripe")

    assert Payment.objects.get().status == "failed"
