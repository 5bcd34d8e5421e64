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

SCREENSHOT_FOLDER = os.environ.get("SCREENSHOTS")  # a folder for screenshots


def save_screenshot(shopper: Any, name: str) -> None:
    if SCREENSHOT_FOLDER:
        shopper.page.screenshot(path=Path(SCREENSHOT_FOLDER) / f"{name}.png", full_page=True)


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
    save_screenshot(shopper, "pay")
    shopper.page.get_by_role("button", name=how, exact=True).click()


def test_customer_pays_order(shopper: Any, order: Any) -> None:
    save_screenshot(shopper, "order-placed")

    pay(shopper, "Pay")

    shopper.heading(f"Order {order.pk}")
    expect(shopper.page.locator(".pills")).to_contain_text("Paid")
    expect(shopper.page.get_by_role("button", name="Pay $")).to_have_count(0)
    save_screenshot(shopper, "order-paid")
    order.refresh_from_db()
    assert order.payment_status == "C"


def test_failed_payment_can_be_retried(shopper: Any, order: Any) -> None:
    pay(shopper, "Let the payment fail")
    shopper.heading(f"Order {order.pk}")
    expect(shopper.page.get_by_text("The payment failed. You can try again.")).to_be_visible()
    save_screenshot(shopper, "order-failed")

    pay(shopper, "Pay")

    shopper.heading(f"Order {order.pk}")
    entries = shopper.page.get_by_label("Payments").get_by_role("listitem")
    expect(entries).to_contain_text(["Failed", "Paid"])
    order.refresh_from_db()
    assert order.payment_status == "C"
    assert list(Payment.objects.order_by("pk").values_list("status", flat=True)) == ["failed", "captured"]


def test_abandoned_payment_is_resumed(shopper: Any, order: Any) -> None:
    shopper.page.get_by_role("button", name="Pay $").click()
    shopper.page.get_by_role("button", name="Let the payment fail").wait_for()
    shopper.visit(f"/orders/{order.pk}")

    pay(shopper, "Pay")

    expect(shopper.page.locator(".pills")).to_contain_text("Paid")
    assert Payment.objects.count() == 1


def test_refund_is_shown(shopper: Any, order: Any) -> None:
    pay(shopper, "Pay")
    shopper.heading(f"Order {order.pk}")
    refunds.refund_order(order.pk)

    shopper.visit(f"/orders/{order.pk}")

    expect(shopper.page.locator(".pills")).to_contain_text("Refunded")
    expect(shopper.page.get_by_label("Payments").get_by_role("listitem")).to_contain_text(["Paid", "Refunded"])
    save_screenshot(shopper, "order-refunded")


def test_tracking_number_is_shown(shopper: Any, order: Any) -> None:
    orders.change_payment_status(order.pk, orders.COMPLETE)
    orders.ship_order(order.pk, tracking="JD014600006281230704")

    shopper.visit(f"/orders/{order.pk}")

    expect(shopper.page.locator(".pills")).to_contain_text("Shipped")
    expect(shopper.page.locator(".facts")).to_contain_text("JD014600006281230704")
    expect(shopper.page.get_by_role("button", name="Cancel order")).to_have_count(0)
    save_screenshot(shopper, "order-shipped")
