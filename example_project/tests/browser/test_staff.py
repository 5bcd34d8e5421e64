"""Image uploads with progress by staff, to which others have no access."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from storefront_store.models import ProductImage

SLOW_CONNECTION = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 120 * 1024}
RECORD_PROGRESS = """
window.seen = [];
new MutationObserver(() => {
  const bar = document.querySelector("#upload-progress");
  if (bar && bar.checkVisibility()) window.seen.push(bar.value);
}).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
"""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """An image of about 400 KB."""
    path = tmp_path / "teapot.png"
    noise = Image.frombytes("RGB", (370, 370), os.urandom(370 * 370 * 3))
    noise.save(path)
    assert 300_000 < path.stat().st_size < 500_000
    return path


def was_partly_filled(page: Any) -> bool:
    """Return whether the progress bar was partly filled. The content security policy forbids `wait_for_function`."""
    return bool(page.evaluate("window.seen.some((value) => value > 0 && value < 100)"))


def test_image_upload_shows_progress(
    shopper: Any, context: BrowserContext, staff: Any, create_product: Callable[..., Any], photo: Path
) -> None:
    product = create_product(title="Teapot")
    shopper.sign_in("ada")
    shopper.visit(f"/products/{product.pk}")
    page = shopper.page
    page.get_by_role("link", name="Manage pictures").click()
    shopper.heading("Pictures")
    expect(shopper.text("This product has no picture yet.")).to_be_visible()
    page.get_by_label("Picture: ").set_input_files(photo)
    expect(shopper.text("teapot.png")).to_be_visible()
    page.get_by_role("form", name="Add a picture").get_by_label("What it shows").fill("A teapot in the snow")
    page.evaluate(RECORD_PROGRESS)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW_CONNECTION)

    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("progressbar", name="Upload")).to_be_visible()
    assert any(was_partly_filled(page) or page.wait_for_timeout(50) for _look in range(200))
    line.send("Network.emulateNetworkConditions", {**SLOW_CONNECTION, "uploadThroughput": -1})
    expect(page.locator("#toasts").get_by_text("The picture of Teapot is in the shop.")).to_be_visible()

    seen = page.evaluate("window.seen")
    assert seen == sorted(seen)
    expect(page.get_by_role("progressbar", name="Upload")).to_be_hidden()
    expect(page.get_by_role("img", name="A teapot in the snow")).to_be_visible()
    assert ProductImage.objects.get().alt_text == "A teapot in the snow"
    assert page.get_by_role("img", name="A teapot in the snow").evaluate("image => image.decode().then(() => true)")


def test_image_can_be_described_and_removed(
    shopper: Any, staff: Any, create_product: Callable[..., Any], photo: Path
) -> None:
    product = create_product(title="Teapot")
    page = shopper.page
    shopper.sign_in("ada")
    shopper.visit(f"/products/{product.pk}/pictures")
    page.get_by_label("Picture: ").set_input_files(photo)
    page.get_by_role("button", name="Upload").click()
    form = page.get_by_role("form", name="Describe this picture")
    form.get_by_label("What it shows").fill("Snow")
    form.get_by_role("button", name="Save").click()
    expect(shopper.text("Saved.")).to_be_visible()
    assert ProductImage.objects.get().alt_text == "Snow"
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Yes, remove it").click()
    expect(shopper.text("This product has no picture yet.")).to_be_visible()
    assert not ProductImage.objects.exists()


def test_invalid_upload_shows_error(shopper: Any, console: Any, staff: Any, create_product: Callable[..., Any]) -> None:
    product = create_product()
    console.expected = {400}
    page = shopper.page
    shopper.sign_in("ada")
    shopper.visit(f"/products/{product.pk}/pictures")
    page.get_by_role("button", name="Upload").click()
    expect(shopper.text("Please choose a picture.")).to_be_visible()
    fake = {"name": "fake.png", "mimeType": "image/png", "buffer": io.BytesIO(b"no picture").getvalue()}
    page.get_by_label("Picture: ").set_input_files(fake)
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#image-error")).not_to_be_empty()
    assert not ProductImage.objects.exists()


def test_customers_cannot_manage_images(shopper: Any, customer: Any, create_product: Callable[..., Any]) -> None:
    product = create_product()
    shopper.sign_in()
    shopper.visit(f"/products/{product.pk}")
    expect(shopper.page.get_by_role("link", name="Manage pictures")).to_have_count(0)
    shopper.visit(f"/products/{product.pk}/pictures")
    shopper.heading("This page is for staff")


def test_staff_sees_all_orders(shopper: Any, staff: Any, create_product: Callable[..., Any]) -> None:
    create_product()
    shopper.sign_in("ada")
    shopper.go("Orders")
    shopper.heading("All orders")
