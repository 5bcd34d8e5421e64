"""The catalogue: search, filters, pages, products, reviews, tags and likes, also without optional apps."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from model_bakery import baker
from playwright.sync_api import Route, expect

from generic_likes.selectors import get_liked_item_model
from generic_tags.services import set_tags
from storefront_store.conf import get_model
from storefront_store.models import Promotion, Review

Collection = get_model("Collection")


def titles(shopper: Any) -> Any:
    """Return the headings of the cards."""
    return shopper.page.locator(".grid h2")


def test_filters_are_stored_in_url(shopper: Any, create_product: Callable[..., Any]) -> None:
    kitchen = baker.make(Collection, title="Kitchen")
    create_product(title="Pan", collection=kitchen, unit_price=Decimal("40.00"))
    create_product(title="Pot", collection=kitchen, unit_price=Decimal("90.00"), inventory=0)
    cheap = create_product(title="Whisk", collection=kitchen, unit_price=Decimal("8.00"))
    create_product(title="Lamp", unit_price=Decimal("50.00"))
    baker.make(Promotion, discount=Decimal(25)).products.add(cheap)
    page = shopper.page
    shopper.visit("/")
    expect(titles(shopper)).to_have_text(["Lamp", "Pan", "Pot", "Whisk"])

    page.get_by_role("radio", name="Kitchen").check()
    shopper.heading("Kitchen")
    expect(page).to_have_title("Kitchen · Storefront")
    expect(titles(shopper)).to_have_text(["Pan", "Pot", "Whisk"])
    page.get_by_role("checkbox", name="In stock").check()
    expect(titles(shopper)).to_have_text(["Pan", "Whisk"])
    page.get_by_label("Sort by").select_option("-unit_price")
    expect(titles(shopper)).to_have_text(["Pan", "Whisk"])
    page.get_by_label("To", exact=True).fill("20")
    expect(titles(shopper)).to_have_text(["Whisk"])
    page.wait_for_url(re.compile(rf"collection_id={kitchen.pk}&in_stock=true&ordering=-unit_price&unit_price__lte=20"))
    expect(page.locator(".card .price")).to_have_text("Now $6.00 Before $8.00")

    page.reload()
    expect(titles(shopper)).to_have_text(["Whisk"])
    expect(page.get_by_role("checkbox", name="In stock")).to_be_checked()
    page.go_back()
    expect(titles(shopper)).to_have_text(["Pan", "Whisk"])
    page.get_by_role("link", name="Clear all filters").click()
    expect(titles(shopper)).to_have_count(4)
    page.get_by_role("checkbox", name="On offer").check()
    expect(titles(shopper)).to_have_text(["Whisk"])


@pytest.mark.usefixtures("catalogue")
def test_pagination_works_in_both_directions(shopper: Any) -> None:
    page = shopper.page
    shopper.visit("/")
    expect(titles(shopper)).to_have_count(24)
    first = titles(shopper).all_text_contents()
    page.get_by_role("link", name="Next page").click()
    expect(shopper.text("28 products, page 2 of 2")).to_be_visible()
    expect(titles(shopper)).to_have_count(4)
    assert not set(first) & set(titles(shopper).all_text_contents())
    expect(page.get_by_role("heading", level=1)).to_be_focused()  # the link that was followed no longer exists
    expect(page.get_by_role("link", name="Page 2")).to_have_attribute("aria-current", "page")
    page.go_back()
    expect(titles(shopper)).to_have_text(first)


def test_empty_search_result_links_to_all_products(shopper: Any, create_product: Callable[..., Any]) -> None:
    create_product()
    shopper.visit("/?search=zeppelin")
    expect(shopper.page.get_by_role("heading", name="Nothing fits")).to_be_visible()
    shopper.page.get_by_role("link", name="Show everything").click()
    expect(titles(shopper)).to_have_count(1)


def test_customer_can_post_review(shopper: Any, customer: Any, create_product: Callable[..., Any]) -> None:
    product = create_product(title="Teapot")
    shopper.sign_in()
    shopper.visit(f"/products/{product.pk}")
    page = shopper.page
    expect(page.get_by_label("Your name")).to_have_value("Cora Mertens")
    page.locator("label[for=rating-4]").click()
    page.get_by_label("Your review").fill("Pours well.\nKeeps warm.")
    page.get_by_role("button", name="Post the review").click()
    expect(page.locator(".review")).to_contain_text("Pours well.")
    expect(page.locator(".product-text").get_by_text("4.0 (1)")).to_be_visible()
    review = Review.objects.get()
    assert (review.rating, review.author, review.product) == (4, customer, product)


def test_empty_review_is_not_sent(shopper: Any, create_product: Callable[..., Any]) -> None:
    product = create_product()
    shopper.visit(f"/products/{product.pk}")
    shopper.page.get_by_role("button", name="Post the review").click()
    expect(shopper.page.get_by_label("Your name")).to_be_focused()
    expect(shopper.text("Required")).to_have_count(2)
    assert not Review.objects.exists()


def test_tag_links_to_tagged_products(shopper: Any, create_product: Callable[..., Any]) -> None:
    red = create_product(title="Red pot")
    create_product(title="Blue pot")
    set_tags(red, ["Very red", "round"])
    page = shopper.page
    shopper.visit(f"/products/{red.pk}")
    page.get_by_role("link", name="Very red").click()
    shopper.heading("Tagged “Very red”")
    expect(titles(shopper)).to_have_text(["Red pot"])
    expect(page.get_by_role("radio", name="Very red")).to_be_checked()


def test_like_requires_sign_in_and_can_be_removed(
    shopper: Any, customer: Any, create_product: Callable[..., Any]
) -> None:
    product = create_product(title="Teapot")
    page = shopper.page
    shopper.visit("/")
    page.get_by_role("button", name="Like Teapot").click()
    shopper.heading("Sign in")
    shopper.sign_in()
    like = page.get_by_role("button", name="Like Teapot")
    like.click()
    expect(like).to_have_attribute("aria-pressed", "true")
    expect(like).to_have_text("1")
    assert get_liked_item_model().objects.get().user == customer
    shopper.visit(f"/products/{product.pk}")
    expect(like).to_have_attribute("aria-pressed", "true")
    like.click()
    expect(like).to_have_attribute("aria-pressed", "false")
    assert not get_liked_item_model().objects.exists()


def test_client_works_without_tags_and_likes(
    shopper: Any, console: Any, customer: Any, create_product: Callable[..., Any]
) -> None:
    """Without these apps the API responds with 404 under their paths, and products have no such fields."""
    product = create_product(title="Teapot")
    console.expected = {404}

    def plain(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        for shown in body.get("results", [body]) if isinstance(body, dict) else []:
            for name in ("tags", "likes_count", "is_liked"):
                shown.pop(name, None)
        route.fulfill(response=answer, body=json.dumps(body))

    page = shopper.page
    page.route(re.compile(r"/store/products/(\d+/)?(\?|$)"), plain)
    anyone = {"Access-Control-Allow-Origin": "*"}
    page.route(re.compile(r"/(tags|likes)/"), lambda route: route.fulfill(status=404, body="", headers=anyone))
    shopper.sign_in()
    expect(titles(shopper)).to_have_text(["Teapot"])
    expect(page.get_by_role("group", name="Tag")).to_have_count(0)
    page.get_by_role("link", name="Teapot").click()
    shopper.heading("Teapot")
    page.locator(".empty-line").wait_for()
    expect(page.get_by_role("button", name="Like")).to_have_count(0)
    shopper.put_in_cart(product)


def test_unreachable_api_can_be_retried(shopper: Any, console: Any, create_product: Callable[..., Any]) -> None:
    create_product(title="Teapot")
    console.away = True
    page = shopper.page
    page.route("**/store/**", lambda route: route.abort())
    shopper.visit("/")
    expect(shopper.text("The shop can't be reached.")).to_be_visible()
    page.unroute("**/store/**")
    page.get_by_role("button", name="Try again").click()
    expect(titles(shopper)).to_have_text(["Teapot"])


def test_unknown_pages_show_not_found(shopper: Any, console: Any) -> None:
    console.expected = {404}
    for path in ("/nowhere", "/products/987654"):
        shopper.visit(path)
        shopper.heading("There is nothing here")


def test_markup_in_data_is_escaped(shopper: Any, create_product: Callable[..., Any]) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    product = create_product(title=evil, description=evil)
    baker.make(Review, product=product, name=evil, description=evil, rating=3)
    asked: list[str] = []
    shopper.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    shopper.visit("/")
    expect(titles(shopper)).to_have_text([evil])
    shopper.visit(f"/products/{product.pk}")
    expect(shopper.page.locator(".review")).to_contain_text(evil)
    assert asked == []
    assert shopper.page.locator("main script").count() == 0
