"""The last use of a voucher, one use per customer and the last unit go to one of 16 checkouts at the same moment."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

import pytest
from storefront_store_testapp.threads import together

from storefront_store.exceptions import InvalidTransition
from storefront_store.models import Order, OrderItem, Product
from storefront_store.services import orders
from storefront_store.vouchers.models import Voucher, VoucherRedemption

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))
THREADS = 16


@pytest.fixture(autouse=True)
def _taken(settings: Any) -> None:
    settings.STOREFRONT_STORE = {
        "ADJUSTERS": ["storefront_store.vouchers.adjusters.Vouchers", "storefront_store.adjusters.Tax"],
        "THROTTLE_RATES": {},
        "GUEST_CHECKOUT": True,
    }


def order(client: Any, cart: Any, body: Any) -> Any:
    return client.post("/store/orders/", {"cart_id": str(cart.pk), "vouchers": ["LAST"], **body})


def order_concurrently(clients: Any, make_cart: Any, *products: Product, body: Any = None) -> list[int]:
    """Order concurrently: each client a different product, unless only one is given."""
    wanted = products if len(products) > 1 else products * len(clients)
    carts = [make_cart((product, 1)) for product in wanted]
    body = body or {}
    answers = together([partial(order, client, cart, body) for client, cart in zip(clients, carts, strict=True)])
    for answer in answers:
        if answer.status_code == 400:
            assert answer.json() == {"vouchers": ["This voucher can't be used."]}
    return sorted(answer.status_code for answer in answers)


def check_redemptions() -> None:
    """Check that every use is a redemption of an order that is not cancelled."""
    for voucher in Voucher.objects.all():
        assert voucher.used == voucher.redemptions.count()
    assert not VoucherRedemption.objects.filter(order__cancelled_at__isnull=False).exists()


def test_last_use_is_redeemed_once(make_user: Any, log_in: Any, make_product: Any, make_cart: Any) -> None:
    clients = [log_in(make_user()) for _ in range(THREADS)]
    products = [make_product(inventory=100) for _ in clients]  # so that locks of products do not serialize orders
    for _ in range(ROUNDS):
        VoucherRedemption.objects.all().delete()
        Voucher.objects.all().delete()
        Voucher.objects.create(code="LAST", value=10, max_uses=1)

        statuses = order_concurrently(clients, make_cart, *products)

        assert statuses == [201] + [400] * (THREADS - 1)
        check_redemptions()


@pytest.mark.parametrize("who", ["customer", "guest"])
def test_concurrent_orders_respect_limit_per_customer(
    who: str, api: Any, user: Any, log_in: Any, make_product: Any, make_cart: Any
) -> None:
    clients = [log_in(user) if who == "customer" else api] * THREADS
    body = {"email": "ann@example.org", "address": {"street": "1 High Street", "city": "Ely"}}
    products = [make_product(inventory=100) for _ in clients]
    for _ in range(ROUNDS):
        VoucherRedemption.objects.all().delete()
        Voucher.objects.all().delete()
        Voucher.objects.create(code="LAST", value=10, max_uses_per_customer=1)

        statuses = order_concurrently(clients, make_cart, *products, body=body)

        assert statuses == [201] + [400] * (THREADS - 1)
        check_redemptions()


def test_last_unit_is_sold_once_with_reusable_voucher(
    make_user: Any, log_in: Any, make_product: Any, make_cart: Any
) -> None:
    clients = [log_in(make_user()) for _ in range(THREADS)]
    Voucher.objects.create(code="LAST", value=10, max_uses=1000)
    for number in range(1, ROUNDS + 1):
        product = make_product(inventory=1)

        statuses = order_concurrently(clients, make_cart, product)

        assert statuses == [201] + [409] * (THREADS - 1)
        assert Product.objects.get(pk=product.pk).inventory == 0
        assert Voucher.objects.get().used == number
        check_redemptions()


def test_last_use_and_last_unit_go_to_one_order(make_user: Any, log_in: Any, make_product: Any, make_cart: Any) -> None:
    clients = [log_in(make_user()) for _ in range(THREADS)]
    for _ in range(ROUNDS):
        VoucherRedemption.objects.all().delete()
        Voucher.objects.all().delete()
        Voucher.objects.create(code="LAST", value=10, max_uses=1)
        product = make_product(inventory=1)

        statuses = order_concurrently(clients, make_cart, product)

        assert statuses.count(201) == 1
        assert set(statuses) <= {201, 400, 409}
        assert OrderItem.objects.filter(product=product).count() == 1
        assert Product.objects.get(pk=product.pk).inventory == 0
        assert Voucher.objects.get().used == 1
        check_redemptions()


def test_concurrent_cancellations_return_use_once(user: Any, log_in: Any, make_product: Any, make_cart: Any) -> None:
    client = log_in(user)
    voucher = Voucher.objects.create(code="LAST", value=10, max_uses=3)
    product = make_product(inventory=10)
    kept = [order(client, make_cart((product, 1)), {}).json()["id"] for _ in range(2)]

    def cancel(number: Any) -> bool:
        try:
            orders.cancel_order(number)
        except InvalidTransition:
            return False
        return True

    for _ in range(ROUNDS):
        number = order(client, make_cart((product, 1)), {}).json()["id"]

        assert together([partial(cancel, number)] * THREADS).count(True) == 1
        voucher.refresh_from_db()
        assert voucher.used == len(kept)
        assert Product.objects.get().inventory == 8
        check_redemptions()
    assert Order.objects.kept().count() == len(kept)
