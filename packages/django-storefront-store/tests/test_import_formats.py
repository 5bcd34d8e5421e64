from __future__ import annotations

import csv
import errno
import io
import json
import os
import shutil
import sys
import threading
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from storefront_store_testapp.imports import INK, PEN, counts, load

from storefront_store.interchange.files import Hints, Row, open_source
from storefront_store.interchange.services import UnreadableFile
from storefront_store.models import Product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("low_prices")]


class TestFormats:
    def test_json_list(self, write: Any) -> None:
        assert counts(load(write([PEN, INK]))) == (2, 0, 0, 0, 0)

        pen = Product.objects.get(sku="P1")
        assert (pen.title, pen.slug, pen.description) == ("Pen", "pen", "Blue.")
        assert (pen.unit_price, pen.inventory, pen.is_active) == (Decimal("2.50"), 7, True)
        assert pen.collection.title == "Desk"
        assert list(Product.objects.search("BLUE pen")) == [pen]

    @pytest.mark.parametrize(
        "document",
        [
            {"total": 2, "products": [PEN, INK], "others": [{"a": 1}]},
            {"items": [PEN, INK], "limit": 30},
            {"meta": {"pages": [1]}, "items": [PEN, INK], "ids": [1, 2], "none": []},
        ],
    )
    def test_json_list_under_key(self, write: Any, document: Any) -> None:
        assert counts(load(write(document))) == (2, 0, 0, 0, 0)

    def test_list_key_option(self, write: Any) -> None:
        path = write({"products": [PEN], "archive": [INK]})

        assert counts(load(path, list_key="archive")) == (1, 0, 0, 0, 0)
        assert Product.objects.get().title == "Ink"

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("bom", ["", "\ufeff"])
    def test_csv_with_header(self, write: Any, delimiter: str, bom: str) -> None:
        content = io.StringIO()
        rows = csv.DictWriter(content, fieldnames=PEN, delimiter=delimiter)
        rows.writeheader()
        rows.writerows([PEN | {"description": 'Says "blue",\nor; so|it\tseems'}, INK])

        assert counts(load(write(bom + content.getvalue()))) == (2, 0, 0, 0, 0)
        assert Product.objects.get(sku="P1").description == 'Says "blue",\nor; so|it\tseems'
        assert Product.objects.get(sku="I1").description is None

    def test_csv_without_header(self, write: Any) -> None:
        path = write("Pen,2.50,P1\nInk,9.99,I1\n")

        assert counts(load(path, columns={"title": "1", "unit_price": "2", "sku": "3"})) == (2, 0, 0, 0, 0)

    def test_product_is_not_taken_for_header(self, write: Any) -> None:
        path = write("1,Title,2.50\n2,Ink,3\n")

        assert counts(load(path, columns={"title": "2", "unit_price": "3", "sku": "1"})) == (2, 0, 0, 0, 0)

    def test_csv_with_unknown_header(self, write: Any) -> None:
        path = write("nombre,precio,ref\nPen,2.50,P1\n")
        columns = {"title": "nombre", "unit_price": "precio", "sku": "ref"}

        assert counts(load(path, columns=columns)) == (1, 0, 0, 0, 0)

    def test_csv_header_option(self, write: Any) -> None:
        path = write("Title,2.50,P1\nInk,9.99,I1\n")

        assert load(path, header=False, columns={"title": "1", "unit_price": "2", "sku": "3"}).created == 2
        assert load(path, header=True, columns={"title": "Title", "unit_price": "2.50", "sku": "P1"}).unchanged == 1

    @pytest.mark.parametrize("blank", [",,", " , ,"])
    def test_rows_of_empty_cells_are_ignored(self, write: Any, blank: str) -> None:
        assert counts(load(write(f"title,price,sku\nPen,1,P1\n{blank}\nInk,2,I1\n{blank}\n"))) == (2, 0, 0, 0, 0)

    def test_blank_lines_are_ignored(self, write: Any) -> None:
        assert counts(load(write("title,price,sku\n\nPen,1,P1\n\n\nInk,2,I1\n\n"))) == (2, 0, 0, 0, 0)

    def test_format_is_detected_from_content(self, write: Any) -> None:
        assert load(write(json.dumps([PEN]), "catalogue.download")).created == 1
        assert load(write("title,price,sku\nInk,2,I1\n", "catalogue.dat")).created == 1

    def test_reads_stdin(self, monkeypatch: Any) -> None:
        stdin = SimpleNamespace(buffer=io.BytesIO(json.dumps([PEN, INK]).encode()))
        monkeypatch.setattr(sys, "stdin", stdin)

        assert load("-").created == 2

    def test_named_pipe_is_read_once(self, tmp_path: Path) -> None:
        path = tmp_path / "in.csv"
        os.mkfifo(path)
        rows: list[Row] = []

        def read() -> None:
            with open_source(str(path), Hints(is_column=lambda cell: cell == "title")) as source:
                rows.extend(source.rows())

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        path.write_text("title,price\nPen,1\n")
        reader.join(10)

        assert [row.values for row in rows] == [{"title": "Pen", "price": "1"}]

    def test_full_disk_is_reported(self, monkeypatch: Any) -> None:
        def fail(source: Any, target: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"title,price\nPen,1\n")))
        monkeypatch.setattr(shutil, "copyfileobj", fail)

        with pytest.raises(UnreadableFile, match="no room to copy the file before it is read: No space left"):
            load("-")

    def test_carriage_return_line_endings(self, write: Any) -> None:
        assert load(write(b"title,price\rPen,1\rInk,2\r", "in.csv")).created == 2

    def test_german_decimals(self, write: Any) -> None:
        load(write("sku;title;price\nP1;Stift;1234,5\n"))

        assert Product.objects.get().unit_price == Decimal("1234.50")

    def test_columns_named_like_fields(self, write: Any) -> None:
        row = {
            "sku": 12,
            "title": "Pen",
            "slug": "a-pen",
            "unit_price": "2.5000",
            "inventory": "3",
            "is_active": False,
            "collection": "Desk",
            "description": "",
        }

        load(write([row]))

        pen = Product.objects.get()
        assert (pen.sku, pen.slug, pen.inventory, pen.is_active, pen.description) == ("12", "a-pen", 3, False, "")


def test_memory_does_not_grow_with_file_size(write: Any) -> None:
    import tracemalloc

    row = {**PEN, "description": "x" * 20_000}
    path = write([{**row, "sku": f"P{n}"} for n in range(1500)])
    tracemalloc.start()
    try:
        assert load(path, dry_run=True).created == 1500
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 0.8 * Path(path).stat().st_size
