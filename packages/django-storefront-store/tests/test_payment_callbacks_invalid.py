"""Callbacks of Stripe that are forged, malformed, or about another payment: each is refused and changes nothing."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from storefront_store_testapp.answers import code_of
from storefront_store_testapp.paying import begin, history_of, notify, post_event
from storefront_store_testapp.shop import place_order
from storefront_store_testapp.stripe_server import StripeServer

from storefront_store.payments.models import Payment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


class TestInvalidCallbacks:
    """Each is a 4xx and changes nothing."""

    @pytest.fixture(autouse=True)
    def _unchanged(self, no_tax: None, payment: Payment, order: Any) -> Iterator[None]:
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
        assert stripe.captured(payment.token) == 2000

        answer = notify(stripe, payment, amount_total=amount)

        is_number_of_cents = isinstance(amount, int)
        assert code_of(answer) == ((409, "amount_mismatch") if is_number_of_cents else (400, "invalid_callback"))

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

        is_known = variant == "default"  # which does not have callbacks for all of its payments
        assert code_of(answer) == ((400, "invalid_callback") if is_known else (404, "not_found"))

    def test_callback_url_of_payment_requires_signature(self, stripe: StripeServer, payment: Payment) -> None:
        client, where = Client(raise_request_exception=False), f"/store/payments/{payment.token}/callback/"
        stripe.pay(payment.token)

        for answer in (client.get(where), client.post(where, stripe.event(payment.token), "application/json")):
            assert code_of(answer) == (400, "invalid_callback")

    def test_get_is_405(self) -> None:
        assert code_of(Client().get("/store/payment-callbacks/stripe/")) == (405, "method_not_allowed")
