"""Malicious and damaged files: a clear message, bounded time and memory, and no partial import."""

from __future__ import annotations

import io
import resource
import threading
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from storefront_store_testapp.imports import counts, load

from storefront_store.interchange.files import xlsx_parts
from storefront_store.interchange.services import UnreadableFile
from storefront_store.models import Collection, Product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("low_prices")]

MEGABYTE = 1024**2
BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rss><channel><item><title>&b;</title><price>1</price></item></channel></rss>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<rss><channel><item><title>&a;</title><price>1</price></item></channel></rss>"""


@pytest.fixture(autouse=True)
def _memory_limit() -> Iterator[None]:
    """Memory grows by less than a fifth of the largest file here."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024


def refused(path: str, **options: Any) -> str:
    """The message with which a file is refused; nothing was written."""
    with pytest.raises(UnreadableFile) as caught:
        load(path, **options)
    assert not Product.objects.exists()
    assert not Collection.objects.exists()
    return str(caught.value.message)


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "products.csv", "This is a PDF document"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "products.csv", "This is an image"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "products.json", "This is an image"),
        (b"GIF89a" + b"\0" * 50, "products.csv", "This is an image"),
        (b"SQLite format 3\x00" + b"\0" * 50, "products.csv", "This is a SQLite database"),
        (b"\x1f\x8b\x08\0\0", "products.csv", "This is a compressed file; unpack it first"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 50, "products.xlsx", "save it as .xlsx"),
        (b"INSERT INTO product (title) VALUES ('a');", "products.csv", "This is an SQL script"),
        (b"-- dump\n\nCREATE TABLE product (title text);", "products.sql", "This is an SQL script"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "products.csv", "This is a web page"),
        (b"<html><table><tr><td>title</td></tr></table></html>", "products.xls", "This is a web page"),
        (b'[{"model": "shop.product", "pk": 1, "fields": {"title": "a"}}]', "products.json", "use loaddata"),
        (b"PK\x03\x04" + b"\0" * 50, "products.csv", "The workbook is damaged"),
    ],
)
def test_other_file_types_are_rejected(write: Any, content: bytes, name: str, message: str) -> None:
    assert message in refused(write(content, name))


def test_zip_archive_is_rejected(write: Any) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("products.csv", "title,price\nPen,1\n")

    assert "This is a ZIP archive" in refused(write(archive.getvalue(), "products.xlsx"))


def test_json_with_csv_suffix_is_read(write: Any) -> None:
    assert counts(load(write(b'[{"title": "Pen", "price": 1}]', "products.csv"))) == (1, 0, 0, 0, 0)


def test_utf_16_with_bom_is_read(write: Any) -> None:
    load(write("title\tprice\nCrème\t1\n".encode("utf-16"), "products.csv"))

    assert Product.objects.get().title == "Crème"


def test_encoding_option(write: Any) -> None:
    path = write("title;price\nCrème;1\n".encode("cp1252"), "products.csv")

    assert "--encoding cp1252" in refused(path)
    load(path, encoding="cp1252")
    assert Product.objects.get().title == "Crème"


def test_unknown_encoding_is_rejected(write: Any) -> None:
    assert "There is no encoding “klingon”" in refused(write("title,price\nPen,1\n"), encoding="klingon")


def test_mixed_encodings_are_rejected_with_line_number(write: Any) -> None:
    content = "title,price\nCrème,1\n".encode() + "Brûlée,2\n".encode("cp1252")

    assert "Line 3 is not UTF-8" in refused(write(content, "products.csv"))


def sparse(path: Path, start: bytes, size: int) -> str:
    """A file that goes on without an end of line; it takes no room on the disk."""
    with path.open("wb") as stream:
        stream.write(start)
        stream.truncate(size)
    return str(path)


def test_csv_line_of_500_megabytes_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    with path.open("wb") as stream:
        stream.write(b"title,price\n")
        for _ in range(500):
            stream.write(b"x" * MEGABYTE)

    assert "Line 2 is longer than 16 MB, or never ends" in refused(str(path))


def test_500_megabytes_of_null_bytes_are_rejected(tmp_path: Path) -> None:
    path = sparse(tmp_path / "products.csv", b"title,price\n", 500 * MEGABYTE)

    assert "binary data" in refused(path)
    assert "longer than 16 MB" in refused(path, encoding="utf-8")


def test_json_entry_of_500_megabytes_is_rejected(tmp_path: Path) -> None:
    message = refused(sparse(tmp_path / "products.json", b'[{"title": "', 500 * MEGABYTE), encoding="utf-8")

    assert "not valid JSON" in message


def test_xml_element_of_500_megabytes_is_rejected(tmp_path: Path) -> None:
    pytest.importorskip("defusedxml")
    path = tmp_path / "products.xml"
    with path.open("wb") as stream:
        stream.write(b"<rss><channel><item><title>")
        for _ in range(500):
            stream.write(b"x" * MEGABYTE)

    assert "An XML element is longer than 16 MB" in refused(str(path))


def test_million_columns_are_rejected(write: Any) -> None:
    header = "title,price," + ",".join(f"c{n}" for n in range(10**6))

    assert "1,000,002 columns; at most 2,000" in refused(write(f"{header}\nPen,1\n"))


def test_object_with_too_many_keys_is_rejected(write: Any) -> None:
    assert "2,002 columns; at most 2,000" in refused(
        write([{"title": "Pen", "price": 1} | {f"c{n}": n for n in range(2_000)}])
    )


@pytest.mark.parametrize(("content", "said"), [(b"\0" * 9, "binary data"), (b"a,\xe9\0\0\n", "Line 1 is not UTF-8")])
def test_binary_data_is_rejected(write: Any, content: bytes, said: str) -> None:
    assert said in refused(write(content, "products.csv"))


@pytest.mark.parametrize("feed", [BOMB, OUTSIDE])
def test_entities_are_not_expanded(write: Any, feed: str) -> None:
    pytest.importorskip("defusedxml")

    assert "declares entities or a document type" in refused(write(feed.encode(), "feed.xml"))


def test_deeply_nested_xml_is_rejected(write: Any) -> None:
    pytest.importorskip("defusedxml")

    assert "nested too deeply" in refused(write(b"<a>" * 100_000, "feed.xml"))


def test_truncated_xml_is_rejected(write: Any) -> None:
    pytest.importorskip("defusedxml")
    feed = b"<rss><channel><item><title>Pen</title><price>1</price></item><item><tit"

    assert "not valid XML" in refused(write(feed, "feed.xml"))


class TestWorkbooks:
    @pytest.fixture(autouse=True)
    def _libraries(self) -> None:
        pytest.importorskip("python_calamine")
        pytest.importorskip("openpyxl")

    @staticmethod
    def workbook(rows: list[list[Any]], cells: dict[str, Any] | None = None) -> bytes:
        from openpyxl import Workbook

        book = Workbook()
        for row in rows:
            book.active.append(row)  # type: ignore[union-attr]
        for place, value in (cells or {}).items():
            book.active[place] = value  # type: ignore[index]
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def test_workbook_is_read(self, write: Any) -> None:
        rows = [
            ["Products of 2024", None, None, None],
            [None, None, None, None],
            ["SKU", "Name", "Price", "Stock"],
            ["0017", "Pen", 2.5, 7.0],
            [18, 'Ink "blue"', 1.299, None],
            ["=1+1", "Blot", 3, 1],
        ]

        summary = load(write(self.workbook(rows), "products.xlsx"))

        assert list(Product.objects.order_by("pk").values_list("sku", "title", "unit_price", "inventory")) == [
            ("0017", "Pen", Decimal("2.50"), 7),
            (None, "Blot", Decimal(3), 1),  # the workbook has a formula there, and no value stored with it
        ]
        assert summary.notes["rows above the header, left out"] == 1
        assert [place for place, _reason in summary.failures] == ["row 2 (line 5)"]

    def test_workbook_with_macros_is_rejected(self, write: Any) -> None:
        stream = io.BytesIO(self.workbook([["title", "price"], ["Pen", 1]]))
        with zipfile.ZipFile(stream, "a") as package:
            package.writestr("xl/vbaProject.bin", b"macro")

        assert "This workbook has macros" in refused(write(stream.getvalue(), "products.xlsm"))

    def test_sheet_with_billion_empty_cells_is_rejected(self, write: Any) -> None:
        content = self.workbook([["title", "price"], ["Pen", 1]], {"ALL1048576": "far away"})

        assert "The sheet reaches over 1,048,576 rows and 1,000 columns" in refused(write(content, "products.xlsx"))

    def test_sheet_with_too_many_columns_is_rejected(self, write: Any) -> None:
        content = self.workbook([["title", "price"], ["Pen", 1]], {"XFD1": "far away"})

        assert "16,384 columns wide" in refused(write(content, "products.xlsx"))

    @staticmethod
    def replaced(content: bytes, name: str, part: bytes) -> bytes:
        """Return a workbook with other content in one of its parts."""
        stream = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(content)) as old,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for each in {*old.namelist(), name}:
                new.writestr(each, part if each == name else old.read(each))
        return stream.getvalue()

    def test_too_many_cells_without_positions_are_rejected(self, write: Any) -> None:
        rows = b"<row><c/></row>" * 3_001 + b"<row>" + b"<c/>" * 2_000 + b"</row>"
        sheet = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
        content = self.replaced(self.workbook([["title", "price"]]), "xl/worksheets/sheet1.xml", sheet)

        assert "3,002 rows and 2,000 columns; at most 6,000,000" in refused(write(content, "products.xlsx"))

    def test_workbook_with_millions_of_shared_strings_is_rejected(self, write: Any) -> None:
        texts = b"<sst>" + b"<si/>" * 2_000_001 + b"</sst>"
        content = self.replaced(self.workbook([["title", "price"], ["Pen", 1]]), "xl/sharedStrings.xml", texts)

        assert "over 2,000,000 different texts" in refused(write(content, "products.xlsx"))

    def test_zip_bomb_is_rejected(self, write: Any) -> None:
        stream = io.BytesIO(self.workbook([["title", "price"], ["Pen", 1]]))
        with (
            zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package,
            package.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as sheet,
        ):
            for _ in range(600):
                sheet.write(b" " * MEGABYTE)

        assert "has over 512 MB" in refused(write(stream.getvalue(), "products.xlsx"))

    @pytest.mark.parametrize(
        ("budget", "reason"),
        [
            ({"size": 50_000}, "MB of XML"),
            ({"tags": 9_000}, "tags"),
            ({"rows": 900}, "rows"),
            ({"cells": 1_900}, "cells"),
        ],
    )
    def test_workbook_beyond_xml_budget_is_rejected(
        self, write: Any, monkeypatch: pytest.MonkeyPatch, budget: dict[str, int], reason: str
    ) -> None:
        sheet = b"<row><c/><c><a><b><d>1234567890" * 1_000  # six tags a row, and none of them closed
        content = self.replaced(self.workbook([["title", "price"], ["Pen", 1]]), "xl/worksheets/sheet2.xml", sheet * 2)
        monkeypatch.setattr(xlsx_parts, "Budget", partial(xlsx_parts.Budget, **budget))

        assert f" {reason}." in refused(write(content, "products.xlsx"))

    def test_truncated_workbook_is_rejected(self, write: Any) -> None:
        content = self.workbook([["title", "price"], ["Pen", 1]])

        assert "can't be read" in refused(write(content[: len(content) // 2], "products.xlsx"))

    @pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_workbook_with_damaged_part_is_rejected(self, write: Any, compression: int) -> None:
        stream = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(self.workbook([["title", "price"], *(["Pen", n] for n in range(99))]))) as whole,
            zipfile.ZipFile(stream, "w", compression) as package,
        ):
            for name in whole.namelist():
                package.writestr(name, whole.read(name))
            sheet = package.getinfo("xl/worksheets/sheet1.xml")
        content = bytearray(stream.getvalue())
        data = sheet.header_offset + 30 + len(sheet.filename)  # 30 bytes of the header stand before the name
        content[data + 10 : data + 60] = b"\xff" * 50

        assert "damaged" in refused(write(bytes(content), "products.xlsx"))


def test_csv_field_size_limit_is_unchanged(write: Any) -> None:
    """The limit belongs to the process: readers that are suspended must not hold it."""
    import csv

    from storefront_store.interchange.files import Hints, open_source

    before, seen = csv.field_size_limit(), []
    path = write("title,price\n" + "Pen,1\n" * 100 + "x" * 200_000 + ",1\n")
    with open_source(path, Hints(is_column=lambda cell: cell == "title")) as source:
        rows = source.rows()
        next(rows)
        seen.append(csv.field_size_limit())
        reader = threading.Thread(target=lambda: seen.append(len(list(rows))))
        reader.start()
        reader.join(10)

    assert seen == [before, 100]
    assert csv.field_size_limit() == before


def test_long_cell_fails_only_its_row(write: Any) -> None:
    summary = load(write("title,price,description\nPen,1," + "x" * 200_000 + "\nInk,2,\n"))

    assert counts(summary) == (1, 0, 0, 0, 1)
    assert "200,000 characters long" in summary.failures[0][1]
