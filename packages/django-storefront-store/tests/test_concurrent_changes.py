"""Concurrent changes during a request are kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from rest_framework.test import APIClient
from storefront_store_testapp.answers import code_of
from storefront_store_testapp.threads import together

from storefront_store.exceptions import StoreError
from storefront_store.models import CartItem, Collection, Customer, Order, Product, Review
from storefront_store.services import carts, locks, orders
from storefront_store.services.checkout import checkout

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def run_before_change(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Let a rival act between the reading of a row, its validation included, and its change."""

    def set_up(rival: Callable[[], Any]) -> None:
        change = locks.change_locked

        def late(*args: Any, **kwargs: Any) -> None:
            rival()
            change(*args, **kwargs)

        monkeypatch.setattr(locks, "change_locked", late)

    return set_up


class TestChanges:
    def test_concurrent_change_of_membership_is_kept(self, as_user: Any, user: Any, run_before_change: Any) -> None:
        run_before_change(lambda: Customer.objects.filter(user=user).update(membership="G"))

        answer = as_user.patch("/store/customers/me/", {"phone": "123"})

        assert (answer.status_code, answer.json()["membership"]) == (200, "G")
        assert Customer.objects.values_list("membership", "phone").get(user=user) == ("G", "123")

    def test_concurrently_hidden_review_stays_hidden(
        self, as_user: Any, user: Any, make_product: Any, run_before_change: Any
    ) -> None:
        review = Review.objects.create(product=make_product(), author=user, name="Ann", description="Bad")
        run_before_change(lambda: Review.objects.update(is_hidden=True))

        as_user.patch(f"/store/products/{review.product_id}/reviews/{review.pk}/", {"description": "Worse"})

        assert Review.objects.values_list("description", "is_hidden").get() == ("Worse", True)

    def test_change_of_concurrently_deleted_row_is_404(self, as_staff: Any, run_before_change: Any) -> None:
        collection = Collection.objects.create(title="Mugs")
        run_before_change(Collection.objects.all().delete)

        answer = as_staff.patch(f"/store/collections/{collection.pk}/", {"title": "Cups"})

        assert code_of(answer) == (404, "not_found")
        assert not Collection.objects.exists()


def test_order_deleted_right_after_cancellation_is_404(
    as_user: Any, user: Any, make_product: Any, make_cart: Any, monkeypatch: Any
) -> None:
    order = checkout(user=user, cart_id=make_cart((make_product(), 1)).pk)
    cancel = orders.cancel_order

    def cancel_and_delete(*args: Any, **kwargs: Any) -> Any:
        cancelled = cancel(*args, **kwargs)
        orders.delete_order(order.pk)
        return cancelled

    monkeypatch.setattr(orders, "cancel_order", cancel_and_delete)

    assert as_user.post(f"/store/orders/{order.pk}/cancel/").status_code == 404


class TestAtomicRequests:
    """Foreign keys are checked at the commit, which must then be inside the view all the same."""

    @pytest.fixture(autouse=True)
    def _atomic_requests(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)

    def test_product_deleted_while_added_to_cart_is_400(
        self, api: Any, make_product: Any, make_cart: Any, monkeypatch: Any
    ) -> None:
        product, cart = make_product(), make_cart()
        check = carts._check_quantity

        def delete_concurrently(quantity: int) -> None:
            Product.objects.filter(pk=product.pk)._raw_delete(connection.alias)
            check(quantity)

        monkeypatch.setattr(carts, "_check_quantity", delete_concurrently)

        answer = api.post(f"/store/carts/{cart.pk}/items/", {"product_id": product.pk, "quantity": 1})

        assert (answer.status_code, answer.json().keys()) == (400, {"product_id"})
        assert not CartItem.objects.exists()

    def test_user_deleted_before_checkout_is_409(
        self, make_user: Any, log_in: Any, make_product: Any, make_cart: Any
    ) -> None:
        user, cart = make_user(), make_cart((make_product(), 1))
        client = log_in(user)
        get_user_model()._default_manager.filter(pk=user.pk).delete()

        answer = client.post("/store/orders/", {"cart_id": str(cart.pk)})

        assert code_of(answer) == (409, "conflict")
        assert not Order.objects.exists()


def test_deleting_user_during_checkout_keeps_stock_and_orders_consistent(
    make_user: Any, make_product: Any, make_cart: Any
) -> None:
    product = make_product(inventory=1000)
    for _ in range(10):
        user = make_user()
        cart_ids = [make_cart((product, 1)).pk for _ in range(3)]

        together([partial(try_to_order, user, cart_id) for cart_id in cart_ids] + [user_deletion(user)])

        assert not get_user_model()._default_manager.filter(pk=user.pk).exists()
    assert Product.objects.get(pk=product.pk).inventory == 1000 - Order.objects.count()
    assert not Customer.objects.filter(orders__isnull=True).exists()


def try_to_order(user: Any, cart_id: Any) -> None:
    """Place an order over HTTP, with a key, while the user may be deleted at any moment."""
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(user)

    answer = client.post("/store/orders/", {"cart_id": str(cart_id)}, headers={"Idempotency-Key": str(cart_id)})

    assert answer.status_code in {201, 409, 503}, answer.content


def user_deletion(user: Any) -> Callable[[], None]:
    copy = type(user)._base_manager.get(pk=user.pk)

    def delete() -> None:
        while True:
            try:
                copy.delete()
            except StoreError:  # busy: retried, as a project would do
                continue
            return

    return delete
