"""Placing an order from the catalogue, and the errors that can occur."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from storefront_store.conf import get_model

Order = get_model("Order")
Cart = get_model("Cart")


def test_visitor_signs_up_and_places_order(shopper: Any, create_product: Callable[..., Any]) -> None:
    teapot = create_product(title="Cast iron teapot", unit_price=Decimal("12.50"), inventory=10)
    create_product(title="A lamp")
    page = shopper.page

    shopper.visit("/")
    page.get_by_role("searchbox").fill("teapot")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".grid h2")).to_have_text(["Cast iron teapot"])
    page.get_by_role("link", name="Cast iron teapot").click()
    shopper.heading("Cast iron teapot")
    page.get_by_role("button", name="More: Quantity").click()
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="Show the cart").click()

    shopper.heading("Your cart")
    page.get_by_role("button", name="More: Quantity of Cast iron teapot").click()
    expect(page.get_by_label("Total", exact=True).locator(".total")).to_have_text("$41.25")
    page.get_by_role("link", name="Go to checkout").click()

    shopper.heading("Checkout")
    page.get_by_role("link", name="Sign in to use your account").click()
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("Email").fill("vera@storefront.example")
    page.get_by_label("User name").fill("vera")
    page.get_by_label("Password").fill("four-teapots-in-a-row")
    page.get_by_role("button", name="Make the account").click()

    shopper.heading("Checkout")
    page.get_by_label("Street and number").fill("Lindenweg 3")
    page.get_by_label("City").fill("Bern")
    page.get_by_role("button", name="Save this address").click()
    expect(page.get_by_label("Lindenweg 3, Bern")).to_be_checked()
    page.get_by_role("button", name="Place the order").click()

    shopper.heading("Thank you for your order")
    expect(shopper.text("Payment pending")).to_be_visible()
    order = Order.objects.get()
    assert order.customer.user.username == "vera"
    assert [(item.product, item.quantity) for item in order.items.all()] == [(teapot, 3)]
    assert order.total == Decimal("41.25")
    assert order.shipping_address["street"] == "Lindenweg 3"
    assert not get_model("CartItem").objects.exists()
    expect(page.get_by_role("link", name="Cart, 0 items")).to_be_visible()


def test_cart_can_be_adjusted_to_stock_at_checkout(
    shopper: Any, console: Any, customer: Any, create_product: Callable[..., Any]
) -> None:
    teapot = create_product(title="Teapot", inventory=3)
    lamp = create_product(title="Lamp", inventory=1)
    page = shopper.page
    shopper.sign_in()
    shopper.put_in_cart(teapot, 5)
    shopper.put_in_cart(lamp, 1)
    type(lamp).objects.filter(pk=lamp.pk).update(inventory=0)
    console.expected = {409}

    shopper.visit("/checkout")
    page.get_by_role("button", name="Place the order").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Teapot: you want 5, 3 available")
    expect(alert).to_contain_text("Lamp: you want 1, none available")
    assert not Order.objects.exists()

    page.get_by_role("button", name="Adjust my cart to this").click()
    expect(shopper.text("Your cart has been adjusted")).to_be_visible()
    page.get_by_role("button", name="Place the order").click()
    shopper.heading("Thank you for your order")
    assert [(item.product, item.quantity) for item in Order.objects.get().items.all()] == [(teapot, 3)]


def test_double_click_makes_one_order(shopper: Any, customer: Any, create_product: Callable[..., Any]) -> None:
    product = create_product(inventory=9)
    shopper.sign_in()
    shopper.put_in_cart(product, 2)
    shopper.visit("/checkout")
    keys: list[str | None] = []
    shopper.page.on(
        "request",
        lambda sent: (
            keys.append(sent.headers.get("idempotency-key"))
            if sent.method == "POST" and sent.url.endswith("/store/orders/")
            else None
        ),
    )

    shopper.page.get_by_role("button", name="Place the order").dblclick()

    shopper.heading("Thank you for your order")
    assert Order.objects.count() == 1
    assert len(keys) == 1
    assert keys[0]
    product.refresh_from_db()
    assert product.inventory == 7


@pytest.mark.parametrize("again", ["press", "reload"])
def test_retry_after_lost_response_places_one_order(
    shopper: Any, console: Any, customer: Any, create_product: Callable[..., Any], again: str
) -> None:
    """After a lost response, a retry shows the placed order and does not place another one."""
    product = create_product(inventory=9)
    shopper.sign_in()
    shopper.put_in_cart(product, 2)
    shopper.visit("/checkout")
    page = shopper.page
    console.away = True
    keys: list[str] = []

    def lose_first(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            return route.fallback()
        route.fetch()
        return route.abort()

    page.route("**/store/orders/", lose_first)
    page.get_by_role("button", name="Place the order").click()
    expect(page.get_by_role("alert")).to_contain_text("No answer came")
    assert Order.objects.count() == 1
    if again == "press":
        page.get_by_role("button", name="Place the order").click()
        shopper.heading("Thank you for your order")
        assert keys[0] == keys[1]
    else:
        console.expected = {404}  # the cart was deleted
        page.reload()
        shopper.heading("Thank you for your order")
        assert keys[0] == keys[1]
    assert Order.objects.count() == 1


def test_second_cart_places_second_order(shopper: Any, customer: Any, create_product: Callable[..., Any]) -> None:
    product = create_product(inventory=9)
    shopper.sign_in()
    for count in (1, 2):
        shopper.put_in_cart(product)
        shopper.visit("/checkout")
        shopper.page.get_by_role("button", name="Place the order").click()
        shopper.heading("Thank you for your order")
        assert Order.objects.count() == count


def test_order_is_cancelled_after_confirmation(shopper: Any, customer: Any, create_product: Callable[..., Any]) -> None:
    product = create_product(inventory=9)
    shopper.sign_in()
    shopper.put_in_cart(product, 4)
    shopper.visit("/checkout")
    page = shopper.page
    page.get_by_role("button", name="Place the order").click()
    shopper.heading("Thank you for your order")
    shopper.go("Orders")
    shopper.heading("Your orders")

    page.get_by_role("button", name="Cancel order").click()
    page.get_by_role("button", name="No, keep it").click()
    expect(shopper.text("Placed", exact=True)).to_be_visible()
    assert Order.objects.get().status == "placed"

    page.get_by_role("button", name="Cancel order").click()
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(shopper.text("Cancelled", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Cancel order")).to_have_count(0)
    product.refresh_from_db()
    assert product.inventory == 9


def test_cart_survives_reload_and_can_be_emptied(shopper: Any, create_product: Callable[..., Any]) -> None:
    product = create_product(title="Teapot", inventory=2, unit_price=Decimal("10.00"))
    shopper.put_in_cart(product, 2)
    page = shopper.page
    page.reload()
    shopper.go("Cart, 2 items")
    page.get_by_role("spinbutton", name="Quantity of Teapot").fill("3")
    page.get_by_role("spinbutton", name="Quantity of Teapot").press("Enter")
    expect(page.get_by_label("Total", exact=True).locator(".total")).to_have_text("$33.00")
    expect(shopper.text("Only 2 left")).to_be_visible()
    page.get_by_role("button", name="Remove Teapot").click()
    expect(shopper.text("Your cart is empty")).to_be_visible()
    assert Cart.objects.get().items.count() == 0


def test_deleted_cart_is_recreated(shopper: Any, console: Any, create_product: Callable[..., Any]) -> None:
    product = create_product()
    shopper.put_in_cart(product)
    Cart.objects.all().delete()
    console.expected = {404}
    shopper.page.get_by_role("button", name="Add to cart").click()
    expect(shopper.page.get_by_role("link", name="Cart, 1 item")).to_be_visible()
    shopper.page.wait_for_timeout(300)
    assert Cart.objects.get().items.get().quantity == 1
