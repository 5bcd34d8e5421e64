"""Staff edit the tags of a product in the admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from generic_tags.selectors import tags_for
from generic_tags.services import add_tags, create_tag
from storefront_store.services import customers
from storefront_store.services.checkout import place_order


@pytest.fixture
def admin_page(context: BrowserContext, live_server: Any, create_user: Callable[..., Any]) -> Page:
    """A page with the admin, for a superuser."""
    client = Client()
    client.force_login(create_user("root", is_staff=True, is_superuser=True))
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return context.new_page()


def test_tag_can_be_replaced_inline(admin_page: Page, live_server: Any, create_product: Callable[..., Any]) -> None:
    product = create_product()
    add_tags(product, "old")
    create_tag("fresh")
    admin_page.goto(f"{live_server.url}/admin/storefront_store/product/{product.pk}/change/")
    tags = admin_page.locator(".inline-group", has=admin_page.locator("[id*='taggeditem']")).first

    tags.locator("tr.has_original input[type=checkbox][name$=DELETE]").first.check()
    tags.locator(".add-row a").click()
    tags.locator(".select2-selection").last.click()
    admin_page.locator(".select2-search__field").fill("fre")
    admin_page.locator(".select2-results__option", has_text="fresh").click()
    admin_page.locator("[name=_save]").click()

    expect(admin_page.locator(".messagelist .success")).to_be_visible()
    assert [tag.label for tag in tags_for(product)] == ["fresh"]


def test_order_list_fits_laptop_width(
    admin_page: Page, live_server: Any, create_user: Callable[..., Any], create_product: Callable[..., Any]
) -> None:
    customer = customers.customer_of(create_user("cora-with-a-long-name"))
    place_order(customer, {create_product().pk: 2})
    admin_page.set_viewport_size({"width": 1280, "height": 800})

    admin_page.goto(f"{live_server.url}/admin/storefront_store/order/")

    expect(admin_page.locator("#result_list tbody tr")).to_have_count(1)
    assert admin_page.evaluate(
        "[document.scrollingElement.scrollWidth, document.querySelector('.results').scrollWidth"
        " - document.querySelector('.results').clientWidth]"
    ) == [1280, 0]
