"""Accessibility: keyboard, screen readers, small screens and layout shifts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from model_bakery import baker
from playwright.sync_api import expect

from generic_tags.services import set_tags
from storefront_store.conf import get_model
from storefront_store.models import Promotion, Review

Order = get_model("Order")
PHONE = {"width": 320, "height": 640}
MANY_TABS = 120
PATHS = [
    "/", "/?search=teapot&option_Colour=Red", "/?search=zeppelin", "/products/{id}", "/products/{shirt}",
    "/cart", "/checkout", "/orders", "/orders/{order}",
    "/account", "/sign-in", "/sign-up", "/password/reset", "/products/{id}/pictures", "/nowhere",
]  # fmt: skip
NAME_OF_FOCUS = """() => {
  const at = document.activeElement;
  const label = at.labels?.[0]?.textContent ?? "";
  return (at.getAttribute("aria-label") || label || at.textContent || "").trim().replace(/\\s+/g, " ");
}"""


class Keyboard:
    """A user without a mouse."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def reach(self, name: str) -> None:
        """Press Tab until the element with this name has the focus."""
        for _press in range(MANY_TABS):
            if self.page.evaluate(NAME_OF_FOCUS).startswith(name):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{name!r} can't be reached by keyboard")

    def press(self, name: str, key: str = "Enter") -> None:
        """Focus an element and press a key."""
        self.reach(name)
        self.page.keyboard.press(key)

    def write(self, name: str, text: str) -> None:
        """Focus a field and enter text."""
        self.reach(name)
        self.page.keyboard.type(text)


@pytest.fixture
def populated_store(customer: Any, staff: Any, create_product: Callable[..., Any]) -> dict[str, Any]:
    """One object of each kind that a page can show."""
    collection = baker.make(get_model("Collection"), title="Kitchen")
    product = create_product(title="Teapot", collection=collection, inventory=3, unit_price=Decimal("20.00"))
    create_product(title="Teapot, big", collection=collection, inventory=0)
    group = baker.make(get_model("ProductGroup"), title="Shirt", varies_by=["Colour", "Size"])
    shirts = [
        create_product(title=f"Shirt {colour}", group=group, inventory=left, options={"Colour": colour, "Size": size})
        for colour, size, left in (("Red", "S", 5), ("Red", "M", 0), ("Blue", "L", 5))
    ]
    set_tags(product, ["red", "round"])
    baker.make(Promotion, discount=Decimal(10)).products.add(product)
    baker.make(Review, product=product, name="Marta", description="Good.", rating=4)
    order = baker.make(Order, customer=customer.customer, total=Decimal("18.00"), currency="USD")
    baker.make(
        get_model("OrderItem"), order=order, product=product, title="Teapot", quantity=1, unit_price=Decimal("18.00")
    )
    return {"id": product.pk, "order": order.pk, "product": product, "shirt": shirts[0].pk}


def wait_until_loaded(shopper: Any) -> None:
    """Wait until the page is complete."""
    expect(shopper.page.locator(".skeleton, [aria-busy]")).to_have_count(0)


def axe_violations(page: Any) -> list[str]:
    """Return the violations that axe-core finds, of any impact."""
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['html']} {node['failureSummary']}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_no_violations(shopper: Any, console: Any, populated_store: dict[str, Any], look: str) -> None:
    page = shopper.page
    page.emulate_media(color_scheme=look, reduced_motion="reduce")
    shopper.sign_in("ada")
    shopper.put_in_cart(populated_store["product"])
    found = {}
    for path in PATHS:
        shopper.visit(path.format(**populated_store))
        wait_until_loaded(shopper)
        found[path] = axe_violations(page)
    assert {path: each for path, each in found.items() if each} == {}


def test_axe_finds_no_violations_in_errors_and_dialogs(
    shopper: Any, console: Any, populated_store: dict[str, Any]
) -> None:
    page = shopper.page
    console.expected = {400, 401, 409}
    shopper.visit("/sign-up")
    page.get_by_role("button", name="Make the account").click()
    assert axe_violations(page) == []
    shopper.sign_in()
    shopper.put_in_cart(populated_store["product"], 9)
    assert axe_violations(page) == []  # with a notification
    shopper.visit("/checkout")
    page.get_by_role("button", name="Place the order").click()
    page.get_by_role("alert").wait_for()
    assert axe_violations(page) == []
    shopper.visit("/orders")
    page.get_by_role("button", name="Cancel order").click()
    assert axe_violations(page) == []


def test_order_can_be_placed_and_cancelled_with_keyboard(
    shopper: Any, customer: Any, populated_store: dict[str, Any]
) -> None:
    before = Order.objects.count()
    page = shopper.page
    hands = Keyboard(page)
    shopper.visit("/")
    page.keyboard.press("Tab")
    assert page.evaluate(NAME_OF_FOCUS) == "Skip to the content"
    hands.write("Search the shop", "teapot")
    page.keyboard.press("Enter")
    shopper.heading("“teapot”")
    hands.press("In stock", "Space")
    expect(page.locator(".grid h2")).to_have_text(["Teapot"])
    hands.press("Teapot")
    shopper.heading("Teapot")
    hands.press("More: Quantity")
    hands.press("Add to cart")
    page.get_by_role("link", name="Cart, 2 items").wait_for()
    page.evaluate("document.querySelector('.brand').focus()")  # as with Shift+Tab
    hands.press("Cart, 2 items")
    shopper.heading("Your cart")
    hands.press("Fewer: Quantity of Teapot")
    expect(page.get_by_role("link", name="Cart, 1 item")).to_be_attached()
    hands.press("Go to checkout")
    shopper.heading("Checkout")
    hands.press("Sign in to use your account")
    shopper.heading("Sign in")
    hands.write("User name", "cora")
    hands.write("Password", "a-rather-long-password")
    page.keyboard.press("Enter")
    shopper.heading("Checkout")
    hands.write("Street and number", "Lindenweg 3")
    hands.write("City", "Bern")
    hands.press("Save this address")
    expect(page.get_by_label("Lindenweg 3, Bern")).to_be_checked()
    hands.press("Place the order")
    shopper.heading("Thank you for your order")
    assert Order.objects.count() == before + 1
    hands.press("Cancel order")
    hands.press("Yes, cancel it")
    expect(shopper.text("Cancelled", exact=True).first).to_be_visible()
    assert Order.objects.order_by("-pk").first().status == "cancelled"


def test_filters_and_variants_work_with_keyboard(shopper: Any, populated_store: dict[str, Any]) -> None:
    page = shopper.page
    hands = Keyboard(page)
    cards = page.locator(".grid h2")
    shopper.visit("/")
    wait_until_loaded(shopper)
    hands.press("Red", "Space")
    expect(cards).to_have_text(["Shirt"])
    hands.press("Blue", "Space")  # the focus has stayed among the filters
    expect(page).to_have_url(f"{shopper.home}/?option_Colour=Red&option_Colour=Blue")
    hands.press("Remove the filter Colour: Blue")
    expect(page).to_have_url(f"{shopper.home}/?option_Colour=Red")
    wait_until_loaded(shopper)
    hands.press("Shirt")
    shopper.heading("Shirt Red")

    hands.reach("Red")
    page.keyboard.press("ArrowRight")
    shopper.heading("Shirt Blue")
    expect(page.get_by_role("radio", name="Blue")).to_be_focused()
    expect(page.get_by_role("radio", name="L", exact=True)).to_be_checked()
    page.keyboard.press("ArrowLeft")
    shopper.heading("Shirt Red")
    hands.reach("S")
    page.keyboard.press("ArrowRight")
    expect(shopper.text("Sold out").first).to_be_visible()
    page.keyboard.press("ArrowLeft")
    hands.press("Add to cart")
    expect(page.locator("#toasts")).to_contain_text("Shirt Red is in your cart.")
    assert get_model("CartItem").objects.get().product.options == {"Colour": "Red", "Size": "S"}


def test_escape_closes_dialog(shopper: Any, customer: Any, populated_store: dict[str, Any]) -> None:
    shopper.sign_in()
    shopper.go("Orders")
    shopper.page.get_by_role("button", name="Cancel order").click()
    expect(shopper.page.get_by_role("dialog")).to_be_visible()
    shopper.page.keyboard.press("Escape")
    expect(shopper.page.get_by_role("dialog")).to_have_count(0)
    expect(shopper.page.get_by_role("button", name="Cancel order")).to_be_focused()
    assert Order.objects.get().status == "placed"


def test_navigation_updates_focus_and_title(shopper: Any, populated_store: dict[str, Any]) -> None:
    page = shopper.page
    shopper.visit("/")
    expect(page).to_have_title("Storefront")
    page.get_by_role("link", name="Teapot", exact=True).click()
    expect(page).to_have_title("Teapot · Storefront")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.evaluate("scrollTo(0, 400)")
    page.go_back()
    expect(page).to_have_title("Storefront")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_changes_are_announced_to_screen_readers(shopper: Any, populated_store: dict[str, Any]) -> None:
    page = shopper.page
    shopper.visit("/")
    page.get_by_role("checkbox", name="In stock").check()
    expect(page.locator("#announcer")).to_have_text("2 products")
    expect(page.get_by_role("checkbox", name="In stock")).to_be_focused()  # keeps the focus
    page.get_by_role("button", name="Add Teapot to the cart").click()
    expect(page.locator("#announcer")).to_have_text("Teapot is in your cart.")


@pytest.fixture
def phone_shopper(shopper: Any) -> Any:
    """The smallest screen that WCAG requires."""
    shopper.page.set_viewport_size(PHONE)
    return shopper


def test_pages_fit_phone_width(phone_shopper: Any, populated_store: dict[str, Any]) -> None:
    shopper = phone_shopper
    shopper.sign_in("ada")
    shopper.put_in_cart(populated_store["product"])
    for path in PATHS:
        shopper.visit(path.format(**populated_store))
        wait_until_loaded(shopper)
        assert shopper.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_filters_can_be_opened_on_phone(phone_shopper: Any, populated_store: dict[str, Any]) -> None:
    shopper = phone_shopper
    shopper.visit("/")
    box = shopper.page.get_by_role("checkbox", name="In stock")
    expect(box).to_be_hidden()
    toggle = shopper.page.get_by_role("button", name="Filters")
    toggle.click()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    box.check()
    expect(shopper.page.locator(".grid h2")).to_have_text(["Shirt", "Teapot"])
    expect(shopper.page.get_by_role("button", name="Filters, 1 is set")).to_be_in_viewport()  # to set another filter


@pytest.mark.usefixtures("catalogue")
def test_layout_does_not_shift_while_loading(shopper: Any) -> None:
    shopper.visit("/")
    wait_until_loaded(shopper)
    moved = shopper.page.evaluate(
        """() => new Promise((resolve) => {
          new PerformanceObserver((list) => resolve(list.getEntries().reduce((sum, each) => sum + each.value, 0)))
            .observe({ type: "layout-shift", buffered: true });
          setTimeout(() => resolve(0), 500);
        })"""
    )
    assert moved < 0.1


def test_skeletons_have_position_and_width_of_cards(shopper: Any, populated_store: dict[str, Any]) -> None:
    page = shopper.page
    held: list[Any] = []
    page.route("**/store/collections/", lambda route: held.append(route))
    page.goto(shopper.home)
    skeleton = page.locator(".skeleton-card").first.bounding_box()
    held[0].continue_()
    wait_until_loaded(shopper)
    card = page.locator(".card").first.bounding_box()
    assert (skeleton["x"], skeleton["width"]) == (card["x"], card["width"])
