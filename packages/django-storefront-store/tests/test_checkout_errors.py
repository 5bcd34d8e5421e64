"""Checkouts that are refused: they leave the cart and the stock as they were."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from storefront_store_testapp.shop import post_order, stock

from storefront_store.models import Address, Cart, Order, OrderEvent, Product

pytestmark = pytest.mark.django_db


class TestRefusals:
    def test_anonymous_user_is_401(self, api: Any, make_product: Any, make_cart: Any) -> None:
        cart = make_cart((make_product(), 1))

        answer = post_order(api, cart)

        assert answer.status_code == 401
        assert Cart.objects.filter(pk=cart.pk).exists()

    def test_empty_cart_is_400(self, as_user: Any, make_cart: Any) -> None:
        answer = post_order(as_user, make_cart())

        assert answer.status_code == 400
        assert answer.json() == {"cart_id": ["The cart is empty."]}

    def test_unknown_cart_is_400(self, as_user: Any) -> None:
        answer = as_user.post("/store/orders/", {"cart_id": str(uuid.uuid4())})

        assert answer.status_code == 400
        assert answer.json() == {"cart_id": ["No cart with the given ID was found."]}

    def test_ordered_cart_is_400(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        cart = make_cart((make_product(), 1))
        post_order(as_user, cart)

        answer = post_order(as_user, cart)

        assert answer.status_code == 400
        assert answer.json() == {"cart_id": ["No cart with the given ID was found."]}
        assert Order.objects.count() == 1

    @pytest.mark.parametrize("bad", ["abc", "", None, 1, [], {}, True, "\x00", "0" * 5000])
    def test_malformed_cart_id_is_400(self, as_user: Any, bad: Any) -> None:
        answer = as_user.post("/store/orders/", {"cart_id": bad})

        assert answer.status_code == 400
        assert list(answer.json()) == ["cart_id"]

    @pytest.mark.parametrize("bad", ["abc", 0, -1, 10**30, [], {}, True, 1.5])
    def test_malformed_address_id_is_400(self, as_user: Any, make_product: Any, make_cart: Any, bad: Any) -> None:
        cart = make_cart((make_product(), 1))

        answer = post_order(as_user, cart, address_id=bad)

        assert answer.status_code == 400
        assert list(answer.json()) == ["address_id"]

    def test_address_of_another_user_is_400(
        self, as_user: Any, make_user: Any, make_product: Any, make_cart: Any
    ) -> None:
        address = Address.objects.create(customer=make_user().customer, street="1 High St", city="Ely")
        cart = make_cart((make_product(), 1))

        answer = post_order(as_user, cart, address_id=address.pk)

        assert answer.status_code == 400
        assert list(answer.json()) == ["address_id"]
        assert Cart.objects.filter(pk=cart.pk).exists()

    @pytest.mark.database
    def test_one_item_out_of_stock_rejects_whole_order(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        products = [make_product(inventory=5), make_product(inventory=5), make_product(inventory=2)]
        cart = make_cart(*((product, 3) for product in products))

        answer = post_order(as_user, cart)

        assert answer.status_code == 409
        assert answer.json() == {
            "detail": "Some products are out of stock.",
            "code": "out_of_stock",
            "items": [{"product_id": products[2].pk, "requested": 3, "available": 2}],
        }
        assert stock(*products) == [5, 5, 2]
        assert cart.items.count() == 3
        assert not Order.objects.exists()
        assert not OrderEvent.objects.exists()

    def test_inactive_product_is_409(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        product = make_product()
        cart = make_cart((product, 2))
        Product.objects.update(is_active=False)

        answer = post_order(as_user, cart)

        assert answer.status_code == 409
        assert answer.json()["code"] == "unavailable"
        assert answer.json()["items"] == [{"product_id": product.pk, "requested": 2, "available": 0}]
        assert cart.items.count() == 1

    def test_too_large_total_is_400(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        product = make_product(unit_price="9999999999.99", inventory=10_000)
        cart = make_cart((product, 2_000))

        answer = post_order(as_user, cart)

        assert answer.status_code == 400
        assert answer.json() == {"cart_id": ["The total is too large."]}
        assert stock(product) == [10_000]
