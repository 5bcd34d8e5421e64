"""Orders that cost nothing, because of a promotion of 100 %, are paid at once, and no money is taken or returned."""

from __future__ import annotations

from typing import Any

import pytest
from storefront_store_testapp.paying import RETURN_URL, history_of
from storefront_store_testapp.shop import place_order

from storefront_store.exceptions import Protected
from storefront_store.models import Order, Product, Promotion
from storefront_store.payments.models import Payment, Refund
from storefront_store.services import orders
from storefront_store.services.audit import check_orders
from storefront_store.signals import order_created, payment_status_changed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sample(make_product: Any) -> Any:
    product = make_product(title="Sample", unit_price="9.00", inventory=5)
    Promotion.objects.create(description="Gift", discount=100).products.add(product)
    return product


@pytest.fixture
def order(user: Any, sample: Any) -> Any:
    return place_order(user, (sample, 2))


@pytest.mark.database
def test_free_order_is_paid_immediately(user: Any, sample: Product, listen: Any) -> None:
    sent = []

    def on_created(order: Any, **kwargs: Any) -> None:
        sent.append(("created", order.payment_status))

    def on_changed(order: Any, old: str, new: str, **kwargs: Any) -> None:
        sent.append((old, new))

    listen(order_created, on_created)
    listen(payment_status_changed, on_changed)
    order = place_order(user, (sample, 2))

    stored = Order.objects.get()
    assert (stored.total, stored.payment_status) == (0, orders.COMPLETE)
    assert sent == [("created", "C"), ("P", "C")]
    assert history_of(order.pk) == [("placed", "", ""), ("payment_status_changed", "P", "C")]


def test_partly_free_order_is_pending(user: Any, sample: Product, make_product: Any) -> None:
    order = place_order(user, (sample, 1), (make_product(unit_price="0.01"), 1))

    assert (order.payment_status, history_of(order.pk)) == (orders.PENDING, [("placed", "", "")])


def test_free_order_ships_when_payment_is_required(user: Any, sample: Product, settings: Any) -> None:
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "SHIP_UNPAID": False}

    assert orders.ship_order(place_order(user, (sample, 1)).pk).shipped_at


def test_free_order_cannot_be_paid_or_refunded(as_user: Any, as_cashier: Any, order: Order) -> None:
    staff = as_cashier
    body = {"variant": "default", "return_url": RETURN_URL}
    paying = as_user.post(f"/store/orders/{order.pk}/payments/", body)
    refunding = [staff.post(f"/store/orders/{order.pk}/refunds/", wish) for wish in ({}, {"amount": 0})]

    assert (paying.status_code, paying.json()["code"]) == (409, "nothing_due")
    assert [answer.status_code for answer in refunding] == [409, 400]
    assert refunding[0].json()["code"] == "nothing_due"
    assert not Payment.objects.exists()
    assert not Refund.objects.exists()


@pytest.mark.database
def test_customer_can_cancel_free_order(as_user: Any, order: Order, sample: Product) -> None:
    answer = as_user.post(f"/store/orders/{order.pk}/cancel/")

    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    sample.refresh_from_db()
    assert sample.inventory == 5
    assert not list(check_orders())
    orders.delete_order(order.pk)


def test_paid_order_cannot_be_cancelled_or_deleted(as_user: Any, user: Any, make_product: Any) -> None:
    order = place_order(user, (make_product(), 1))
    orders.change_payment_status(order.pk, orders.COMPLETE)

    assert as_user.post(f"/store/orders/{order.pk}/cancel/").status_code == 409
    with pytest.raises(Protected):
        orders.delete_order(order.pk)
