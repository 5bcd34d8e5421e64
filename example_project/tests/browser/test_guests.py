"""Orders without an account, which are opened with the link in their mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from store_custom.services import outbox
from storefront_store.conf import get_model
from storefront_store.shipping.models import ShippingMethod
from storefront_store.vouchers.models import Voucher

Order = get_model("Order")


@pytest.fixture
def guest_checkout(shopper: Any, create_product: Callable[..., Any]) -> Any:
    """A guest at the checkout with two teapots for 11.00 each, with tax."""
    shopper.put_in_cart(create_product(title="Teapot", unit_price=Decimal("10.00"), inventory=9), 2)
    shopper.visit("/checkout")
    return shopper


def fill_fields(shopper: Any, **fields: str) -> None:
    for label, value in fields.items():
        shopper.page.get_by_label(label.replace("_", " ")).fill(value)


def test_guest_places_order_and_opens_it_with_mailed_link(
    guest_checkout: Any, console: Any, settings: Any, mailoutbox: list[Any]
) -> None:
    shopper, page = guest_checkout, guest_checkout.page
    settings.FRONTEND_URL = shopper.home
    console.expected = {400}  # the shipping method is not available in the new country
    ShippingMethod.objects.create(name="Near", price=Decimal("5.00"), countries=["CH"], position=1)
    ShippingMethod.objects.create(name="Far", price=Decimal("20.00"), countries=["NZ"], position=2)
    Voucher.objects.create(code="WELCOME10", value=Decimal(10))
    total = page.locator(".amounts .total")
    expect(total).to_have_text("$22.00")

    fill_fields(shopper, Email="guest@storefront.example", Street_and_number="Lindenweg 3", City="Bern")
    page.get_by_label("Country").select_option("Switzerland")
    expect(total).to_have_text("$27.50")
    page.get_by_label("Country").select_option("New Zealand")
    expect(page.get_by_role("radio", name="Far")).to_be_checked()
    expect(total).to_have_text("$44.00")
    page.get_by_label("Country").select_option("CH")
    page.get_by_text("Voucher", exact=True).click()
    page.get_by_label("Code", exact=True).fill("welcome10")
    page.get_by_label("Code", exact=True).press("Enter")
    expect(total).to_have_text("$25.30")
    page.get_by_role("button", name="Place the order · $25.30").click()
    shopper.heading("Thank you for your order")

    outbox.deliver_due()
    [letter] = mailoutbox
    assert letter.to == ["guest@storefront.example"]
    [link] = [word for word in letter.body.split() if word.startswith(shopper.home)]
    assert f'href="{link}"' in letter.alternatives[0][0]
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.goto(link)
    shopper.heading(re.compile("Order [0-9]+"))
    expect(page.locator(".facts")).to_contain_text("Lindenweg 3, Bern, Switzerland")
    page.get_by_role("button", name="Pay $25.30").click()
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.locator(".pills")).to_contain_text("Paid")
    order = Order.objects.get()
    assert (order.payment_status, order.customer.user) == ("C", None)


def test_guest_cancels_order(guest_checkout: Any) -> None:
    page = guest_checkout.page
    fill_fields(guest_checkout, Email="guest@storefront.example", Street_and_number="Lindenweg 3", City="Bern")
    page.get_by_role("button", name="Place the order").click()
    guest_checkout.heading("Thank you for your order")

    page.get_by_role("button", name="Cancel order").click()
    page.get_by_role("button", name="Yes, cancel it").click()

    expect(page.locator(".pills")).to_have_text("Cancelled")
    assert Order.objects.get().status == "cancelled"


def test_wrong_order_key_shows_not_found(shopper: Any, console: Any, buy: Callable[..., Any]) -> None:
    console.expected = {404}
    shopper.visit(f"/orders/{buy().pk}?key=guessed")
    shopper.heading("There is nothing here")


def test_address_errors_are_shown_at_fields(guest_checkout: Any, console: Any) -> None:
    page = guest_checkout.page
    page.get_by_role("button", name="Place the order").click()
    for label in ("Email", "Street and number", "City"):
        expect(page.get_by_label(label)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Email")).to_be_focused()

    console.expected = {400}
    fill_fields(guest_checkout, Email="guest@storefront.example", Street_and_number="www.spam.example", City="Bern")
    page.get_by_role("button", name="Place the order").click()
    street = page.get_by_label("Street and number")
    expect(street).to_have_attribute("aria-invalid", "true")
    expect(street).to_have_accessible_description("Links are not allowed.")
    assert not Order.objects.exists()
