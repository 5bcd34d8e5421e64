"""Payments: successful, failed and repeated, refunded and pending."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from storefront_store.conf import get_model
from storefront_store.payments.models import Payment
from storefront_store.payments.services import refunds
from storefront_store.services import orders

SHOTS = os.environ.get("SCREENSHOTS")  # a folder for screenshots


def shoot(shopper: Any, name: str) -> None:
    if SHOTS:
        shopper.page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture
def order(shopper: Any, customer: Any, create_product: Callable[..., Any]) -> Any:
    """A new order by Cora."""
    shopper.sign_in()
    shopper.put_in_cart(create_product(title="Teapot", inventory=9), 2)
    shopper.visit("/checkout")
    shopper.page.get_by_role("button", name="Place the order").click()
    shopper.heading("Thank you for your order")
    return get_model("Order").objects.get()


def pay(shopper: Any, how: str) -> None:
    shopper.page.get_by_role("button", name="Pay $").click()
    shoot(shopper, "pay")
    shopper.page.get_by_role("button", name=how, exact=True).click()


def test_the_customer_pays(shopper: Any, order: Any) -> None:
    shoot(shopper, "order-placed")

    pay(shopper, "Pay")

    shopper.heading(f"Order {order.pk}")
    expect(shopper.page.locator(".pills")).to_contain_text("Paid")
    expect(shopper.page.get_by_role("button", name="Pay $")).to_have_count(0)
    shoot(shopper, "order-paid")
    order.refresh_from_db()
    assert order.payment_status == "C"


def test_a_payment_fails_and_the_next_one_works(shopper: Any, order: Any) -> None:
    pay(shopper, "Let the payment fail")
    shopper.heading(f"Order {order.pk}")
    expect(shopper.page.get_by_text("The payment failed. You can try again.")).to_be_visible()
    shoot(shopper, "order-failed")

    pay(shopper, "Pay")

    shopper.heading(f"Order {order.pk}")
    entries = shopper.page.get_by_label("Payments").get_by_role("listitem")
    expect(entries).to_contain_text(["Failed", "Paid"])
    order.refresh_from_db()
    assert order.payment_status == "C"
    assert list(Payment.objects.order_by("pk").values_list("status", flat=True)) == ["failed", "captured"]


def test_a_customer_who_comes_back_unpaid_goes_on_with_the_payment(shopper: Any, order: Any) -> None:
    shopper.page.get_by_role("button", name="Pay $").click()
    shopper.page.get_by_role("button", name="Let the payment fail").wait_for()
    shopper.visit(f"/orders/{order.pk}")

    pay(shopper, "Pay")

    expect(shopper.page.locator(".pills")).to_contain_text("Paid")
    assert Payment.objects.count() == 1


def test_a_refund_shows(shopper: Any, order: Any) -> None:
    pay(shopper, "Pay")
    shopper.heading(f"Order {order.pk}")
    refunds.refund_order(order.pk)

    shopper.visit(f"/orders/{order.pk}")

    expect(shopper.page.locator(".pills")).to_contain_text("Refunded")
    expect(shopper.page.get_by_label("Payments").get_by_role("listitem")).to_contain_text(["Paid", "Refunded"])
    shoot(shopper, "order-refunded")


def test_the_tracking_number_shows(shopper: Any, order: Any) -> None:
    orders.change_payment_status(order.pk, orders.COMPLETE)
    orders.ship_order(order.pk, tracking="JD014600006281230704")

    shopper.visit(f"/orders/{order.pk}")

    expect(shopper.page.locator(".pills")).to_contain_text("Shipped")
    expect(shopper.page.locator(".facts")).to_contain_text("JD014600006281230704")
    expect(shopper.page.get_by_role("button", name="Cancel order")).to_have_count(0)
    shoot(shopper, "order-shipped")
