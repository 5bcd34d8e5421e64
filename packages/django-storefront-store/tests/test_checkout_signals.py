"""The signals of a checkout, and receivers that fail or refuse the order."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from storefront_store_testapp.shop import post_order, stock

from storefront_store.exceptions import Conflict
from storefront_store.models import Order
from storefront_store.services.checkout import checkout
from storefront_store.signals import order_created, order_placing

pytestmark = pytest.mark.django_db


class TestSignals:
    def test_order_placing_is_sent_with_order_and_user(
        self, user: Any, make_product: Any, make_cart: Any, listen: Any
    ) -> None:
        seen: list[Any] = []

        def receiver(sender: Any, order: Any, user: Any, **kwargs: Any) -> None:
            seen.append((sender, order.items.count(), user))

        listen(order_placing, receiver)
        checkout(user=user, cart_id=make_cart((make_product(), 1)).pk)

        assert seen == [(Order, 1, user)]

    def test_failing_receiver_of_order_placing_is_503(
        self, as_user: Any, make_product: Any, make_cart: Any, listen: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        def receiver(**kwargs: Any) -> None:
            raise RuntimeError("secret detail")

        listen(order_placing, receiver)
        product = make_product(inventory=5)
        cart = make_cart((product, 1))

        with caplog.at_level(logging.ERROR):
            answer = post_order(as_user, cart)

        assert answer.status_code == 503
        assert answer.json()["code"] == "order_refused"
        assert "secret" not in answer.content.decode()
        assert "secret detail" in caplog.text
        assert (stock(product), Order.objects.count(), cart.items.count()) == ([5], 0, 1)

    def test_receiver_of_order_placing_can_reject_order(
        self, as_user: Any, make_product: Any, make_cart: Any, listen: Any
    ) -> None:
        def receiver(**kwargs: Any) -> None:
            raise Conflict("We do not ship on Sundays.")

        listen(order_placing, receiver)

        answer = post_order(as_user, make_cart((make_product(), 1)))

        assert answer.status_code == 409
        assert answer.json() == {"detail": "We do not ship on Sundays.", "code": "conflict"}
        assert not Order.objects.exists()

    def test_order_created_is_sent_after_commit_and_failures_are_logged(
        self,
        as_user: Any,
        make_product: Any,
        make_cart: Any,
        listen: Any,
        caplog: pytest.LogCaptureFixture,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        seen: list[Any] = []

        def broken(**kwargs: Any) -> None:
            raise RuntimeError("mail is down")

        def working(sender: Any, order: Any, **kwargs: Any) -> None:
            seen.append((sender, order.pk))

        listen(order_created, broken)
        listen(order_created, working)
        cart = make_cart((make_product(), 1))

        with django_capture_on_commit_callbacks(execute=False) as callbacks:
            answer = post_order(as_user, cart)
        assert seen == []
        with caplog.at_level(logging.ERROR):
            for callback in callbacks:
                callback()

        assert answer.status_code == 201
        assert seen == [(Order, answer.json()["id"])]
        assert "mail is down" in caplog.text
