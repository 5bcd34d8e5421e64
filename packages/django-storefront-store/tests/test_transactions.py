from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from django.db import OperationalError, router, transaction

from storefront_store.baskets import Choices
from storefront_store.exceptions import Busy
from storefront_store.models import Address, Collection
from storefront_store.services import carts, idempotency, orders, transactions
from storefront_store.services.checkout import checkout
from storefront_store.services.transactions import ATTEMPTS, is_transient, use_case


class CauseError(Exception):
    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


def operational_error(*args: Any, **cause: Any) -> OperationalError:
    error = OperationalError(*args)
    error.__cause__ = CauseError(**cause)
    return error


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "FIRST_PAUSE", 0)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (operational_error(sqlstate="40001"), True),
        (operational_error(sqlstate="40P01"), True),
        (operational_error(pgcode="40P01"), True),
        (operational_error(sqlstate="57P01"), False),
        (operational_error(1213, "deadlock"), True),
        (operational_error(1020, "changed"), True),
        (operational_error(2006, "gone away"), False),
        (operational_error(sqlite_errorcode=sqlite3.SQLITE_BUSY), True),
        (operational_error(sqlite_errorcode=sqlite3.SQLITE_LOCKED), True),
        (operational_error(sqlite_errorcode=sqlite3.SQLITE_BUSY | (2 << 8)), True),  # SQLITE_BUSY_SNAPSHOT
        (operational_error(sqlite_errorcode=sqlite3.SQLITE_FULL), False),
        (OperationalError(), False),
    ],
)
def test_transient_errors_are_recognised(error: OperationalError, expected: bool) -> None:
    assert is_transient(error) is expected


@pytest.mark.django_db(transaction=True)
class TestOutermostUseCase:
    def test_transient_error_is_retried_after_rollback(self) -> None:
        calls: list[int] = []

        @use_case
        def act() -> str:
            calls.append(1)
            Collection.objects.create(title=f"try {len(calls)}")
            if len(calls) < ATTEMPTS:
                raise operational_error(sqlstate="40001")
            return "done"

        assert act() == "done"
        assert [collection.title for collection in Collection.objects.all()] == [f"try {ATTEMPTS}"]

    def test_busy_is_raised_after_last_attempt(self) -> None:
        calls: list[int] = []

        @use_case
        def act() -> None:
            calls.append(1)
            raise operational_error(1213, "deadlock")

        with pytest.raises(Busy):
            act()
        assert len(calls) == ATTEMPTS

    def test_other_errors_are_not_tried_again(self) -> None:
        calls: list[int] = []

        @use_case
        def act() -> None:
            calls.append(1)
            raise operational_error(sqlstate="57P01")

        with pytest.raises(OperationalError):
            act()
        assert len(calls) == 1

    def test_transient_error_of_inner_use_case_retries_outer_one(self) -> None:
        outer_calls: list[int] = []

        @use_case
        def inner() -> None:
            if len(outer_calls) < 3:
                raise operational_error(sqlstate="40P01")

        @use_case
        def outer() -> None:
            outer_calls.append(1)
            inner()

        outer()
        assert len(outer_calls) == 3

    def test_persistent_error_of_inner_use_case_raises_busy(self) -> None:
        @use_case
        def inner() -> None:
            raise operational_error(sqlstate="40P01")

        with pytest.raises(Busy):
            use_case(inner)()


@pytest.mark.django_db(transaction=True)
def test_use_case_is_not_retried_within_outer_transaction() -> None:
    calls: list[int] = []

    @use_case
    def act() -> None:
        calls.append(1)
        raise operational_error(sqlstate="40001")

    with pytest.raises(Busy), transaction.atomic():
        act()
    assert len(calls) == 1


@pytest.mark.django_db
def test_use_cases_do_not_read_from_replica(
    user: Any, make_product: Any, make_cart: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replica may lag behind: what decides over a write is never read from one."""
    asked: list[str] = []

    class Replicas:
        def db_for_read(self, model: Any, instance: Any = None, **hints: Any) -> None:
            if instance is None:
                asked.append(model.__name__)

    product = make_product()
    address = Address.objects.create(customer=user.customer, street="1 Main St", city="Town")
    cart = make_cart()
    monkeypatch.setattr(router, "routers", [Replicas()])

    carts.add_item(cart.pk, product.pk, 1)
    item = carts.add_item(cart.pk, product.pk, 1)
    carts.change_item(cart.pk, item.pk, 3)
    for _ in range(2):
        outcome = idempotency.run(
            user,
            "key",
            "fingerprint",
            lambda: checkout(user=user, cart_id=cart.pk, choices=Choices(address_id=address.pk)),
            lambda order: (201, str(order.pk).encode()),
        )
    orders.change_payment_status(int(outcome.body), "F", user=None)
    orders.cancel_order(int(outcome.body))
    orders.delete_order(int(outcome.body))

    assert not asked
