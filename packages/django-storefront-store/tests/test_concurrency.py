"""Invariants under concurrent requests: on SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import F, Sum
from django.test.utils import CaptureQueriesContext
from storefront_store_testapp.threads import together

from storefront_store.exceptions import InvalidInput, NotFound, OutOfStock, Shortage, StoreError
from storefront_store.models import Cart, CartItem, Order, OrderEvent, OrderItem, Product
from storefront_store.services import carts, orders, stock
from storefront_store.services.checkout import checkout

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))
STEPS = int(os.environ.get("RACE_STEPS", "300"))


def post_order(client: Any, cart: Cart, **headers: str) -> Any:
    return client.post("/store/orders/", {"cart_id": str(cart.pk)}, headers=headers)


def test_last_unit_is_sold_once(make_user: Any, log_in: Any, make_product: Any, make_cart: Any) -> None:
    clients = [log_in(make_user()) for _ in range(16)]
    for _ in range(ROUNDS):
        product = make_product(inventory=1)
        wanted = [make_cart((product, 1)) for _ in clients]

        answers = together([partial(post_order, *pair) for pair in zip(clients, wanted, strict=True)])

        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 15
        assert all(
            answer.json()["items"] == [{"product_id": product.pk, "requested": 1, "available": 0}]
            for answer in answers
            if answer.status_code == 409
        )
        assert Product.objects.get(pk=product.pk).inventory == 0
        assert OrderItem.objects.filter(product=product).count() == 1


def test_cart_is_ordered_once(make_user: Any, log_in: Any, make_product: Any, make_cart: Any) -> None:
    clients = [log_in(make_user()) for _ in range(8)]
    for number in range(1, ROUNDS + 1):
        product = make_product(inventory=100)
        cart = make_cart((product, 2))

        answers = together([partial(post_order, client, cart) for client in clients])

        assert sorted(answer.status_code for answer in answers) == [201] + [400] * 7
        assert Order.objects.count() == number
        assert Product.objects.get(pk=product.pk).inventory == 98


def test_idempotency_key_makes_one_order_and_one_response(
    make_user: Any, log_in: Any, make_product: Any, make_cart: Any
) -> None:
    user = make_user()
    clients = [log_in(user) for _ in range(8)]
    for number in range(1, ROUNDS + 1):
        cart = make_cart((make_product(inventory=100), 1))

        answers = together(
            [partial(post_order, client, cart, **{"Idempotency-Key": f"key {number}"}) for client in clients]
        )

        assert [answer.status_code for answer in answers] == [201] * 8
        assert len({answer.content for answer in answers}) == 1
        assert sum(answer.has_header("Idempotent-Replayed") for answer in answers) == 7
        assert Order.objects.count() == number


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}])
def test_concurrently_deleted_user_places_no_order(
    headers: dict[str, str], make_user: Any, log_in: Any, make_product: Any, make_cart: Any
) -> None:
    user, product = make_user(), make_product(inventory=1)
    client, cart = log_in(user), make_cart((product, 1))
    type(user).objects.filter(pk=user.pk).delete()

    answer = post_order(client, cart, **headers)

    assert answer.status_code in {409, 503}
    assert answer.json()["code"] in {"conflict", "busy"}
    assert not Order.objects.exists()
    assert Product.objects.get(pk=product.pk).inventory == 1
    assert Cart.objects.filter(pk=cart.pk).exists()


def test_orders_of_same_products_in_reverse_do_not_deadlock(make_user: Any, make_product: Any, make_cart: Any) -> None:
    users = [make_user() for _ in range(4)]
    products = [make_product(inventory=10_000) for _ in range(5)]

    def baskets(backwards: bool) -> list[Cart]:
        lines = [(product, 1) for product in (reversed(products) if backwards else products)]
        return [make_cart(*lines) for _ in range(10)]

    def buy(user: Any, wanted: list[Cart]) -> int:
        return len([checkout(user=user, cart_id=cart.pk) for cart in wanted])

    made = together([partial(buy, user, baskets(bool(index % 2))) for index, user in enumerate(users)])

    assert sum(made) == Order.objects.count() == 40
    assert {product.inventory for product in Product.objects.all()} == {10_000 - 40}


def test_concurrent_additions_are_summed(make_product: Any, make_cart: Any) -> None:
    for _ in range(ROUNDS):
        product, cart = make_product(), make_cart()

        together([partial(carts.add_item, cart.pk, product.pk, 1)] * 8)

        assert list(cart.items.values_list("quantity", flat=True)) == [8]


def test_concurrent_additions_stay_within_limit(make_product: Any, make_cart: Any) -> None:
    product = make_product()
    cart = make_cart((product, 32_763))

    def add() -> bool:
        try:
            carts.add_item(cart.pk, product.pk, 1)
        except InvalidInput:
            return False
        return True

    added = together([add] * 8)

    assert added.count(True) == 4
    assert cart.items.get().quantity == 32_767


def test_concurrent_cancellations_return_stock_once(make_user: Any, make_product: Any, make_cart: Any) -> None:
    user, product = make_user(), make_product(inventory=5)
    order = checkout(user=user, cart_id=make_cart((product, 3)).pk)

    def cancel() -> bool:
        try:
            orders.cancel_order(order.pk)
        except StoreError:
            return False
        return True

    cancelled = together([cancel] * 8)

    assert cancelled.count(True) == 1
    assert Product.objects.get().inventory == 5
    assert OrderEvent.objects.filter(event="cancelled").count() == 1


def test_payment_and_cancellation_are_mutually_exclusive(make_user: Any, make_product: Any, make_cart: Any) -> None:
    user = make_user()
    for _ in range(ROUNDS):
        product = make_product(inventory=5)
        order = checkout(user=user, cart_id=make_cart((product, 3)).pk)

        def attempt(action: Any) -> bool:
            try:
                action()
            except StoreError:
                return False
            return True

        paid, cancelled = together(
            [
                partial(attempt, partial(orders.change_payment_status, order.pk, "C")),
                partial(attempt, partial(orders.cancel_order, order.pk)),
            ]
        )

        order.refresh_from_db()
        assert paid != cancelled
        assert (order.payment_status == "C", order.cancelled_at is not None) == (paid, cancelled)


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer and no row locks")
def test_products_are_locked_until_commit(
    make_user: Any, make_product: Any, make_cart: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rival that changes a product after it was read has to wait, so an order never mixes old and new."""
    user, product = make_user(), make_product()
    cart = make_cart((product, 1))
    rival_done = threading.Event()
    name = "take" if connection.vendor == "postgresql" else "lock_products"  # PostgreSQL locks and takes at once
    look = getattr(stock, name)

    def deactivate() -> None:
        Product.objects.filter(pk=product.pk).update(is_active=False)
        rival_done.set()
        connections.close_all()

    rival = threading.Thread(target=deactivate)

    def lock_then_start_rival(*args: Any) -> Any:
        found = look(*args)
        rival.start()
        assert not rival_done.wait(0.5)
        return found

    monkeypatch.setattr(stock, name, lock_then_start_rival)
    checkout(user=user, cart_id=cart.pk)

    assert rival_done.wait(10)
    rival.join()


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer and no row locks")
@pytest.mark.parametrize("units", [1, 3])
def test_checkout_that_waited_for_product_sees_its_changes(
    units: int, make_user: Any, make_product: Any, make_cart: Any
) -> None:
    user, products = make_user(), [make_product(inventory=9, unit_price=10) for _ in range(3)]
    cart = make_cart(*((product, units) for product in products))
    is_changed = threading.Event()

    def change() -> None:
        with transaction.atomic():
            Product.objects.filter(pk=products[1].pk).update(inventory=2, unit_price=30)
            is_changed.set()
            time.sleep(0.3)  # meanwhile the checkout waits
        connections.close_all()

    rival = threading.Thread(target=change)
    rival.start()
    assert is_changed.wait(10)
    if units > 2:
        with pytest.raises(OutOfStock) as refused:
            checkout(user=user, cart_id=cart.pk)
        assert refused.value.items == (Shortage(products[1].pk, units, 2),)
    else:
        order = checkout(user=user, cart_id=cart.pk)
        assert [item.unit_price for item in order.items.order_by("pk")] == [10, 30, 10]
    rival.join()

    left = list(Product.objects.order_by("pk").values_list("inventory", flat=True))
    assert left == ([9, 2, 9] if units > 2 else [8, 1, 8])


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer and no row locks")
def test_checkout_that_waited_for_new_stock_takes_it(make_user: Any, make_product: Any, make_cart: Any) -> None:
    user, products = make_user(), [make_product(inventory=number) for number in (9, 0, 9)]
    cart = make_cart(*((product, 2) for product in products))
    is_changed = threading.Event()

    def change() -> None:
        with transaction.atomic():
            Product.objects.filter(pk=products[1].pk).update(inventory=5)
            is_changed.set()
            time.sleep(0.3)  # the checkout waits in the meantime
        connections.close_all()

    delivery = threading.Thread(target=change)
    delivery.start()
    assert is_changed.wait(10)

    checkout(user=user, cart_id=cart.pk)

    delivery.join()
    assert list(Product.objects.order_by("pk").values_list("inventory", flat=True)) == [7, 3, 7]


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer and no row locks")
@pytest.mark.parametrize("is_kept", [True, False])
def test_checkout_that_waited_for_cart_sees_its_changes(
    is_kept: bool, make_user: Any, make_product: Any, make_cart: Any
) -> None:
    user, products = make_user(), [make_product(inventory=9) for _ in range(2)]
    cart = make_cart((products[0], 1))
    is_changed = threading.Event()

    def change() -> None:
        with transaction.atomic():
            if is_kept:
                carts.add_item(cart.pk, products[0].pk, 2)
                carts.add_item(cart.pk, products[1].pk, 1)
            else:
                carts.delete_cart(cart.pk)
            is_changed.set()
            time.sleep(0.3)  # the checkout waits in the meantime
        connections.close_all()

    rival = threading.Thread(target=change)
    rival.start()
    assert is_changed.wait(10)
    if is_kept:
        checkout(user=user, cart_id=cart.pk)
    else:
        with pytest.raises(InvalidInput, match="No cart"):
            checkout(user=user, cart_id=cart.pk)
    rival.join()

    ordered = list(OrderItem.objects.order_by("pk").values_list("product", "quantity"))
    assert ordered == ([(products[0].pk, 3), (products[1].pk, 1)] if is_kept else [])
    assert not CartItem.objects.exists()


def test_products_are_locked_in_order_of_primary_key(make_user: Any, make_product: Any, make_cart: Any) -> None:
    user, products = make_user(), [make_product() for _ in range(3)]
    cart = make_cart(*((product, 1) for product in reversed(products)))

    with CaptureQueriesContext(connection) as queries:
        checkout(user=user, cart_id=cart.pk)

    column = f"{connection.ops.quote_name(Product._meta.db_table)}.{connection.ops.quote_name('id')}"
    lock = {"sqlite": "", "postgresql": " FOR NO KEY UPDATE"}.get(connection.vendor, " FOR UPDATE")
    assert any(f"ORDER BY {column} ASC{lock}" in query["sql"] for query in queries.captured_queries)


def test_random_interleavings_keep_stock_consistent(make_user: Any, make_product: Any) -> None:
    """Five users add, change, remove, check out, cancel and restock at random; the sums hold all the same."""
    users = [make_user() for _ in range(5)]
    products = [make_product(inventory=50) for _ in range(4)]
    restocked: Counter[int] = Counter()
    guard = threading.Lock()
    shared_cart = Cart.objects.create()

    def act(seed: int, user: Any) -> None:
        dice = random.Random(seed)
        cart = carts.create_cart()
        for _ in range(STEPS // len(users)):
            product = dice.choice(products)
            target = dice.choice([cart.pk, shared_cart.pk])
            step = dice.choice(["add", "add", "change", "remove", "checkout", "checkout", "cancel", "restock"])
            try:
                if step == "add":
                    carts.add_item(target, product.pk, dice.randint(1, 3))
                elif step in ("change", "remove"):
                    line = CartItem.objects.filter(cart=target).order_by("?").first()
                    if line and step == "change":
                        carts.change_item(target, line.pk, dice.randint(1, 3))
                    elif line:
                        carts.remove_item(target, line.pk)
                elif step == "checkout":
                    checkout(user=user, cart_id=cart.pk)
                    cart = carts.create_cart()
                elif step == "cancel":
                    order = Order.objects.kept().order_by("?").first()
                    if order:
                        orders.cancel_order(order.pk)
                else:
                    Product.objects.filter(pk=product.pk).update(inventory=F("inventory") + 2)
                    with guard:
                        restocked[product.pk] += 2
            except (NotFound, InvalidInput, OutOfStock, orders.InvalidTransition):
                continue

    together([partial(act, seed, user) for seed, user in enumerate(users)])

    kept = OrderItem.objects.filter(order__cancelled_at__isnull=True)
    sold = dict(kept.values("product").annotate(units=Sum("quantity")).values_list("product", "units"))
    for product in Product.objects.all():
        assert 50 + restocked[product.pk] == product.inventory + sold.get(product.pk, 0)
        assert product.inventory >= 0
    assert not Order.objects.filter(items__isnull=True).exists()
    assert Order.objects.exists()
