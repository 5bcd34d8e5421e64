from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from storefront_store_testapp.catalogues import DUMMYJSON, OSCAR, SPREE, real_catalogue
from storefront_store_testapp.imports import PEN, counts, load, run

from storefront_store.interchange.files import json_stream
from storefront_store.interchange.services import UnreadableFile
from storefront_store.models import Collection, Product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("low_prices")]


class TestBadFiles:
    @pytest.mark.parametrize(
        ("content", "name", "message"),
        [
            (b"", "in.json", "The file is empty."),
            (b" \n\t ", "in.csv", "The file is empty."),
            (b"\xef\xbb\xbf", "in.csv", "The file is empty."),
            (b'[{"title": "Pen", "price": 1}, {"tit', "in.json", "not valid JSON at line 1: Unterminated string"),
            (b'[\n{"title": "Pen", "price": 1},\n', "in.json", "not valid JSON at line 3"),
            (b'[{"title": "Pen", "price": 1}', "in.json", "not valid JSON at line 1: it ends too early"),
            (b'[{"title": "Pen"} {"title": "Ink"}]', "in.json", "line 1: expected “,”"),
            (b'{"products": [{"title": "Pen"}]', "in.json", "it ends too early"),
            (b'{"products" [{"title": "Pen"}]', "in.json", "expected “:”"),
            (b"{products: []}", "in.json", "expected a name in double quotes"),
            (b"{", "in.json", "it ends too early"),
            (b"[1] [2]", "in.json", "something follows after the end"),
            (b"[" * 100_000, "in.json", "nested too deeply"),
            (b'[{"title": "P\x00n", "price": 1}]', "in.json", "not valid JSON at line 1: Invalid control character"),
            (b'"text"', "in.json", "neither a list nor an object"),
            (b"7", "in.json", "neither a list nor an object"),
            (b"[]", "in.json", "no list of products"),
            (b"{}", "in.json", "no list of products"),
            (b'{"a": {"b": 1}}', "in.json", "no list of products"),
            (b'{"a": [1, 2]}', "in.json", "no list of products"),
            (b'{"a": [{"t": 1}], "b": [{"t": 1}]}', "in.json", "several lists in this file: a, b"),
            (b"[1, 2, 3]", "in.json", "No column was found for: title, unit_price"),
            (b'[{"user": "Ann", "age": 3}]', "in.json", "The columns are: user, age"),
            (b'[{"title": "caf\xe9", "price": 1}]', "in.json", "Line 1 is not UTF-8. Save the file as UTF-8"),
            (b"title,price\nPen,1\ncaf\xe9,2\n", "in.csv", "Line 3 is not UTF-8. Save the file as UTF-8"),
            (b"title,price\n" + b"Pen,1\n" * 50_000 + b"caf\xe9,2\n", "in.csv", "Line 50002 is not UTF-8"),
            (b'title,price\nPen,1\n"Ink,2\n', "in.csv", "not valid CSV at line 3: unexpected end of data"),
            (b"title,price,sku\nPen,1,P1\nInk,2", "in.csv", "ends in the middle of line 3: it seems to be cut off"),
            (b"title,price\n", "in.csv", "no products in this file"),
            (b"a,b\n1,2\n", "in.csv", "No column was found for: title, unit_price. Name it with --map title=COLUMN"),
            (b"title\nPen\n", "in.csv", "No column was found for: unit_price."),
            (bytes(range(256)) * 40, "in.bin", "not UTF-8"),
        ],
    )
    def test_invalid_file_is_rejected_and_nothing_is_written(
        self, write: Any, content: bytes, name: str, message: str
    ) -> None:
        with pytest.raises(CommandError) as caught:
            run(write(content, name))

        assert message in str(caught.value)
        assert not Product.objects.exists()
        assert not Collection.objects.exists()

    def test_missing_file_and_directory_are_rejected(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="The file can't be read: No such file"):
            run(str(tmp_path / "none.json"))
        with pytest.raises(CommandError, match="The file can't be read: Is a directory"):
            run(str(tmp_path))

    def test_unknown_list_key_is_rejected(self, write: Any) -> None:
        with pytest.raises(CommandError, match="no list “archive”"):
            run(write({"products": [PEN]}), "--list-key", "archive")

    @pytest.mark.parametrize("price", ["1e99999999999999999999", "1e400", "-1e400", "1e-400", "1" * 5000])
    def test_out_of_range_numbers_fail(self, write: Any, price: str) -> None:
        summary = load(write(f'[{{"title": "Pen", "price": {price}}}, {{"title": "Ink", "price": 1}}]', "in.json"))

        assert counts(summary) == (1, 0, 0, 0, 1)
        assert "number" in summary.failures[0][1]

    def test_json_error_is_reported_with_line_number(self, write: Any) -> None:
        content = '[\n{"title": "Pen", "price": 1},\n{"title": x, "price": 2},\n{"title": "Ink", "price": 1}\n]'

        with pytest.raises(UnreadableFile, match="at line 3: "):
            load(write(content, "in.json"))

    def test_nul_in_csv_is_a_bad_row(self, write: Any) -> None:
        summary = load(write("title,price\nPe\x00n,1\nInk,2\n"))

        assert counts(summary) == (1, 0, 0, 0, 1)

    def test_oversized_json_entry_is_rejected(self, write: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr(json_stream, "LARGEST_ENTRY", 1024**2)

        with pytest.raises(CommandError, match="an entry is longer than 1 MB, or never ends"):
            run(write(b'[{"title": "' + b"x" * 3 * 1024**2, "in.json"))

    def test_oversized_csv_cell_is_rejected(self, write: Any, monkeypatch: Any) -> None:
        limit = csv.field_size_limit()
        monkeypatch.setattr("storefront_store.interchange.files.csv_file.LARGEST_ENTRY", 1024**2)

        with pytest.raises(CommandError, match="Line 2 is longer than 1 MB, or never ends"):
            run(write("title,price\n" + "x" * 3 * 1024**2 + ",1\n"))
        assert csv.field_size_limit() == limit

    @pytest.mark.parametrize("blank", ["\n", ",\n"])
    def test_consecutive_empty_rows_are_limited(self, write: Any, monkeypatch: Any, blank: str) -> None:
        monkeypatch.setattr("storefront_store.interchange.files.csv_file.MOST_BLANK", 3)
        rows = "title,price\n" + blank * 3 + "Pen,1\n" + blank * 3 + "Ink,2\n"

        summary = load(write(rows))
        with pytest.raises(UnreadableFile, match="More than 3 rows in sequence are empty"):
            load(write(rows + blank * 4))

        assert counts(summary) == (2, 0, 0, 0, 0)

    @pytest.mark.parametrize("name", [DUMMYJSON, SPREE, OSCAR])
    def test_truncated_real_catalogue_is_rejected(self, write: Any, name: str) -> None:
        content = real_catalogue(name).read_bytes()
        for end in (len(content) // 2, content.index(b',"' if name.endswith("csv") else b'"', len(content) // 2) + 4):
            with pytest.raises(CommandError, match=r"not valid|cut off"):
                run(write(content[:end], Path(name).name))
        assert not Product.objects.exists()
