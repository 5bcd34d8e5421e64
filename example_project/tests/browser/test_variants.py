"""Variant groups: selection on the product's page, one card in the grid, and facets."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from model_bakery import baker
from playwright.sync_api import expect

from storefront_store.conf import get_model

Variants = dict[str, Any]


@pytest.fixture
def shirts(create_product: Callable[..., Any]) -> Variants:
    """Shirts by colour and size: red in S and M, blue in M (sold out) and L."""
    group = baker.make(get_model("ProductGroup"), title="Shirt", varies_by=["Colour", "Size"])
    rows = [("Red", "S", 20, 9), ("Red", "M", 22, 3), ("Blue", "M", 22, 0), ("Blue", "L", 30, 9)]
    return {
        f"{colour} {size}": create_product(
            title=f"Shirt {colour} {size}",
            unit_price=Decimal(price),
            inventory=left,
            group=group,
            options={"Colour": colour, "Size": size},
        )
        for colour, size, price, left in rows
    }


def cards(shopper: Any) -> Any:
    return shopper.page.locator(".grid h2")


def option_radio(shopper: Any, value: str) -> Any:
    return shopper.page.get_by_role("radio", name=re.compile(rf"^{value}\b"))


def test_variant_is_selected_by_options(shopper: Any, shirts: Variants) -> None:
    page = shopper.page
    shopper.visit(f"/products/{shirts['Red S'].pk}")
    expect(option_radio(shopper, "L")).to_be_disabled()  # there is no red L
    expect(page.locator(".product-text .price")).to_have_text("$20.00")

    option_radio(shopper, "M").focus()
    page.keyboard.press("Space")
    shopper.heading("Shirt Red M")
    expect(page).to_have_url(f"{shopper.home}/products/{shirts['Red M'].pk}")
    expect(page).to_have_title("Shirt Red M · Storefront")
    expect(page.locator(".product-text .price")).to_have_text("$22.00")
    expect(shopper.text("Only 3 left")).to_be_visible()
    expect(option_radio(shopper, "M")).to_be_focused()  # keeps the focus
    expect(page.locator("#announcer")).to_contain_text("Shirt Red M: ")

    page.locator(".option-choice", has_text="Blue").click()
    shopper.heading("Shirt Blue M")  # the size is kept
    expect(shopper.text("Sold out").first).to_be_visible()
    expect(page.get_by_role("button", name="Add to cart")).to_have_count(0)
    expect(option_radio(shopper, "S")).to_be_disabled()
    page.locator(".option-choice", has_text=re.compile("^L$")).click()
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#toasts")).to_contain_text("Shirt Blue L is in your cart.")
    assert get_model("CartItem").objects.get().product == shirts["Blue L"]


def test_variant_url_selects_its_options(shopper: Any, shirts: Variants) -> None:
    shopper.visit(f"/products/{shirts['Blue L'].pk}")
    expect(option_radio(shopper, "Blue")).to_be_checked()
    expect(option_radio(shopper, "L")).to_be_checked()
    option_radio(shopper, "Red").check(force=True)
    shopper.heading("Shirt Red S")  # no red L, so the first red one


def test_grid_shows_each_group_once(shopper: Any, shirts: Variants, create_product: Callable[..., Any]) -> None:
    page = shopper.page
    create_product(title="Teapot")
    shopper.visit("/")
    expect(cards(shopper)).to_have_text(["Shirt", "Teapot"])
    card = page.locator(".card", has_text="Shirt")
    expect(card.locator(".price")).to_have_text("from $20.00")
    expect(card).to_contain_text("4 variants")
    expect(page.get_by_role("button", name="Add Shirt to the cart")).to_have_count(0)
    page.get_by_role("link", name="Shirt").click()
    shopper.heading("Shirt Red S")


def test_facets_show_counts_and_can_be_combined(
    shopper: Any, shirts: Variants, create_product: Callable[..., Any]
) -> None:
    page = shopper.page
    create_product(title="Green mug", options={"Colour": "Green"})
    create_product(title="Teapot")
    shopper.visit("/")
    colours = page.get_by_role("group", name="Colour")
    expect(colours.locator("label")).to_have_text(["Blue 2", "Red 2", "Green 1"])

    colours.get_by_label("Red").check()
    colours.get_by_label("Green").check()
    expect(cards(shopper)).to_have_text(["Green mug", "Shirt"])
    expect(colours.get_by_label("Green")).to_be_focused()
    expect(page).to_have_url(f"{shopper.home}/?option_Colour=Red&option_Colour=Green")
    page.get_by_role("radio", name=re.compile("^.20.00|^.10.00 to")).last.check()
    expect(page.get_by_role("list", name="Filters that are set")).to_contain_text("$10.00 to $25.00")
    expect(cards(shopper)).to_have_text(["Green mug", "Shirt"])

    page.get_by_role("button", name="Remove the filter Colour: Green").click()
    expect(cards(shopper)).to_have_text(["Shirt"])
    page.go_back()
    expect(cards(shopper)).to_have_text(["Green mug", "Shirt"])
    expect(colours.get_by_label("Green")).to_be_checked()
    page.reload()
    expect(colours.get_by_label("Red")).to_be_checked()
    page.get_by_role("list", name="Filters that are set").get_by_role("link", name="Clear all filters").click()
    expect(cards(shopper)).to_have_text(["Green mug", "Shirt", "Teapot"])


def test_search_ignores_accents_and_sorts_by_relevance(
    shopper: Any, shirts: Variants, create_product: Callable[..., Any]
) -> None:
    page = shopper.page
    create_product(title="Crème brûlée dish")
    shopper.visit("/")
    page.get_by_role("searchbox").fill("creme dish")
    page.get_by_role("searchbox").press("Enter")
    expect(cards(shopper)).to_have_text(["Crème brûlée dish"])
    expect(page.get_by_label("Sort by")).to_have_value("")
    expect(page.get_by_label("Sort by").locator("option").first).to_have_text("Relevance")
    page.get_by_role("button", name="Remove the filter “creme dish”").click()
    expect(cards(shopper)).to_have_count(2)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
