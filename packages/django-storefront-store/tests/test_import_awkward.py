"""Files as they occur in practice: nothing is misread silently."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from storefront_store_testapp.imports import counts, load

from storefront_store.interchange.files import csv_file
from storefront_store.interchange.services import UnreadableFile
from storefront_store.models import Product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("euros")]


def notes_of(found: Mapping[str, int]) -> dict[str, int]:
    """The notes that occurred, but for those on collections and stock."""
    return {note: number for note, number in found.items() if number and not note.startswith("new ")}


class TestFreeProducts:
    @pytest.mark.parametrize("price", ["0", "0.00", "0,00 €", "Gratis", "free"])
    def test_free_products_fail_and_are_counted(self, write: Any, price: str) -> None:
        summary = load(write(f"title;price\nPen;1,50\nLeaflet;{price}\n"))

        assert counts(summary) == (1, 0, 0, 0, 1)
        assert summary.failures == [("row 2 (line 3)", "unit_price: the price is 0; the lowest price is 0.01")]
        assert notes_of(summary.notes) == {"products with the price 0, which can't be sold": 1}

    def test_zero_price_is_reported_with_other_errors(self, write: Any) -> None:
        summary = load(write("title,price,stock\nLeaflet,0,-1\n"))

        ((_place, reason),) = summary.failures
        assert "unit_price: the price is 0" in reason
        assert "inventory: " in reason

    def test_price_is_not_updated_to_zero(self, write: Any) -> None:
        load(write("sku,title,price\nP1,Pen,2.00\n"))

        assert counts(load(write("sku,price\nP1,0\n"))) == (0, 0, 0, 0, 1)
        assert Product.objects.get().unit_price == 2


class TestQuotationMarks:
    ROWS = ["title,price,description\n", *(f"Item {n},{n}.50,plain\n" for n in range(1, 9))]

    def test_unclosed_quotation_mark_is_reported_with_line_numbers(self, write: Any) -> None:
        rows = [*self.ROWS, 'Screen,9.00,"12"" wide\n', *self.ROWS[1:4], 'Last,3.00,"ok"\n', "After,4.00,plain\n"]

        summary = load(write("".join(rows)))

        assert counts(summary) == (9, 0, 0, 0, 1)
        ((place, reason),) = summary.failures
        assert place == "row 9 (line 14)"
        assert "a quotation mark is not closed, so that the lines 10 to 14 are one row" in reason

    @pytest.mark.parametrize(
        "text",
        ["Soft, warm, red\nWash, dry, iron", 'of 12"" or\n15,5,7', "Item 1\n\nItem 2,3.50\n,,", 'a\n"",2.00,""b'],
    )
    def test_multiline_cells_are_not_split_into_rows(self, write: Any, text: str) -> None:
        summary = load(write(f'title,price,description\nPen,1.00,"{text}"\n"Ink\nblue",2.00,x\n'))

        assert counts(summary) == (2, 0, 0, 0, 0)

    def test_number_of_kept_lines_is_limited(self, write: Any) -> None:
        lines = csv_file._Lines(io.StringIO("a\n" * 5_000))

        assert sum(1 for _line in lines) == 5_000
        assert len(lines.kept) == csv_file.MOST_KEPT


class TestColumns:
    def test_duplicate_and_unnamed_columns_are_reported_as_unused(self, write: Any) -> None:
        summary = load(write("title,,price,price\nPen,x,2.00,1.50\n"))

        assert Product.objects.get().unit_price == 2
        assert summary.unused_columns == ["2", "price (2)"]

    def test_duplicate_column_can_be_mapped(self, write: Any) -> None:
        load(write("title,price,price\nPen,2.00,1.50\n"), columns={"unit_price": "price (2)"})

        assert Product.objects.get().unit_price == Decimal("1.50")


class TestRows:
    @pytest.mark.parametrize("word", ["Total", "TOTAL:", "Summe", "Grand total"])
    def test_rows_of_totals_are_skipped(self, write: Any, word: str) -> None:
        summary = load(write(f"title,price,stock\nPen,2.00,3\nInk,1.50,4\n{word},3.50,7\n"))

        assert counts(summary) == (2, 0, 0, 1, 0)
        assert dict(summary.skipped) == {"rows of totals": 1}

    def test_product_with_sku_is_not_taken_for_total(self, write: Any) -> None:
        assert counts(load(write("sku,title,price\nT1,Total,3.50\n"))) == (1, 0, 0, 0, 0)

    def test_currency_symbols_are_recognised(self, write: Any) -> None:
        summary = load(write("title,price,currency\nPen,2.00,€\nInk,1.50,eur\nCap,3.00,£\n"))

        assert counts(summary) == (2, 0, 0, 1, 0)

    def test_float_rounding_errors_of_prices_are_removed(self, write: Any) -> None:
        summary = load(
            write('[{"title": "Pen", "price": 9.990000000000002}, {"title": "Ink", "price": 19.995}]', "a.json")
        )

        assert counts(summary) == (1, 0, 0, 0, 1)
        assert Product.objects.get().unit_price == Decimal("9.99")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_and_utf_32_are_recognised(write: Any, encoding: str) -> None:
    load(write("title,price\nCrème brûlée,9.99\n".encode(encoding), "products.csv"))

    assert Product.objects.get().title == "Crème brûlée"


def test_excel_2003_xml_is_rejected(write: Any) -> None:
    book = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'

    with pytest.raises(UnreadableFile, match="an old Excel; save it as"):
        load(write(book, "products.xls"))


class TestWorkbooks:
    @pytest.fixture(autouse=True)
    def _libraries(self) -> None:
        pytest.importorskip("python_calamine")
        pytest.importorskip("openpyxl")

    @staticmethod
    def workbook(*sheets: list[list[Any]], row: int = 1, column: int = 1) -> bytes:
        """A workbook of sheets whose tables begin at a row and a column."""
        from openpyxl import Workbook

        book = Workbook()
        for number, rows in enumerate(sheets):
            sheet = book.create_sheet(f"Sheet & {number}", number)
            for down, cells in enumerate(rows):
                for right, value in enumerate(cells):
                    sheet.cell(row + down, column + right).value = value
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    @pytest.mark.parametrize("start", [1, 4])
    def test_formula_errors_are_reported(self, write: Any, start: int) -> None:
        rows = [["title", "price", "stock"], ["Pen", 2, "#REF!"], ["#N/A", 2, 1], ["Ink", 1.5, 4]]

        summary = load(write(self.workbook(rows, row=start, column=start), "products.xlsx"))

        assert [product.title for product in Product.objects.all()] == ["Ink"]
        assert summary.failures == [
            (f"row 1 (line {start + 1})", "inventory: '#REF!' is not a number"),
            (f"row 2 (line {start + 2})", "title: '#N/A' is the error of a formula"),
        ]

    def test_dates_in_text_columns_are_rejected(self, write: Any) -> None:
        rows = [["sku", "title", "price"], [date(2024, 3, 12), "Pen", 2], ["A-1", "Ink", date(2024, 9, 5)]]

        summary = load(write(self.workbook(rows), "products.xlsx"))

        assert [reason for _place, reason in summary.failures] == [
            "sku: '2024-03-12' is a date in the workbook; format that column as text",
            "unit_price: '2024-09-05' is not a number",
        ]

    def test_sheet_with_products_is_read_and_others_are_noted(self, write: Any) -> None:
        cover, table = [["Our products"], ["of this year"]], [["title", "price"], ["Pen", 2]]

        summary = load(write(self.workbook(cover, table, table), "products.xlsx"))

        assert counts(summary) == (1, 0, 0, 0, 0)
        assert notes_of(summary.notes) == {"other sheets of the workbook, not read": 2}


@pytest.mark.parametrize(
    ("yes", "no"),
    [("TRUE", "FALSE"), ("WAHR", "FALSCH"), ("VERDADERO", "FALSO"), ("VRAI", "FAUX"), ("VERO", "FALSO")],
)
def test_spreadsheet_booleans_in_five_languages(write: Any, yes: str, no: str) -> None:
    load(write(f"title,price,active\nPen,2.00,{yes}\nInk,1.50,{no}\n"))

    assert dict(Product.objects.values_list("title", "is_active")) == {"Pen": True, "Ink": False}


def test_rows_above_header_and_trailing_delimiters(write: Any) -> None:
    summary = load(write("Our products;;;\nof this year;;;\ntitle;price;stock;\nPen;2,00;3;\nInk;1,50;4;;\n"))

    assert counts(summary) == (2, 0, 0, 0, 0)
    assert notes_of(summary.notes) == {"rows above the header, left out": 2}
