"""Providers that fail, refuse or cannot be reached while a payment is started or made."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from storefront_store_testapp.answers import code_of
from storefront_store_testapp.paying import begin, fill_in, start
from storefront_store_testapp.stripe_server import StripeServer

from storefront_store.models import Order
from storefront_store.payments.exceptions import PaymentRefused
from storefront_store.payments.models import Payment

pytestmark = pytest.mark.django_db(transaction=True)


def test_provider_failure_is_503_and_can_be_retried(as_user: Any, order: Any, settings: Any) -> None:
    working = settings.STOREFRONT_STORE_PAYMENTS
    broken = {"default": {"PROVIDER": "payments.core.BasicProvider"}}
    settings.STOREFRONT_STORE_PAYMENTS = {**working, "VARIANTS": broken}

    answer = start(as_user, order)

    assert code_of(answer) == (503, "provider_unavailable")
    assert answer["Retry-After"]
    assert Payment.objects.get().status == "created"
    settings.STOREFRONT_STORE_PAYMENTS = working
    assert start(as_user, order).status_code == 200
    assert Payment.objects.get().status == "waiting"


def test_gateway_failure_leaves_payment_open(order: Any) -> None:
    answer = fill_in(begin(order), gateway_response="failure")

    assert code_of(answer) == (503, "provider_unavailable")
    assert Payment.objects.get().status == "waiting"


def test_gateway_refusal_fails_payment(order: Any) -> None:
    answer = fill_in(begin(order), gateway_response="payment-error")

    assert code_of(answer) == (409, "payment_refused")
    assert Payment.objects.get().status == "failed"


@pytest.mark.database
def test_starting_payment_in_transaction_raises_without_network_call(stripe: StripeServer, order: Any) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        begin(order, "stripe")

    assert not stripe.calls


@pytest.mark.database
def test_payment_is_kept_when_stripe_is_down(order: Any, as_user: Any, configure_payments: Any) -> None:
    with StripeServer().running() as server:
        configure_payments(VARIANTS={"stripe": server.variant()})

    answer = start(as_user, order, variant="stripe")

    assert code_of(answer) == (503, "provider_unavailable")
    assert (Payment.objects.get().status, Order.objects.get().payment_status) == ("created", "P")


@pytest.mark.database
def test_wrong_api_key_fails_payment(order: Any, stripe: StripeServer, configure_payments: Any) -> None:
    variant = stripe.variant()
    variant["OPTIONS"]["api_key"] = "sk_wrong"
    configure_payments(VARIANTS={"stripe": variant})

    with pytest.raises(PaymentRefused):
        begin(order, "stripe")

    assert Payment.objects.get().status == "failed"
