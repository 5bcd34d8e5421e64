"""What Stripe reports: once, twice, late, out of order, for orders that are no more, and what Stripe did not send."""

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
    """A server that is Stripe, and the variant that talks to it."""
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


class TestOnce:
    def test_the_customer_is_sent_to_stripe(self, stripe: StripeServer, payment: Payment) -> None:
        session = stripe.session_of(payment.token)

        assert payment.url == session["url"]
        assert payment.reference == session["id"]
        assert (session["amount_total"], session["currency"]) == (payment.amount * 100, "usd")
        assert session["success_url"] == RETURN_URL

    def test_a_paid_session_pays_the_order(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        stripe.pay(payment.token)

        answer = notify(stripe, payment)

        order.refresh_from_db()
        payment.refresh_from_db()
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        assert (order.payment_status, payment.status, payment.captured) == ("C", "captured", payment.amount)

    def test_a_session_that_is_complete_and_not_paid_yet_waits(
        self, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        notify(stripe, payment, status="complete")

        order.refresh_from_db()
        payment.refresh_from_db()
        assert (order.payment_status, payment.status) == ("P", "waiting")

    def test_a_bank_that_refuses_later_fails_it(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        notify(stripe, payment, "checkout.session.async_payment_failed", status="complete")

        order.refresh_from_db()
        payment.refresh_from_db()
        assert (order.payment_status, payment.status) == ("F", "failed")

    def test_an_expired_session_fails_and_the_order_stays_pending(
        self, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        notify(stripe, payment, "checkout.session.expired", status="expired")

        order.refresh_from_db()
        payment.refresh_from_db()
        assert (order.payment_status, payment.status) == ("P", "failed")

    def test_other_events_are_ignored(self, stripe: StripeServer, payment: Payment) -> None:
        answer = notify(stripe, payment, "charge.updated")

        assert (answer.status_code, answer.json()) == (200, {"status": "ignored"})


class TestRepeated:
    def test_twice_is_once(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        stripe.pay(payment.token)
        event = stripe.event(payment.token)

        answers = [post_event(event) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200] * 3
        assert [event for event, *_ in history_of(order.pk)].count("payment_captured") == 1
        assert not Refund.objects.exists()

    def test_at_the_same_moment_too(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        stripe.pay(payment.token)
        event = stripe.event(payment.token)

        answers = together([partial(post_event, event)] * 8)

        assert {answer.status_code for answer in answers} == {200}
        assert [event for event, *_ in history_of(order.pk)].count("payment_captured") == 1
        payment.refresh_from_db()
        assert (payment.captured, payment.refunded) == (payment.amount, 0)

    def test_a_late_failure_does_not_undo_a_payment(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        stripe.pay(payment.token)
        notify(stripe, payment)

        notify(stripe, payment, "checkout.session.expired", status="expired", payment_status="unpaid")

        order.refresh_from_db()
        payment.refresh_from_db()
        assert (order.payment_status, payment.status) == ("C", "captured")

    def test_a_late_success_counts_after_a_failure(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        notify(stripe, payment, "checkout.session.async_payment_failed", status="complete")
        stripe.pay(payment.token)

        notify(stripe, payment)

        order.refresh_from_db()
        payment.refresh_from_db()
        assert (order.payment_status, payment.status) == ("C", "captured")

    def test_a_session_reported_before_it_was_recorded_counts(
        self, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        Payment.objects.update(reference="", url="", status="created", data={})
        stripe.pay(payment.token)

        notify(stripe, payment)

        payment.refresh_from_db()
        assert (payment.status, payment.reference) == ("captured", stripe.session_of(payment.token)["id"])


class TestUnneeded:
    """Money that no order needs goes back, and never gets lost."""

    def check_sent_back(self, stripe: StripeServer, payment: Payment, number: Any) -> None:
        payment.refresh_from_db()
        cents = int(payment.amount * 100)
        assert (payment.status, payment.captured, payment.refunded) == ("refunded", payment.amount, payment.amount)
        assert (stripe.captured(payment.token), stripe.refunded(payment.token)) == (cents, cents)
        amount = f"{payment.amount} USD"
        assert ("payment_captured", "", amount) in history_of(number)
        assert ("payment_refunded", "", amount) in history_of(number)

    def test_a_cancelled_order(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        orders.cancel_order(order.pk)
        stripe.pay(payment.token)

        notify(stripe, payment)
        notify(stripe, payment)

        order.refresh_from_db()
        assert (order.payment_status, order.status) == ("P", "cancelled")
        self.check_sent_back(stripe, payment, order.pk)
        assert Refund.objects.get().reason == "order_cancelled"

    def test_a_deleted_order(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        number = order.pk
        orders.delete_order(order.pk)
        stripe.pay(payment.token)

        assert notify(stripe, payment).status_code == 200

        self.check_sent_back(stripe, payment, number)

    def test_a_deleted_order_reported_many_times_at_once(
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
        self.check_sent_back(stripe, payment, number)

    def test_a_second_payment(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        other = begin(order, "default")
        stripe.pay(payment.token)
        fill_in(other)

        notify(stripe, payment)

        order.refresh_from_db()
        other.refresh_from_db()
        assert (order.payment_status, other.status, other.settles) == ("C", "captured", True)
        self.check_sent_back(stripe, payment, order.pk)

    def test_an_order_that_staff_marked_as_paid_stays_paid(
        self, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        orders.change_payment_status(order.pk, orders.COMPLETE)
        stripe.pay(payment.token)

        notify(stripe, payment)

        order.refresh_from_db()
        assert order.payment_status == "C"
        self.check_sent_back(stripe, payment, order.pk)

    def test_it_is_only_flagged_where_the_setting_says_so(
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

    def test_a_refund_that_stripe_refuses_is_flagged(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        orders.cancel_order(order.pk)
        stripe.pay(payment.token)
        stripe.refuse_refunds = True

        assert notify(stripe, payment).status_code == 200

        payment.refresh_from_db()
        assert (payment.captured, payment.refunded, payment.attention) == (payment.amount, 0, "refund_failed")
        assert Refund.objects.get().status == "failed"


class TestWrong:
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
    def test_signature(self, stripe: StripeServer, payment: Payment, signature: str) -> None:
        stripe.pay(payment.token)

        assert code_of(notify(stripe, payment, signature=signature)) == (400, "invalid_callback")

    def test_secret(self, stripe: StripeServer, payment: Payment) -> None:
        stripe.pay(payment.token)
        body = stripe.event(payment.token)

        answer = post_event(body, signature=stripe.sign(body, secret="whsec_other"))

        assert code_of(answer) == (400, "invalid_callback")

    def test_body_changed_after_signing(self, stripe: StripeServer, payment: Payment) -> None:
        body = stripe.event(payment.token)

        answer = post_event(body.replace(b"unpaid", b"paid"), signature=stripe.sign(body))

        assert code_of(answer) == (400, "invalid_callback")

    def test_replayed_hours_later(self, stripe: StripeServer, payment: Payment) -> None:
        stripe.pay(payment.token)
        body = stripe.event(payment.token)

        answer = post_event(body, signature=stripe.sign(body, timestamp=int(time.time()) - 3600))

        assert code_of(answer) == (400, "invalid_callback")

    @pytest.mark.parametrize(
        "body", ["", "{", "[]", "1", '"x"', "{}", '{"type": 1}', '{"type": "checkout.session.completed"}']
    )
    def test_body_that_is_no_event(self, body: str) -> None:
        assert code_of(post_event(body.encode())) == (400, "invalid_callback")

    def test_body_that_is_no_text(self) -> None:
        assert code_of(post_event(b"\xff\xfe", signature="t=1,v1=a")) == (400, "invalid_callback")

    def test_body_that_is_too_large(self, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

        assert code_of(post_event(b" " * 1001, signature="t=1,v1=a")) == (413, "too_large")

    @pytest.mark.parametrize("amount", [1, 1999, 200_000, 0, -2000, None, "2000", 20.5])
    def test_amount(self, stripe: StripeServer, payment: Payment, amount: Any) -> None:
        stripe.pay(payment.token)

        answer = notify(stripe, payment, amount_total=amount)

        assert answer.status_code in (400, 409)
        assert answer.json()["code"] in ("amount_mismatch", "invalid_callback")

    def test_currency(self, stripe: StripeServer, payment: Payment) -> None:
        stripe.pay(payment.token)

        assert code_of(notify(stripe, payment, currency="eur")) == (409, "amount_mismatch")
        payment.refresh_from_db()
        assert payment.attention == "amount_mismatch"

    def test_payment_that_does_not_exist(self, stripe: StripeServer, payment: Payment) -> None:
        stripe.pay(payment.token)

        answer = notify(stripe, payment, client_reference_id=str(uuid.uuid4()))

        assert code_of(answer) == (404, "not_found")

    @pytest.mark.parametrize("token", ["1", "x" * 300, ["a"], {"a": 1}, 5])
    def test_reference_that_is_none(self, stripe: StripeServer, payment: Payment, token: Any) -> None:
        assert code_of(notify(stripe, payment, client_reference_id=token)) == (404, "not_found")

    def test_event_without_a_reference_is_somebody_elses(self, stripe: StripeServer, payment: Payment) -> None:
        answer = notify(stripe, payment, client_reference_id=None)

        assert (answer.status_code, answer.json()) == (200, {"status": "ignored"})

    def test_session_of_another_payment(
        self, stripe: StripeServer, payment: Payment, user: Any, make_product: Any
    ) -> None:
        other = begin(place_order(user, (make_product(), 2)), "stripe")
        stripe.pay(other.token)

        answer = notify(stripe, other, client_reference_id=str(payment.token))

        assert code_of(answer) == (400, "invalid_callback")

    def test_variant_of_another_payment(
        self, stripe: StripeServer, payment: Payment, user: Any, make_product: Any
    ) -> None:
        other = begin(place_order(user, (make_product(), 2)), "default")
        body = json.loads(stripe.event(payment.token))
        body["data"]["object"].update(client_reference_id=str(other.token), payment_status="paid")

        assert code_of(post_event(json.dumps(body).encode())) == (404, "not_found")
        other.refresh_from_db()
        assert other.captured == 0

    @pytest.mark.parametrize("variant", ["paypal", "%00", "default", "x" * 300])
    def test_variant(self, stripe: StripeServer, payment: Payment, variant: str) -> None:
        stripe.pay(payment.token)

        answer = post_event(stripe.event(payment.token), variant=variant)

        assert answer.status_code in (400, 404)
        assert answer.json()["code"] in ("not_found", "invalid_callback")

    def test_the_address_of_one_payment_needs_the_signature_too(self, stripe: StripeServer, payment: Payment) -> None:
        client, where = Client(raise_request_exception=False), f"/store/payments/{payment.token}/callback/"
        stripe.pay(payment.token)

        for answer in (client.get(where), client.post(where, stripe.event(payment.token), "application/json")):
            assert code_of(answer) == (400, "invalid_callback")

    def test_get_is_405(self) -> None:
        assert code_of(Client().get("/store/payment-callbacks/stripe/")) == (405, "method_not_allowed")


def test_no_call_of_the_network_is_made_inside_a_transaction(stripe: StripeServer, order: Any) -> None:
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        begin(order, "stripe")

    assert not stripe.calls


def test_stripe_being_away_leaves_a_payment_that_can_be_gone_on_with(order: Any, as_user: Any, settings: Any) -> None:
    with StripeServer().running() as server:
        variant = server.variant()
    variants = {"stripe": variant}
    settings.STOREFRONT_STORE_PAYMENTS = {**settings.STOREFRONT_STORE_PAYMENTS, "VARIANTS": variants}

    answer = as_user.post(f"/store/orders/{order.pk}/payments/", {"variant": "stripe", "return_url": RETURN_URL})

    assert code_of(answer) == (503, "provider_unavailable")
    assert (Payment.objects.get().status, Order.objects.get().payment_status) == ("created", "P")


def test_a_key_that_stripe_does_not_know_fails_the_payment(order: Any, stripe: StripeServer, settings: Any) -> None:
    variant = stripe.variant()
    variant["OPTIONS"]["api_key"] = "sk_wrong"
    settings.STOREFRONT_STORE_PAYMENTS = {**settings.STOREFRONT_STORE_PAYMENTS, "VARIANTS": {"stripe": variant}}
    from storefront_store.payments.exceptions import PaymentRefused

    with pytest.raises(PaymentRefused):
        begin(order, "stripe")

    assert Payment.objects.get().status == "failed"
