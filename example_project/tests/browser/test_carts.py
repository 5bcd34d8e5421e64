"""Carts, which are anonymous until the user signs in, and then the same on every device."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from storefront_store.conf import get_model
from storefront_store.services import carts

CartItem = get_model("CartItem")


@pytest.fixture
def teapot(create_product: Callable[..., Any]) -> Any:
    return create_product(title="Teapot", inventory=9)


def test_anonymous_cart_is_merged_on_sign_in(
    shopper: Any, customer: Any, teapot: Any, create_product: Callable[..., Any]
) -> None:
    own = carts.own_cart(customer)  # on another device
    carts.add_item(own, teapot.pk, 2, user=customer)
    shopper.put_in_cart(teapot)
    shopper.put_in_cart(create_product(title="Lamp"))
    page = shopper.page

    shopper.sign_in()
    shopper.go("Cart, 4 items")

    expect(page.get_by_role("spinbutton", name="Quantity of Teapot")).to_have_value("3")
    expect(page.get_by_role("spinbutton", name="Quantity of Lamp")).to_have_value("1")
    assert set(CartItem.objects.values_list("cart", "product__title", "quantity")) == {
        (own, "Teapot", 3),
        (own, "Lamp", 1),
    }
    page.reload()
    page.get_by_role("link", name="Cart, 4 items").wait_for()  # merged only once
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Cart, 0 items").wait_for()  # not visible to others


def test_anonymous_cart_is_kept_if_merge_exceeds_limit(
    shopper: Any, console: Any, settings: Any, customer: Any, teapot: Any, create_product: Callable[..., Any]
) -> None:
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "MAX_CART_LINES": 1}
    carts.add_item(carts.own_cart(customer), create_product(title="Lamp").pk, 2, user=customer)
    shopper.put_in_cart(teapot)
    console.expected = {400}

    shopper.sign_in()

    shopper.page.get_by_role("link", name="Cart, 2 items").wait_for()
    shopper.page.get_by_role("button", name="Sign out").click()
    shopper.page.get_by_role("link", name="Cart, 1 item").wait_for()
