"""Pages of products: by number and by cursor, with counts that may be kept."""

from __future__ import annotations

import itertools
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from rest_framework.test import APIClient
from storefront_store_testapp.answers import titles

from storefront_store.api import pagination
from storefront_store.models import Collection, Product, Review

pytestmark = pytest.mark.django_db


class TestPages:
    @pytest.fixture(autouse=True)
    def _products(self, mugs: Collection) -> None:
        Product.objects.bulk_create(
            Product(title=f"P{n:02}", slug="p", unit_price=5, inventory=1, collection=mugs) for n in range(25)
        )

    def test_default_page_size_and_links(self, api: Any) -> None:
        pages = [api.get("/store/products/?search=p")]
        while following := pages[-1].json()["next"]:
            pages.append(api.get(following))

        assert [len(page.json()["results"]) for page in pages] == [10, 10, 5]
        assert [page.json()["count"] for page in pages] == [25] * 3
        assert [title for page in pages for title in titles(page)] == [f"P{n:02}" for n in range(25)]
        assert pages[1].json()["next"] == "http://testserver/store/products/?page=3&search=p"
        assert pages[1].json()["previous"] == "http://testserver/store/products/?search=p"
        assert pages[2].json()["previous"] == "http://testserver/store/products/?page=2&search=p"

    def test_full_last_page_has_no_next_link(self, api: Any) -> None:
        assert api.get("/store/products/?page=5&page_size=5").json()["next"] is None
        assert api.get("/store/products/?page=6&page_size=5").status_code == 404

    def test_first_page_of_empty_result(self, api: Any) -> None:
        assert api.get("/store/products/?search=x").json() == {
            "count": 0,
            "next": None,
            "previous": None,
            "results": [],
        }

    def test_page_sizes_are_configurable(self, api: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"PAGE_SIZE": 3, "MAX_PAGE_SIZE": 4}

        assert [len(titles(api.get(f"/store/products/{query}"))) for query in ("", "?page_size=99")] == [3, 4]

    def test_large_count_is_cached_without_exact_counts(self, api: Any, monkeypatch: Any, settings: Any) -> None:
        monkeypatch.setattr(pagination, "LARGE", 20)

        counts = [api.get("/store/products/").json()["count"]]
        Product.objects.first().delete()
        counts.append(api.get("/store/products/").json()["count"])
        settings.STOREFRONT_STORE = {"EXACT_COUNTS": True}
        counts.append(api.get("/store/products/").json()["count"])

        assert counts == [25, 25, 24]

    def test_small_count_is_exact(self, api: Any) -> None:
        assert api.get("/store/products/").json()["count"] == 25
        Product.objects.first().delete()
        assert api.get("/store/products/").json()["count"] == 24

    @pytest.mark.parametrize("name", ["get", "set"])
    def test_list_works_when_cache_is_down(self, name: str, api: Any, monkeypatch: Any, caplog: Any) -> None:
        def fail(*args: Any, **kwargs: Any) -> None:
            raise OSError("the cache is down")

        monkeypatch.setattr(pagination, "LARGE", 20)
        monkeypatch.setattr(type(cache._connections[cache._alias]), name, fail)

        assert api.get("/store/products/").json()["count"] == 25
        assert "The cache failed" in caplog.text

    def test_paginated_arrays_have_link_header(self, api: Any) -> None:
        product = Product.objects.first()
        Review.objects.bulk_create(Review(product=product, name=f"{n}", description="Good") for n in range(5))
        where = f"/store/products/{product.pk}/reviews/"

        whole, middle = api.get(where), api.get(f"{where}?page=2&page_size=2")

        assert (len(whole.json()), "Link" in whole) == (5, False)
        assert [row["name"] for row in middle.json()] == ["2", "1"]
        assert middle["Link"] == (
            f'<http://testserver{where}?page=3&page_size=2>; rel="next", '
            f'<http://testserver{where}?page_size=2>; rel="prev"'
        )


class TestCursors(TestCase):
    """Keyset pages show each row once, in order, whatever repeats, in either direction."""

    @settings(max_examples=25)
    @given(
        rows=st.lists(
            st.tuples(
                st.sampled_from(["a", "b", "B", "ä", "%", "Z"]), st.sampled_from(["1.00", "2.50", "9999999999.99"])
            ),
            max_size=14,
        ),
        ordering=st.sampled_from(
            [
                "",
                "title",
                "-title",
                "unit_price",
                "-unit_price",
                "-last_update",
                "unit_price,-title",
                "-unit_price,title",
            ]
        ),
        size=st.integers(1, 5),
    )
    @example(rows=[("a", "1.00")] * 9, ordering="unit_price,-title", size=2)
    @example(rows=[("a", "1.00")] * 9, ordering="-unit_price", size=3)
    def test_cursors_visit_all_rows_in_both_directions(
        self, rows: list[tuple[str, str]], ordering: str, size: int
    ) -> None:
        Product.objects.all().delete()
        collection = Collection.objects.create(title="All")
        moments = itertools.cycle([timezone.now(), timezone.now() - timedelta(days=1)])
        for title, price in rows:
            row = Product.objects.create(
                title=title, slug="p", unit_price=Decimal(price), inventory=1, collection=collection
            )
            Product.objects.filter(pk=row.pk).update(last_update=next(moments))
        client = APIClient()
        question = {"ordering": ordering, "page_size": 100}
        expected = [row["id"] for row in client.get("/store/products/", question).json()["results"]]

        page = client.get("/store/products/", {"ordering": ordering, "page_size": size, "pagination": "cursor"}).json()
        pages = [page]
        while page["next"]:
            page = client.get(page["next"]).json()
            pages.append(page)
        forth = [row["id"] for page in pages for row in page["results"]]
        back: list[int] = []
        while True:
            back = [row["id"] for row in page["results"]] + back
            if not page["previous"]:
                break
            page = client.get(page["previous"]).json()

        assert forth == expected
        assert back == expected
        assert all(len(page["results"]) == size for page in pages[:-1])
        assert "count" not in page


@pytest.mark.database
def test_cursors_on_each_database(api: Any, mugs: Collection) -> None:
    for title, price in itertools.product(["a", "A", "ä", "b", "B", "ß", "ss", "Z"], ["1.10", "2.00"]):
        Product.objects.create(title=title, slug="p", unit_price=Decimal(price), inventory=1, collection=mugs)
    for ordering in ("title", "-title", "unit_price", "-unit_price", "last_update", "-last_update"):
        question = f"ordering={ordering}"
        expected = [row["id"] for row in api.get(f"/store/products/?{question}&page_size=100").json()["results"]]
        seen, address = [], f"/store/products/?{question}&page_size=3&pagination=cursor"
        while address:
            page = api.get(address).json()
            seen += [row["id"] for row in page["results"]]
            address = page["next"]
        assert seen == expected


def test_inserted_row_does_not_shift_cursor(api: Any, make_product: Any) -> None:
    for title in "bcde":
        make_product(title=title)
    following = api.get("/store/products/?pagination=cursor&page_size=2").json()["next"]

    make_product(title="a")

    assert titles(api.get(following)) == ["d", "e"]


def test_cursor_of_deleted_row_stays_valid(api: Any, make_product: Any) -> None:
    for title in "abcd":
        make_product(title=title)
    following = api.get("/store/products/?pagination=cursor&page_size=2").json()["next"]

    Product.objects.filter(title="b").delete()

    assert titles(api.get(following)) == ["c", "d"]
