"""The pages of REST framework's browsable API offer what a list can do."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.urls import include, path
from rest_framework.test import APIClient

from storefront_store.api.filters import ProductFilter
from storefront_store.models import Collection, Product, Promotion

pytestmark = pytest.mark.django_db
LOGIN = "/api-auth/login/"


class Urls:
    """The URLs of a project that includes the login pages of REST framework."""

    urlpatterns = [
        path("store/", include("storefront_store.urls")),
        path("api-auth/", include("rest_framework.urls")),
    ]


@pytest.fixture
def products() -> None:
    collection = Collection.objects.create(title="Mugs")
    for number in range(1, 96):
        Product.objects.create(
            title=f"Mug {number:03}", slug=f"mug-{number}", unit_price=number, inventory=1, collection=collection
        )


def page(client: APIClient, url: str) -> str:
    answer = client.get(url, headers={"accept": "text/html"})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def controls(html: str) -> str:
    found = re.search(r'<ul class="pag[^"]*">.*?</ul>', html, re.DOTALL)
    return found.group() if found else ""


@pytest.mark.usefixtures("products")
class TestProducts:
    def test_list_has_search_box_filters_and_orderings(self, api: APIClient) -> None:
        html = page(api, "/store/products/")

        assert 'name="search"' in html
        assert 'name="in_stock"' in html
        assert "?ordering=-unit_price" in html

    def test_search_box_keeps_search_term(self, api: APIClient) -> None:
        assert 'value="mug"' in page(api, "/store/products/?search=mug")

    def test_pagination_shows_page_numbers(self, api: APIClient) -> None:
        shown = controls(page(api, "/store/products/?page=5&ordering=title"))

        assert re.findall(r">(\d+|…|&hellip;)<", shown) == ["1", "…", "3", "4", "5", "6", "7", "…", "10"]
        assert re.findall(r'<li class="active">\s*<a href="[^"]*page=5">5<', shown)
        assert {"page=4", "page=6"} <= set(re.findall(r"page=\d+", shown))
        assert shown.count("ordering=title") >= 8

    def test_pagination_links_work(self, api: APIClient) -> None:
        shown = controls(page(api, "/store/products/?page=9"))

        links = [link for link in re.findall(r'href="([^"]+)"', shown) if link != "#"]

        assert all(api.get(link).status_code == 200 for link in links)
        assert 'aria-label="Next"' in controls(page(api, "/store/products/?page=10"))

    def test_cursor_pagination_has_previous_and_next_links(self, api: APIClient) -> None:
        first = controls(page(api, "/store/products/?pagination=cursor"))
        link = re.findall(r'href="(http[^"]+cursor=[^"]+)"', first)[0]

        assert len(re.findall(r'href="http[^"]+"', controls(page(api, link)))) == 2

    def test_single_page_has_no_pagination_controls(self, api: APIClient) -> None:
        assert controls(page(api, "/store/products/?search=042")) == ""
        assert controls(page(api, "/store/products/?page_size=100")) == ""


def test_list_without_envelope_has_next_link(as_staff: APIClient) -> None:
    for discount in (5, 10):
        Promotion.objects.create(description="Sale", discount=discount)

    shown = controls(page(as_staff, "/store/promotions/?page_size=1"))

    assert 'href="http://testserver/store/promotions/?page=2&page_size=1"' in shown


def test_login_link_requires_login_urls(api: APIClient, settings: Any) -> None:
    assert LOGIN not in page(api, "/store/products/")

    settings.ROOT_URLCONF = Urls

    assert LOGIN in page(api, "/store/products/")


def test_choice_filters_have_null_label_for_drf_spectacular() -> None:
    choices = [one for one in ProductFilter.base_filters.values() if "choices" in one.extra]

    assert choices
    assert all(hasattr(one.field, "null_label") for one in choices)  # 0.28 and 0.29 ask for it
