"""The cart of a customer: the same on every device, filled from anonymous ones, and nobody else's."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

import pytest
from storefront_store_testapp.tables import each
from storefront_store_testapp.threads import together

from storefront_store.models import Cart, CartItem

MINE = "/store/carts/mine/"


@pytest.mark.django_db
class TestOwnCart:
    def test_cart_is_same_on_every_device(self, user: Any, log_in: Any) -> None:
        ids = {log_in(user).get(MINE).json()["id"] for _ in range(2)}

        assert [str(cart.pk) for cart in Cart.objects.filter(customer=user.customer)] == list(ids)

    def test_own_cart_can_be_filled_and_ordered(self, as_user: Any, make_product: Any) -> None:
        cart = as_user.get(MINE).json()["id"]

        added = as_user.post(f"/store/carts/{cart}/items/", {"product_id": make_product().pk, "quantity": 2})
        ordered = as_user.post("/store/orders/", {"cart_id": cart})

        assert (added.status_code, ordered.status_code) == (201, 201)
        assert as_user.get(MINE).json()["items"] == []

    def test_own_cart_requires_login(self, api: Any) -> None:
        assert api.get(MINE).status_code == 401
        assert api.post(MINE, {"cart_id": str(uuid.uuid4())}).status_code == 401

    @pytest.mark.parametrize("who", ["api", "as_staff", "other"])
    def test_own_cart_is_404_for_others(
        self, who: str, request: Any, as_user: Any, make_user: Any, log_in: Any, make_product: Any
    ) -> None:
        client = log_in(make_user()) if who == "other" else request.getfixturevalue(who)
        product = make_product()
        cart = f"/store/carts/{as_user.get(MINE).json()['id']}/"
        line = as_user.post(f"{cart}items/", {"product_id": product.pk, "quantity": 1}).json()["id"]

        answers = [
            client.get(cart),
            client.delete(cart),
            client.post(f"{cart}quote/", {}),
            client.get(f"{cart}items/"),
            client.post(f"{cart}items/", {"product_id": product.pk, "quantity": 1}),
            client.get(f"{cart}items/{line}/"),
            client.patch(f"{cart}items/{line}/", {"quantity": 9}),
            client.delete(f"{cart}items/{line}/"),
        ]

        assert [answer.status_code for answer in answers] == [404] * 8
        assert CartItem.objects.get().quantity == 1

    def test_own_cart_cannot_be_ordered_by_others(
        self, as_user: Any, make_user: Any, log_in: Any, make_product: Any
    ) -> None:
        cart = as_user.get(MINE).json()["id"]
        as_user.post(f"/store/carts/{cart}/items/", {"product_id": make_product().pk, "quantity": 1})

        answer = log_in(make_user()).post("/store/orders/", {"cart_id": cart})

        assert (answer.status_code, list(answer.json())) == (400, ["cart_id"])


@pytest.mark.django_db
class TestMerging:
    def test_merge_adds_quantities_up_to_limit_and_is_idempotent(
        self, as_user: Any, make_product: Any, make_cart: Any, settings: Any
    ) -> None:
        settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "MAX_LINE_QUANTITY": 10}
        pen, ink, cup = make_product(), make_product(), make_product()
        own = as_user.get(MINE).json()["id"]
        as_user.post(f"/store/carts/{own}/items/", {"product_id": pen.pk, "quantity": 3})
        as_user.post(f"/store/carts/{own}/items/", {"product_id": ink.pk, "quantity": 8})
        found = make_cart((pen, 4), (ink, 5), (cup, 1))

        answers = [as_user.post(MINE, {"cart_id": str(found.pk)}) for _ in range(2)]

        wanted = {pen.pk: 7, ink.pk: 10, cup.pk: 1}
        for answer in answers:
            assert answer.status_code == 200
            assert answer.json()["id"] == own
            assert {row["product"]["id"]: row["quantity"] for row in answer.json()["items"]} == wanted

    def test_merging_cart_with_itself_changes_nothing(self, as_user: Any, make_product: Any) -> None:
        own = as_user.get(MINE).json()["id"]
        as_user.post(f"/store/carts/{own}/items/", {"product_id": make_product().pk, "quantity": 3})

        assert as_user.post(MINE, {"cart_id": own}).json()["items"][0]["quantity"] == 3

    def test_too_many_products_are_400(self, as_user: Any, make_product: Any, make_cart: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "MAX_CART_LINES": 1}
        found = make_cart((make_product(), 1), (make_product(), 1))

        answer = as_user.post(MINE, {"cart_id": str(found.pk)})

        assert (answer.status_code, list(answer.json())) == (400, ["cart_id"])
        assert found.items.count() == 2

    def test_unknown_cart_and_cart_of_another_user_are_404(self, as_user: Any, make_user: Any, log_in: Any) -> None:
        other = log_in(make_user()).get(MINE).json()["id"]

        assert as_user.post(MINE, {"cart_id": other}).status_code == 404
        assert as_user.post(MINE, {"cart_id": str(uuid.uuid4())}).status_code == 404

    @each("bad", ["", "x", None, [], {}, 1.5, "\x00"])
    def test_invalid_cart_id_is_400(self, bad: Any, as_user: Any) -> None:
        assert as_user.post(MINE, {"cart_id": bad}).status_code == 400
        assert as_user.post(MINE, {}).status_code == 400


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
class TestConcurrency:
    def test_concurrent_merges_are_applied_once(
        self, user: Any, log_in: Any, make_product: Any, make_cart: Any
    ) -> None:
        product = make_product()
        clients = [log_in(user) for _ in range(8)]
        for _ in range(5):
            Cart.objects.all().delete()
            found = make_cart((product, 3))

            answers = together([partial(client.post, MINE, {"cart_id": str(found.pk)}) for client in clients])

            assert {answer.status_code for answer in answers} == {200}
            assert [(item.cart.customer, item.quantity) for item in CartItem.objects.all()] == [(user.customer, 3)]

    def test_concurrent_first_requests_create_one_cart(self, make_user: Any, log_in: Any) -> None:
        for _ in range(5):
            user = make_user()

            answers = together([partial(log_in(user).get, MINE)] * 8)

            assert {answer.status_code for answer in answers} == {200}
            assert len({answer.json()["id"] for answer in answers}) == 1
