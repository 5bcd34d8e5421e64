from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from storefront_store_testapp.imports import HEADER, INK, PEN, counts, load

from storefront_store.interchange.files import MISSING, lookup
from storefront_store.interchange.services import UnreadableFile
from storefront_store.models import Product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("low_prices")]


class TestMapping:
    def test_explicit_mapping_takes_precedence(self, write: Any) -> None:
        load(write([PEN | {"name": "Fine pen"}]), columns={"title": "name"})

        assert Product.objects.get().title == "Fine pen"

    def test_nested_paths(self, write: Any) -> None:
        row = {
            "names": [{"text": "Stift"}, {"text": "Pen"}],
            "prices": {"usd": {"net": 3}},
            "a.b": "literal",
        }

        load(write([row]), columns={"title": "names.1.text", "unit_price": "prices.usd.net", "sku": "a.b"})

        product = Product.objects.get()
        assert (product.title, product.unit_price, product.sku) == ("Pen", 3, "literal")

    def test_column_of_few_rows_is_not_chosen(self, write: Any) -> None:
        odd = PEN | {"sku": "X", "price": {"amount": 1}}

        assert counts(load(write([PEN, INK, odd]))) == (2, 0, 0, 0, 1)

    def test_common_nested_columns_are_recognised(self, write: Any) -> None:
        row = {"name": "Pen", "price": {"amount": "2.5", "currency": "USD"}, "category": {"id": 1, "name": "Desk"}}

        load(write([row]))

        product = Product.objects.get()
        assert (product.unit_price, product.collection.title) == (Decimal("2.50"), "Desk")

    def test_headers_ignore_case_and_punctuation(self, write: Any) -> None:
        load(write("SKU , Product Name,Unit-Price\nP1,Pen,2\n"))

        assert Product.objects.get().title == "Pen"

    def test_first_of_duplicate_columns_is_used(self, write: Any) -> None:
        load(write("title,price,title\nPen,2,Ink\n"))

        assert Product.objects.get().title == "Pen"

    @pytest.mark.parametrize(
        ("columns", "message"),
        [
            ({"colour": "title"}, "no field “colour”"),
            ({"title": "nom"}, "no column “nom”. The columns are: sku, title"),
            ({"title": "title.de"}, "no column “title.de”"),
        ],
    )
    def test_unknown_field_or_column_is_rejected(self, write: Any, columns: dict[str, str], message: str) -> None:
        with pytest.raises(UnreadableFile, match=message):
            load(write(HEADER + "P1,Pen,1,1,A,\n"), columns=columns)

    def test_path_must_start_with_column(self, write: Any) -> None:
        with pytest.raises(UnreadableFile, match=r"no column “nom\.de”"):
            load(write([PEN]), columns={"title": "nom.de"})

    def test_long_list_of_columns_is_truncated(self, write: Any) -> None:
        with pytest.raises(UnreadableFile, match=r"c39 and 21 more\.") as caught:
            load(write([{f"c{n}": n for n in range(61)}]))
        assert "title, unit_price" in str(caught.value.message)

    @pytest.mark.parametrize(
        ("row", "path", "expected"),
        [
            ({"a": 1}, "a", 1),
            ({"a": {"b": [10, 20]}}, "a.b.1", 20),
            ({"a.b": 1, "a": {"b": 2}}, "a.b", 1),
            ({"a": {"b.c": 3}}, "a.b.c", 3),
            ({"a": [1]}, "a.1", MISSING),
            ({"a": [1]}, "a.-1", MISSING),
            ({"a": [1]}, "a.x", MISSING),
            ({"a": 1}, "a.b", MISSING),
            ({"a": None}, "a.b", MISSING),
            ({}, "a", MISSING),
        ],
    )
    def test_lookup(self, row: Any, path: str, expected: Any) -> None:
        assert lookup(row, path) is expected or lookup(row, path) == expected


class TestColumnReport:
    def test_every_column_is_reported_as_used_or_unused(self, write: Any) -> None:
        summary = load(write("SKU,Product Name,Price,Vendor,Inventory Level,status\nP1,Pen,2,Acme,7,draft\n"))

        assert summary.used_columns == {
            "SKU": "sku",
            "Product Name": "title",
            "Price": "unit_price",
            "Inventory Level": "inventory",
            "status": "status",
        }
        assert summary.unused_columns == ["Vendor"]
        assert summary.preset == "no known platform"

    def test_nested_columns_are_reported_once(self, write: Any) -> None:
        row = {"title": "Pen", "price": {"amount": 2, "currency": "USD"}, "seo": {"title": "x", "text": "y"}}

        summary = load(write([row]))

        assert summary.unused_columns == ["seo"]

    def test_unknown_header_is_shown_with_suggestions(self, write: Any) -> None:
        with pytest.raises(UnreadableFile) as caught:
            load(write("produktnaame,preiss,farbe\nStift,2,blau\n"))

        message = str(caught.value.message)
        assert "The first row is: produktnaame, preiss, farbe." in message
        assert "Perhaps “produktnaame” for title, “preiss” for unit_price?" in message

    def test_all_errors_of_row_are_reported_together(self, write: Any) -> None:
        summary = load(write("sku,title,price,stock\nP1,,,many\nP2,,,3\n,,,4\n"))

        assert summary.failures == [
            ("row 1 (line 2)", "inventory: 'many' is not a number"),
            (
                "row 2 (line 3)",
                "title: missing, and a new product needs it; unit_price: missing, and a new product needs it",
            ),
            ("row 3 (line 4)", "sku: missing; title: missing; unit_price: missing"),
        ]

    def test_failures_are_in_row_order(self, write: Any) -> None:
        rows = [PEN | {"sku": f"P{n}", "price": -1 if n % 2 else "dear"} for n in range(8)]

        summary = load(write(rows))

        assert [place for place, _reason in summary.failures] == [f"row {n}" for n in range(1, 9)]

    def test_update_without_sku_column_is_rejected(self, write: Any) -> None:
        with pytest.raises(UnreadableFile, match="No column was found for: unit_price"):
            load(write("title,stock\nPen,3\n"))
