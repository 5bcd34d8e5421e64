"""Refunds: in full, in part, in parallel, and never more than was captured."""

from __future__ import annotations

import time
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from storefront_store_testapp.answers import code_of
from storefront_store_testapp.paying import begin, fill_in, history_of, notify, start
from storefront_store_testapp.stripe_server import StripeServer
from storefront_store_testapp.threads import together

from storefront_store.payments.models import Payment, Refund
from storefront_store.payments.services import refunds
from storefront_store.payments.signals import refund_done
from storefront_store.services import orders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database, pytest.mark.usefixtures("no_tax")]


@pytest.fixture
def payment(stripe: StripeServer, payment: Payment) -> Payment:
    """A payment by Stripe that has paid its order."""
    stripe.pay(payment.token)
    notify(stripe, payment)
    payment.refresh_from_db()
    return payment


def post(client: Any, order: Any, key: str | None = None, **body: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(f"/store/orders/{order.pk}/refunds/", body, headers=headers)


class TestFull:
    def test_full_refund(self, as_cashier: Any, stripe: StripeServer, payment: Payment, order: Any) -> None:
        answer = post(as_cashier, order, reason="Returned")

        order.refresh_from_db()
        payment.refresh_from_db()
        body = answer.json()
        assert (answer.status_code, len(body), body[0]["status"], body[0]["amount"]) == (201, 1, "done", 20.0)
        assert (order.payment_status, payment.status, payment.refunded) == ("R", "refunded", payment.amount)
        assert stripe.refunded(payment.token) == 2000
        assert history_of(order.pk)[-2:] == [
            ("payment_refunded", "", "20.00 USD"),
            ("payment_status_changed", "C", "R"),
        ]

    def test_refunded_order_can_be_cancelled_but_not_paid_again(
        self, as_user: Any, payment: Payment, order: Any
    ) -> None:
        refunds.refund_order(order.pk)

        orders.cancel_order(order.pk)

        assert order.items.get().product.inventory == 100
        assert code_of(start(as_user, order, variant="stripe")) == (409, "invalid_transition")

    def test_customer_sees_refund(self, as_user: Any, payment: Payment, order: Any) -> None:
        refunds.refund_order(order.pk)

        (row,) = as_user.get(f"/store/orders/{order.pk}/payments/").json()

        assert (row["status"], row["refunded"], row["refunds"][0]["status"]) == ("refunded", 20.0, "done")
        assert len(as_user.get(f"/store/orders/{order.pk}/refunds/").json()) == 1

    def test_second_refund_is_409(self, as_cashier: Any, stripe: StripeServer, payment: Payment, order: Any) -> None:
        post(as_cashier, order)

        answer = post(as_cashier, order)

        assert code_of(answer) == (409, "nothing_due")
        assert stripe.refunded(payment.token) == 2000

    def test_refund_done_is_sent(self, payment: Payment, order: Any, listen: Any) -> None:
        told: list[Decimal] = []

        def receiver(refund: Refund, **kwargs: Any) -> None:
            told.append(refund.amount)

        listen(refund_done, receiver)
        refunds.refund_order(order.pk)

        assert told == [Decimal("20.00")]

    def test_dummy_provider_refunds_payment(self, order: Any) -> None:
        fill_in(begin(order))

        (refund,) = refunds.refund_order(order.pk)

        order.refresh_from_db()
        assert (refund.status, order.payment_status) == ("done", "R")


class TestPartial:
    def test_order_stays_paid_until_fully_refunded(
        self, as_cashier: Any, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        states = []
        for amount in (5, 14.99, 0.01):
            assert post(as_cashier, order, amount=amount).status_code == 201
            order.refresh_from_db()
            states.append(order.payment_status)

        assert states == ["C", "C", "R"]
        assert stripe.refunded(payment.token) == 2000

    def test_amount_above_remainder_is_409(
        self, as_cashier: Any, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        post(as_cashier, order, amount=5)

        answer = post(as_cashier, order, amount=15.01)

        assert code_of(answer) == (409, "refund_too_large")
        assert stripe.refunded(payment.token) == 500

    @pytest.mark.parametrize("amount", [0, -1, 0.001, "x", "NaN", "Infinity", 1e30, True, [1], {"a": 1}, ""])
    def test_invalid_amount_is_400(
        self, as_cashier: Any, stripe: StripeServer, payment: Payment, order: Any, amount: Any
    ) -> None:
        answer = post(as_cashier, order, amount=amount)

        assert (answer.status_code, list(answer.json())) == (400, ["amount"])
        assert stripe.refunded(payment.token) == 0

    def test_same_key_refunds_once(self, as_cashier: Any, stripe: StripeServer, payment: Payment, order: Any) -> None:
        answers = [post(as_cashier, order, "a", amount=5) for _ in range(3)]

        assert len({answer.content for answer in answers}) == 1
        assert stripe.refunded(payment.token) == 500
        assert post(as_cashier, order, "b", amount=5).status_code == 201
        assert stripe.refunded(payment.token) == 1000

    @pytest.mark.parametrize("key", ["", " ", "x" * 256, "a\tb"])
    def test_invalid_key_is_400(self, as_cashier: Any, payment: Payment, order: Any, key: str) -> None:
        assert post(as_cashier, order, key).status_code == 400
        assert not Refund.objects.exists()


class TestPermission:
    def test_staff_without_permission_is_403(self, as_staff: Any, payment: Payment, order: Any) -> None:
        assert post(as_staff, order).status_code == 403

    def test_customer_of_order_is_403(self, as_user: Any, payment: Payment, order: Any) -> None:
        assert post(as_user, order).status_code == 403

    def test_another_user_is_404(self, make_user: Any, log_in: Any, payment: Payment, order: Any) -> None:
        assert post(log_in(make_user()), order).status_code == 404

    def test_anonymous_user_is_401(self, api: Any, payment: Payment, order: Any) -> None:
        assert post(api, order).status_code == 401


class TestConcurrentRefunds:
    def test_concurrent_refunds_do_not_exceed_captured_amount(
        self, log_in: Any, cashier: Any, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        answers = together([partial(post, log_in(cashier), order, amount=3) for _ in range(12)])

        codes = [answer.status_code for answer in answers]
        payment.refresh_from_db()
        assert sorted(codes) == [201] * 6 + [409] * 6
        assert stripe.refunded(payment.token) == 1800
        assert payment.refunded == 18

    def test_concurrent_full_refunds_are_made_once(
        self, log_in: Any, cashier: Any, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        answers = together([partial(post, log_in(cashier), order) for _ in range(8)])

        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
        assert stripe.refunded(payment.token) == 2000

    def test_concurrent_requests_with_same_key_refund_once(
        self, log_in: Any, cashier: Any, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        answers = together([partial(post, log_in(cashier), order, "a", amount=3) for _ in range(8)])

        assert {answer.status_code for answer in answers} <= {201, 202}
        assert stripe.refunded(payment.token) == 300

    def test_concurrent_retries_pay_refund_once(self, stripe: StripeServer, payment: Payment) -> None:
        stripe.before_answer = lambda path: time.sleep(0.05)  # all have looked before the first has paid
        Payment.objects.update(refunded=3)
        refund = Refund.objects.create(payment=payment, amount=3)

        together([partial(refunds.carry_out_one, refund.pk, again=True)] * 6)

        refund.refresh_from_db()
        assert (refund.status, stripe.refunded(payment.token)) == ("done", 300)

    def test_constraint_forbids_refunding_more_than_captured(self, payment: Payment) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.update(refunded=F("captured") + 1)


class TestSeveralPayments:
    def test_refund_is_taken_from_payments_in_turn(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        type(order).objects.filter(pk=order.pk).update(total=30, payment_status="F")
        fill_in(begin(order))

        done = refunds.refund_order(order.pk, Decimal(25))

        order.refresh_from_db()
        assert [refund.amount for refund in done] == [20, 5]
        assert order.payment_status == "C"
        refunds.refund_order(order.pk)
        order.refresh_from_db()
        assert order.payment_status == "R"

    def test_single_payment_can_be_refunded(self, payment: Payment) -> None:
        refund = refunds.refund_payment(payment.pk, Decimal(5))

        payment.refresh_from_db()
        assert (refund.status, payment.refunded) == ("done", 5)


class TestProvider:
    def test_refusal_is_409_and_releases_amount(
        self, as_cashier: Any, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        stripe.refuse_refunds = True

        answer = post(as_cashier, order)

        payment.refresh_from_db()
        order.refresh_from_db()
        assert code_of(answer) == (409, "payment_refused")
        assert (payment.refunded, payment.attention, order.payment_status) == (0, "refund_failed", "C")
        stripe.refuse_refunds = False
        assert post(as_cashier, order).status_code == 201

    def test_unreachable_provider_is_202_and_keeps_amount_reserved(
        self, as_cashier: Any, stripe: StripeServer, payment: Payment, order: Any, configure_payments: Any
    ) -> None:
        unreachable = {**stripe.variant(), "OPTIONS": {**stripe.options(), "api_base": "http://127.0.0.1:9"}}
        configure_payments(VARIANTS={"stripe": unreachable})

        answer = post(as_cashier, order)

        payment.refresh_from_db()
        assert (answer.status_code, answer.json()[0]["status"]) == (202, "pending")
        assert (payment.refunded, payment.status) == (payment.amount, "captured")
        assert post(as_cashier, order).status_code == 409
