"""The choices on the checkout page, and its message when the total changes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from storefront_store.conf import get_model
from storefront_store.shipping.models import ShippingMethod
from storefront_store.vouchers.models import Voucher

Order = get_model("Order")


@pytest.fixture
def teapot(create_product: Callable[..., Any]) -> Any:
    """A product that costs 11.00 with tax."""
    return create_product(title="Teapot", unit_price=Decimal("10.00"), inventory=9)


def total(shopper: Any) -> Locator:
    return shopper.page.locator(".amounts .total")


def use_voucher(shopper: Any, code: str) -> None:
    field = shopper.page.get_by_label("Code", exact=True)
    if not field.is_visible():
        shopper.page.get_by_text("Voucher", exact=True).click()
    field.fill(code)
    shopper.page.get_by_role("button", name="Apply").click()


def place_order(shopper: Any) -> Any:
    shopper.page.get_by_role("button", name="Place the order").click()
    shopper.heading("Thank you for your order")
    return Order.objects.get()


def test_voucher_reduces_total(shopper: Any, console: Any, customer: Any, teapot: Any) -> None:
    voucher = Voucher.objects.create(code="WELCOME10", value=Decimal(10))
    shopper.sign_in()
    shopper.put_in_cart(teapot, 2)
    shopper.visit("/checkout")
    expect(total(shopper)).to_have_text("$22.00")

    console.expected = {400}
    use_voucher(shopper, "welcome20")
    expect(shopper.page.get_by_role("status").get_by_text("This voucher can't be used.")).to_be_visible()
    expect(total(shopper)).to_have_text("$22.00")
    use_voucher(shopper, "welcome10")
    expect(shopper.page.locator(".amounts")).to_contain_text("Voucher WELCOME10")
    expect(total(shopper)).to_have_text("$19.80")
    expect(shopper.page.get_by_text("This voucher can't be used.")).to_have_count(0)
    expect(shopper.page.get_by_role("button", name="Place the order · $19.80")).to_be_visible()
    order = place_order(shopper)

    expect(total(shopper)).to_have_text("$19.80")
    assert order.total == Decimal("19.80")
    assert [(row.reference, row.amount) for row in order.adjustments.filter(kind="discount")] == [
        ("WELCOME10", Decimal("-2.00"))
    ]
    voucher.refresh_from_db()
    assert voucher.used == 1


def test_new_total_is_shown_after_price_increase(shopper: Any, console: Any, customer: Any, teapot: Any) -> None:
    shopper.sign_in()
    shopper.put_in_cart(teapot, 2)
    shopper.visit("/checkout")
    expect(total(shopper)).to_have_text("$22.00")
    type(teapot).objects.filter(pk=teapot.pk).update(unit_price=Decimal("12.00"))
    console.expected = {409}

    shopper.page.get_by_role("button", name="Place the order").click()

    expect(shopper.page.get_by_role("alert")).to_contain_text("The total is now $26.40")
    expect(total(shopper)).to_have_text("$26.40")
    assert not Order.objects.exists()
    expect(shopper.page.get_by_role("button", name="Place the order · $26.40")).to_be_focused()
    assert place_order(shopper).total == Decimal("26.40")


def test_shipping_method_can_be_selected_after_address(shopper: Any, customer: Any, teapot: Any) -> None:
    ShippingMethod.objects.create(name="Standard", price=Decimal("5.00"), position=1)
    express = ShippingMethod.objects.create(name="Express", price=Decimal("15.00"), position=2)
    page = shopper.page
    shopper.sign_in()
    shopper.put_in_cart(teapot)
    shopper.visit("/checkout")
    expect(total(shopper)).to_have_text("$11.00")
    expect(page.get_by_role("group", name="Shipping")).to_have_count(0)

    page.get_by_label("Street and number").fill("Lindenweg 3")
    page.get_by_label("City").fill("Bern")
    page.get_by_role("button", name="Save this address").click()
    expect(page.get_by_role("radio", name="Standard")).to_be_checked()
    expect(total(shopper)).to_have_text("$16.50")
    page.get_by_role("radio", name="Express").check()
    expect(total(shopper)).to_have_text("$27.50")
    order = place_order(shopper)

    assert order.total == Decimal("27.50")
    assert order.adjustments.get(kind="shipping").reference == str(express.pk)
