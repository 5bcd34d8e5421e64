"""Pages, filters, orderings, searches and cursors that make no sense."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from storefront_store_testapp.refusals import refused
from storefront_store_testapp.tables import each

from storefront_store.models import Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(make_product: Any) -> Product:
    return make_product(title="Mug", sku="M-1")


@pytest.mark.database
class TestProductList:
    """Query strings."""

    @each("page", ["0", "-1", "abc", "", "1.5", "10" * 10, "9" * 5000, "%00", "1%00", "٣", "last", "1e1", "+1", "2"])
    def test_invalid_page_is_404(self, page: str, api: Any, product: Product) -> None:
        answer = api.get(f"/store/products/?page={page}")

        refused(answer, 404)
        assert answer.json()["detail"] == "Invalid page."

    @each(
        ("size", "shown"),
        [
            ("1000000000", 100),
            ("0", 10),
            ("0000", 10),
            ("-1", 10),
            ("abc", 10),
            ("", 10),
            ("9" * 5000, 100),
            ("%00", 10),
            ("5", 5),
            ("101", 100),
        ],
    )
    def test_invalid_page_size_is_replaced(self, size: str, shown: int, api: Any, product: Product) -> None:
        Product.objects.bulk_create(
            Product(title=f"P{n}", slug="p", unit_price=5, inventory=1, collection=product.collection)
            for n in range(110)
        )

        assert len(api.get(f"/store/products/?page_size={size}").json()["results"]) == shown

    @each(
        "ordering",
        [
            "?",
            "-password",
            "user__password",
            "collection__title",
            "inventory",
            "pk;drop",
            "%00",
            "",
            ",",
            "--title",
            "title_key",
            "relevance",
            "9" * 5000,
        ],
    )
    def test_invalid_orderings_are_ignored(self, ordering: str, api: Any, make_product: Any) -> None:
        for title in "bca":
            make_product(title=title)

        answer = api.get(f"/store/products/?ordering={ordering}")

        assert answer.status_code == 200
        assert [row["title"] for row in answer.json()["results"]] == ["a", "b", "c"]

    @each("name", ["collection_id", "unit_price__gt", "unit_price__gte", "unit_price__lt", "unit_price__lte"])
    @each(
        "value",
        [
            "abc",
            "NaN",
            "sNaN",
            "Infinity",
            "-Infinity",
            "1e51",
            "1e400",
            "1e1000000",
            "1e-1000000",
            "-1e%2B1000000",
            "9" * 5000,
            "9" * 30,
            "%00",
            "1%00",
            "1;drop table",
            "' OR 1=1--",
            "[]",
            "-0",
            "%ED%A0%80",
        ],
    )
    def test_malformed_number_filters(self, name: str, value: str, api: Any, product: Product) -> None:
        answer = api.get(f"/store/products/?{name}={value}")

        assert answer.status_code in (200, 400), answer.content
        assert answer["Content-Type"] == "application/json"
        if answer.status_code == 400:
            assert answer.json().keys() == {name}

    @each("name", ["in_stock", "on_promotion", "is_active"])
    @each("value", ["maybe", "1", "%00", "9" * 5000, "null"])
    def test_invalid_boolean_filters_are_rejected(self, name: str, value: str, api: Any, product: Product) -> None:
        refused(api.get(f"/store/products/?{name}={value}"), fields={name})

    @each("name", ["slug", "sku"])
    @each("value", ["%00", "a%00b", "%ED%A0%80", "9" * 5000, "%27"])
    def test_malformed_text_filters(self, name: str, value: str, api: Any, product: Product) -> None:
        answer = api.get(f"/store/products/?{name}={value}")

        assert answer.status_code in (200, 400), answer.content
        if answer.status_code == 200:
            assert answer.json()["results"] == []

    @each(
        "text",
        ["a%00b", "x " * 2000, "x" * 100_000, "a," * 17, "x" * 201],
    )
    def test_excessive_searches_are_rejected_without_queries(
        self, text: str, api: Any, product: Product, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(0):
            answer = api.get(f"/store/products/?search={text}")

        refused(answer, fields={"search"})

    @each("text", ["%25", "_", "\\", "%27", "%22", "*", "(", "[a-z]", "%ED%A0%80", "' OR 1=1 --", "\u200b", "ﷺ" * 50])
    def test_special_characters_are_searched_literally(self, text: str, api: Any, product: Product) -> None:
        answer = api.get(f"/store/products/?search={text}")

        assert answer.status_code == 200
        assert answer.json()["results"] == []

    @each(
        "cursor",
        [
            "abc",
            "%00",
            "9" * 5000,
            "e30=",
            "W10=",
            "WzAsWyJ0aXRsZSJdLFsiYSJdXQ==",
            "bnVsbA==",
            "💩",
            "W1tbW1tb",
            "MQ==",
            "WzEsWyJ0aXRsZSIsInBrIl0sWyJhIiwieCJdXQ==",
            "WzAsWyJ0aXRsZSIsInBrIl0sWyJhXHUwMDAwIiwiMSJdXQ==",
            "WzAsWyJ0aXRsZSIsInBrIl0sWyJhIiwiOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OSJdXQ==",
            "WzAsWyJ0aXRsZSIsInBrIl0sWyJcdWQ4MDAiLCIxIl1d",
        ],
    )
    def test_malformed_cursor_is_200_or_404(self, cursor: str, api: Any, product: Product) -> None:
        answer = api.get(f"/store/products/?pagination=cursor&cursor={quote(cursor, safe='%=')}")

        assert answer.status_code in (200, 404), answer.content
        if answer.status_code == 404:
            refused(answer, 404)
            assert answer.json()["detail"] == "Invalid cursor."

    @each(
        ("column", "value"),
        [
            ("last_update", "0001-01-01T00:00:00+14:00"),
            ("last_update", "9999-12-31T23:59:59-14:00"),
            ("last_update", "0001-01-01"),
            ("unit_price", "1E+1000000"),
            ("unit_price", "-1E-1000000"),
            ("unit_price", "sNaN"),
            ("unit_price", "9" * 60),
            ("title", "a" * 1000),
        ],
    )
    @each("backwards", [0, 1])
    def test_cursor_at_invalid_value_is_200_or_404(
        self, column: str, value: str, backwards: int, api: Any, product: Product
    ) -> None:
        position = json.dumps([backwards, [column, "pk"], [value, "1"]]).encode()
        question = {"pagination": "cursor", "ordering": column, "cursor": base64.urlsafe_b64encode(position).decode()}

        answer = api.get("/store/products/", question)

        assert answer.status_code in (200, 404), answer.content
        assert answer.json().keys() in ({"detail", "code"}, {"next", "previous", "results"})

    def test_cursor_of_another_ordering_is_404(self, api: Any, make_product: Any) -> None:
        for _ in range(3):
            make_product()
        following = api.get("/store/products/?pagination=cursor&page_size=1").json()["next"]

        refused(api.get(f"{following}&ordering=unit_price"), 404)
