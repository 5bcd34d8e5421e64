"""The admin as a person uses it, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from storefront_store_testapp.shop import picture, place_order

from storefront_store.models import Order, Product, ProductImage

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Chromium at {CHROMIUM}"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium. Its event loop runs in this thread, about which Django need not worry."""
    with pytest.MonkeyPatch.context() as patch, sync_api.sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, live_server: Any, admin_client: Any) -> Iterator[Any]:
    """A page in which the superuser is signed in; errors of the page's scripts fail the test."""
    context = browser.new_context(base_url=live_server.url)
    session = admin_client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    errors: list[Any] = []
    page.on("pageerror", lambda error: errors.append(error))
    yield page
    context.close()
    assert errors == []


def run_action(page: Any, label: str) -> None:
    page.get_by_label("Action:").select_option(label=label)
    page.locator(".actions button[name=index]").first.click()


def test_image_is_uploaded_and_shown(page: Any, make_product: Any, tmp_path: Path) -> None:
    product = make_product(title="Chair")
    upload = tmp_path / "chair.png"
    upload.write_bytes(picture(size=(300, 200)).read())

    page.goto(f"/admin/storefront_store/product/{product.pk}/change/")
    page.locator("input[name=images-0-image]").set_input_files(upload)
    page.locator("input[name=images-0-alt_text]").fill("A chair")
    page.get_by_role("button", name="Save and continue editing").click()

    thumbnail = page.locator("img.thumbnail")
    expect(thumbnail).to_have_attribute("alt", "A chair")
    page.wait_for_function("document.querySelector('img.thumbnail').naturalWidth == 300")
    assert thumbnail.bounding_box()["width"] == 100
    assert ProductImage.objects.get().product == product


def test_file_that_is_not_an_image_is_rejected(page: Any, make_product: Any, tmp_path: Path) -> None:
    product = make_product()
    upload = tmp_path / "chair.png"
    upload.write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")

    page.goto(f"/admin/storefront_store/product/{product.pk}/change/")
    page.locator("input[name=images-0-image]").set_input_files(upload)
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Upload a valid image.")).to_be_visible()
    assert not ProductImage.objects.exists()


def test_slug_is_prepopulated_from_title(page: Any) -> None:
    page.goto("/admin/storefront_store/product/add/")

    page.get_by_label("Title:").press_sequentially("A Fine Chair")

    expect(page.get_by_label("Slug:")).to_have_value("a-fine-chair")


def test_collection_autocomplete(page: Any, make_product: Any) -> None:
    wanted = make_product().collection

    page.goto("/admin/storefront_store/product/add/")
    page.locator("#id_collection + .select2").click()
    page.locator(".select2-search__field").press_sequentially(wanted.title)
    page.locator(".select2-results__option", has_text=wanted.title).click()

    expect(page.locator("#id_collection")).to_have_value(str(wanted.pk))


@pytest.mark.parametrize(
    ("label", "field", "value"),
    [("Clear inventory", "inventory", 0), ("Take off sale", "is_active", False), ("Put on sale", "is_active", True)],
)
def test_product_actions(page: Any, make_product: Any, label: str, field: str, value: Any) -> None:
    product = make_product(inventory=5, is_active=label != "Put on sale")

    page.goto("/admin/storefront_store/product/")
    page.locator("#result_list input.action-select").check()
    run_action(page, label)

    expect(page.get_by_text("1 product was successfully updated.")).to_be_visible()
    product.refresh_from_db()
    assert getattr(product, field) == value


def test_mark_as_paid_button(page: Any, user: Any, make_product: Any) -> None:
    order = place_order(user, (make_product(), 1))

    page.goto(f"/admin/storefront_store/order/{order.pk}/change/")
    page.get_by_role("button", name="Mark as paid").click()

    expect(page.locator(".store-badge", has_text="Complete").first).to_be_visible()
    expect(page.get_by_role("button", name="Cancel order")).to_have_count(0)
    assert Order.objects.get().payment_status == "C"


@pytest.mark.parametrize(
    ("label", "column", "text"),
    [
        ("Mark as paid", "payment", "Complete"),
        ("Mark as failed", "payment", "Failed"),
        ("Cancel order", "state", "Cancelled"),
    ],
)
def test_order_actions(page: Any, user: Any, make_product: Any, label: str, column: str, text: str) -> None:
    place_order(user, (make_product(), 1))

    page.goto("/admin/storefront_store/order/")
    page.locator("#result_list input.action-select").check()
    run_action(page, label)

    expect(page.locator(f"#result_list .field-{column}")).to_have_text(text)


def test_orders_are_deleted_after_confirmation(page: Any, user: Any, make_product: Any) -> None:
    product = make_product(inventory=5)
    place_order(user, (product, 2))

    page.goto("/admin/storefront_store/order/")
    page.locator("#result_list input.action-select").check()
    run_action(page, "Delete selected orders")
    expect(page.get_by_text("Are you sure")).to_be_visible()
    page.get_by_role("button", name="I’m sure").click()  # noqa: RUF001

    expect(page.get_by_text("1 order was deleted.")).to_be_visible()
    assert Product.objects.get().inventory == 5


def test_dashboard_figures_link_to_lists(page: Any, user: Any, make_product: Any) -> None:
    place_order(user, (make_product(inventory=4), 1))

    page.goto("/admin/")
    page.locator(".store-figures div", has_text="Low stock").get_by_role("link").click()

    expect(page.locator("#result_list tbody tr")).to_have_count(1)
