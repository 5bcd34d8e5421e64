"""Personal data of a payment is erased with its customer."""

from __future__ import annotations

from typing import Any

import pytest
from storefront_store_testapp.paying import begin
from storefront_store_testapp.shop import place_order

from storefront_store.models import Customer
from storefront_store.payments.models import Payment, Refund
from storefront_store.services import orders, privacy

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def payment(user: Any, make_product: Any) -> Payment:
    """A payment with personal data of the payer, and a refund with a reason from staff."""
    payment = begin(place_order(user, (make_product(), 1)))
    payment.data, payment.message, payment.reference = {"payer": {"name": "Ann Miller"}}, "Ann's card", "pi_1"
    payment.captured, payment.refunded = payment.amount, 1
    payment.save()
    Refund.objects.create(payment=payment, amount=1, reason="Ann called", message="to Ann")
    return payment


def left() -> list[Any]:
    [payment], [refund] = Payment.objects.values(), Refund.objects.values()
    assert (payment["reference"], payment["refunded"], refund["amount"]) == ("pi_1", 1, 1)
    return [payment["data"], payment["message"], refund["reason"], refund["message"]]


def test_deleting_account_erases_payment_data(payment: Payment, user: Any) -> None:
    user.delete()

    assert left() == [{}, "", "", ""]


def test_payment_data_of_deleted_order_is_erased_with_account(payment: Payment, user: Any) -> None:
    orders.delete_order(payment.order.pk)

    user.delete()

    assert left() == [{}, "", "", ""]


def test_erasing_customer_erases_payment_data(payment: Payment, user: Any) -> None:
    privacy.erase_customer(Customer.objects.get(user=user))

    assert left() == [{}, "", "", ""]


def test_payment_data_of_other_users_is_kept(payment: Payment, make_user: Any, make_product: Any) -> None:
    other = make_user()
    place_order(other, (make_product(), 1))

    other.delete()

    assert left() == [{"payer": {"name": "Ann Miller"}}, "Ann's card", "Ann called", "to Ann"]


def test_references_for_refunds_are_kept(payment: Payment, user: Any, configure_payments: Any) -> None:
    stripe = {"PROVIDER": "storefront_store.payments.providers.stripe.StripeProvider"}
    configure_payments(VARIANTS={"stripe": stripe})
    session = {"id": "cs_1", "payment_intent": "pi_1"}
    Payment.objects.update(variant="stripe", data={"session": session, "payer": {"name": "Ann Miller"}})

    user.delete()

    assert left() == [{"session": session}, "", "", ""]
