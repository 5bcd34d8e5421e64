from __future__ import annotations

import csv
import errno
import io
import json
import os
import shutil
import sqlite3
import sys
import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from storefront_store_testapp.catalogues import DUMMYJSON, OSCAR, SPREE, real_catalogue
from storefront_store_testapp.threads import together

from storefront_store.interchange.services import (
    Options,
    Summary,
    UnreadableFile,
    import_catalogue,
    importing,
    json_stream,
    writing,
)
from storefront_store.interchange.services.sources import MISSING, Row, lookup, open_source
from storefront_store.management import progress
from storefront_store.models import CatalogueVersion, Collection, Product, ProductImage, Promotion, Review

pytestmark = pytest.mark.django_db

HEADER = "sku,title,price,stock,category,description\n"
PEN = {"sku": "P1", "title": "Pen", "price": 2.5, "stock": 7, "category": "Desk", "description": "Blue."}
INK = {"sku": "I1", "title": "Ink", "price": "9.99", "stock": 0, "category": "Desk"}


@pytest.fixture(autouse=True)
def _low_prices(settings: Any) -> None:
    settings.STOREFRONT_STORE = {"MIN_PRICE": Decimal("0.01")}


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Write a catalogue file; return its path."""

    def write(content: Any, name: str | None = None) -> str:
        path = tmp_path / (name or ("in.csv" if isinstance(content, str) else "in.json"))
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return write


def load(path: str, **options: Any) -> Summary:
    return import_catalogue(path, Options(**options))


def counts(summary: Summary) -> tuple[int, int, int, int, int]:
    return summary.created, summary.updated, summary.unchanged, summary.skipped.total(), summary.failed


def run(*args: str) -> SimpleNamespace:
    """Call the command; return what it wrote."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_catalogue", *args, stdout=out, stderr=err)
    return SimpleNamespace(out=out.getvalue(), err=err.getvalue())


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
    def test_json_list_under_a_key(self, write: Any, document: Any) -> None:
        assert counts(load(write(document))) == (2, 0, 0, 0, 0)

    def test_json_list_under_the_key_asked_for(self, write: Any) -> None:
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

    def test_a_product_is_not_taken_for_a_header(self, write: Any) -> None:
        path = write("1,Title,2.50\n2,Ink,3\n")

        assert counts(load(path, columns={"title": "2", "unit_price": "3", "sku": "1"})) == (2, 0, 0, 0, 0)

    def test_csv_whose_header_says_nothing_known(self, write: Any) -> None:
        path = write("nombre,precio,ref\nPen,2.50,P1\n")
        columns = {"title": "nombre", "unit_price": "precio", "sku": "ref"}

        assert counts(load(path, columns=columns)) == (1, 0, 0, 0, 0)

    def test_csv_header_can_be_denied_or_insisted_on(self, write: Any) -> None:
        path = write("Title,2.50,P1\nInk,9.99,I1\n")

        assert load(path, header=False, columns={"title": "1", "unit_price": "2", "sku": "3"}).created == 2
        assert load(path, header=True, columns={"title": "Title", "unit_price": "2.50", "sku": "P1"}).unchanged == 1

    @pytest.mark.parametrize("blank", [",,", " , ,"])
    def test_rows_of_empty_cells_do_not_count(self, write: Any, blank: str) -> None:
        assert counts(load(write(f"title,price,sku\nPen,1,P1\n{blank}\nInk,2,I1\n{blank}\n"))) == (2, 0, 0, 0, 0)

    def test_blank_lines_do_not_count(self, write: Any) -> None:
        assert counts(load(write("title,price,sku\n\nPen,1,P1\n\n\nInk,2,I1\n\n"))) == (2, 0, 0, 0, 0)

    def test_the_content_decides_where_the_suffix_does_not(self, write: Any) -> None:
        assert load(write(json.dumps([PEN]), "catalogue.download")).created == 1
        assert load(write("title,price,sku\nInk,2,I1\n", "catalogue.dat")).created == 1

    def test_standard_input(self, monkeypatch: Any) -> None:
        stdin = SimpleNamespace(buffer=io.BytesIO(json.dumps([PEN, INK]).encode()))
        monkeypatch.setattr(sys, "stdin", stdin)

        assert load("-").created == 2

    def test_a_pipe_is_read_once(self, tmp_path: Path) -> None:
        path = tmp_path / "in.csv"
        os.mkfifo(path)
        rows: list[Row] = []

        def read() -> None:
            with open_source(str(path), is_column=lambda cell: cell == "title") as source:
                rows.extend(source.rows())

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        path.write_text("title,price\nPen,1\n")
        reader.join(10)

        assert [row.values for row in rows] == [{"title": "Pen", "price": "1"}]

    def test_no_room_for_a_copy(self, monkeypatch: Any) -> None:
        def fail(source: Any, target: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"title,price\nPen,1\n")))
        monkeypatch.setattr(shutil, "copyfileobj", fail)

        with pytest.raises(UnreadableFile, match="no room to copy the file before it is read: No space left"):
            load("-")

    def test_lines_of_an_old_macintosh(self, write: Any) -> None:
        assert load(write(b"title,price\rPen,1\rInk,2\r", "in.csv")).created == 2

    def test_german_decimals(self, write: Any) -> None:
        load(write("sku;title;price\nP1;Stift;1234,5\n"))

        assert Product.objects.get().unit_price == Decimal("1234.50")

    def test_every_field_has_a_column_of_its_own_name(self, write: Any) -> None:
        row = {
            "sku": 12,
            "title": "Pen",
            "slug": "a-pen",
            "unit_price": "2.500",
            "inventory": "3",
            "is_active": False,
            "collection": "Desk",
            "description": "",
        }

        load(write([row]))

        pen = Product.objects.get()
        assert (pen.sku, pen.slug, pen.inventory, pen.is_active, pen.description) == ("12", "a-pen", 3, False, "")


class TestMapping:
    def test_by_hand_it_wins(self, write: Any) -> None:
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

    def test_a_column_of_a_few_odd_rows_is_not_chosen(self, write: Any) -> None:
        odd = PEN | {"sku": "X", "price": {"amount": 1}}

        assert counts(load(write([PEN, INK, odd]))) == (2, 0, 0, 0, 1)

    def test_common_nested_shapes_are_found(self, write: Any) -> None:
        row = {"name": "Pen", "price": {"amount": "2.5", "currency": "USD"}, "category": {"id": 1, "name": "Desk"}}

        load(write([row]))

        product = Product.objects.get()
        assert (product.unit_price, product.collection.title) == (Decimal("2.50"), "Desk")

    def test_headers_may_be_spelt_freely(self, write: Any) -> None:
        load(write("SKU , Product Name,Unit-Price\nP1,Pen,2\n"))

        assert Product.objects.get().title == "Pen"

    def test_of_two_columns_with_one_name_the_first_counts(self, write: Any) -> None:
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
    def test_mistakes_are_named(self, write: Any, columns: dict[str, str], message: str) -> None:
        with pytest.raises(UnreadableFile, match=message):
            load(write(HEADER + "P1,Pen,1,1,A,\n"), columns=columns)

    def test_a_path_must_begin_in_a_column(self, write: Any) -> None:
        with pytest.raises(UnreadableFile, match=r"no column “nom\.de”"):
            load(write([PEN]), columns={"title": "nom.de"})

    def test_a_long_list_of_columns_is_cut(self, write: Any) -> None:
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


@pytest.mark.database
class TestUpsert:
    def test_again_changes_nothing(self, write: Any) -> None:
        path = write([PEN, INK | {"reviews": [{"name": "Ann", "comment": "Good", "rating": 5}]}])
        load(path)
        version = CatalogueVersion.objects.current()
        before = list(Product.objects.order_by("pk").values())

        assert counts(load(path)) == (0, 0, 2, 0, 0)
        assert CatalogueVersion.objects.current() == version
        assert list(Product.objects.order_by("pk").values()) == before
        assert Review.objects.count() == 1

    def test_brings_up_to_date_what_differs(self, write: Any) -> None:
        load(write([PEN, INK]))
        old = Product.objects.get(sku="P1")

        summary = load(write([PEN | {"price": 3, "category": "Office", "title": "Biro"}, INK]))

        assert counts(summary) == (0, 1, 1, 0, 0)
        pen = Product.objects.get(sku="P1")
        assert (pen.pk, pen.title, pen.unit_price, pen.collection.title) == (old.pk, "Biro", 3, "Office")
        assert pen.slug == old.slug
        assert pen.last_update > old.last_update
        assert list(Product.objects.search("biro")) == [pen]

    def test_fields_that_the_file_lacks_stay(self, write: Any) -> None:
        load(write([PEN]))

        load(write([{"sku": "P1", "title": "Pen", "price": 3}]))

        pen = Product.objects.get()
        assert (pen.description, pen.inventory, pen.collection.title) == ("Blue.", 7, "Desk")

    def test_a_null_takes_the_description_away_and_nothing_else(self, write: Any) -> None:
        load(write([PEN]))

        summary = load(write([PEN | {"description": None, "stock": None, "category": None}]))

        assert summary.updated == 1
        pen = Product.objects.get()
        assert (pen.description, pen.inventory, pen.collection.title) == (None, 7, "Desk")

    def test_a_slug_that_is_too_long_is_so_every_time(self, write: Any) -> None:
        path = write([PEN | {"slug": "x" * 256}, INK | {"title": "x" * 255}])

        assert counts(load(path)) == (1, 0, 0, 0, 1)
        assert counts(load(path)) == (0, 0, 1, 0, 1)

    def test_nothing_is_ever_removed(self, write: Any, make_product: Any) -> None:
        other = make_product()

        load(write([PEN]))

        assert Product.objects.filter(pk=other.pk).exists()

    def test_without_a_sku_the_row_id_is_the_sku(self, write: Any) -> None:
        path = write([{"id": 7, "title": "Pen", "price": 1}, {"id": "b8", "title": "Pen", "price": 2, "sku": ""}])

        assert counts(load(path)) == (2, 0, 0, 0, 0)
        assert counts(load(path)) == (0, 0, 2, 0, 0)
        assert sorted(Product.objects.values_list("sku", flat=True)) == ["7", "b8"]

    @pytest.mark.parametrize("key", ["slug", "title"])
    def test_a_row_id_never_replaces_a_sku(self, write: Any, make_product: Any, key: str) -> None:
        numbered = make_product(title="Pen", slug="pen", sku="P1")
        bare = make_product(title="Ink", slug="ink")
        rows = [
            {"id": 7, "title": "Pen", "slug": "pen", "price": 3},
            {"id": 8, "title": "Ink", "slug": "ink", "price": 3},
        ]

        assert counts(load(write(rows), key=key)) == (0, 2, 0, 0, 0)

        numbered.refresh_from_db(), bare.refresh_from_db()
        assert (numbered.sku, bare.sku) == ("P1", "8")

    def test_a_row_id_of_64_bits(self, write: Any) -> None:
        load(write([{"id": 2**64 - 1, "title": "Pen", "price": 1}]))

        assert Product.objects.get().sku == "18446744073709551615"

    def test_with_neither_the_title_tells(self, write: Any, make_product: Any) -> None:
        numbered = make_product(title="Pen", sku="X", unit_price="99")
        path = write([{"title": "Pen", "price": 1}, {"title": "Ink", "price": 2}])

        assert counts(load(path)) == (2, 0, 0, 0, 0)
        assert counts(load(path)) == (0, 0, 2, 0, 0)
        numbered.refresh_from_db()
        assert numbered.unit_price == 99

    @pytest.mark.parametrize("key", ["slug", "title"])
    def test_another_key(self, write: Any, make_product: Any, key: str) -> None:
        known = make_product(title="Pen", slug="pen", sku="OLD")
        row = {"title": "Pen", "slug": "pen", "price": 77}

        assert counts(load(write([row]), key=key)) == (0, 1, 0, 0, 0)
        known.refresh_from_db()
        assert (known.unit_price, known.sku) == (77, "OLD")

    def test_a_key_must_be_there(self, write: Any) -> None:
        summary = load(write([{"title": "Pen", "price": 1, "sku": "P"}]), key="slug")

        assert summary.failures == [("row 1", "slug: missing")]

    def test_a_key_that_several_products_have(self, write: Any, make_product: Any) -> None:
        make_product(title="Pen"), make_product(title="Pen")

        summary = load(write([{"title": "Pen", "price": 1}, INK]), key="title")

        assert counts(summary) == (1, 0, 0, 0, 1)
        assert summary.failures == [("row 1", "there are 2 products with the title 'Pen'")]

    def test_a_sku_in_another_case_is_never_taken_for_the_same(self, write: Any, make_product: Any) -> None:
        known = make_product(sku="p1", title="Old")

        summary = load(write([PEN, INK]))

        known.refresh_from_db()
        assert known.title == "Old"
        assert Product.objects.filter(sku="I1").exists()
        assert summary.created + summary.failed == 2  # the column of some databases doesn't tell the two apart

    def test_equal_titles_are_two_products(self, write: Any) -> None:
        assert load(write([PEN, PEN | {"sku": "P2"}])).created == 2

    def test_joins_the_first_collection_of_that_title(self, write: Any) -> None:
        first, _second = Collection.objects.create(title="Desk"), Collection.objects.create(title="Desk")

        load(write([PEN]))

        assert Product.objects.get().collection == first

    def test_without_a_category_it_is_other(self, write: Any) -> None:
        load(write([{"title": "Pen", "price": 1}]))

        assert Product.objects.get().collection.title == "Other"

    @pytest.mark.parametrize(
        ("row", "slug"),
        [
            ({"title": "Crème Brûlée & Co."}, "creme-brulee-co"),
            ({"title": "钢笔", "sku": "Z 9"}, "z-9"),
            ({"title": "钢笔"}, "product"),
            ({"title": "x" * 255}, "x" * 255),
        ],
    )
    def test_makes_a_slug(self, write: Any, row: dict[str, str], slug: str) -> None:
        load(write([row | {"price": 1}]))

        assert Product.objects.get().slug == slug


@pytest.mark.database
class TestReviewsAndPictures:
    def test_reviews(self, write: Any) -> None:
        reviews = [
            {"reviewerName": "Ann", "comment": "Good", "rating": 5, "date": "2024-05-06T07:08:09.123Z"},
            {"name": "Bob", "text": "Bad", "date": "2023-01-02"},
            {"name": "Bob", "text": "Bad"},
            {"name": "Cy", "body": "So so", "stars": "3"},
        ]

        summary = load(write([PEN | {"reviews": reviews}]))

        assert summary.notes["new reviews"] == 4
        today = Review.objects.get(name="Cy").date
        assert list(Review.objects.order_by("pk").values_list("name", "description", "rating", "date")) == [
            ("Ann", "Good", 5, date(2024, 5, 6)),
            ("Bob", "Bad", None, date(2023, 1, 2)),
            ("Bob", "Bad", None, today),
            ("Cy", "So so", 3, today),
        ]

    def test_of_two_equal_reviews_one_may_be_new(self, write: Any) -> None:
        review = {"name": "Ann", "text": "Good", "rating": 5}
        load(write([PEN | {"reviews": [review]}]))

        load(write([PEN | {"reviews": [review, review]}]))

        assert Review.objects.count() == 2

    def test_new_reviews_are_added_to_the_old(self, write: Any) -> None:
        one, two = {"name": "Ann", "text": "Good", "rating": 5}, {"name": "Bob", "text": "Bad", "rating": 1}
        load(write([PEN | {"reviews": [one]}]))

        assert counts(load(write([PEN | {"reviews": [one, two]}]))) == (0, 1, 0, 0, 0)
        assert Review.objects.count() == 2

    @pytest.mark.parametrize(
        ("review", "reason"),
        [
            ({"name": "Ann", "text": "Good", "rating": 6}, "review 1: rating: "),
            ({"name": "Ann", "text": "Good", "rating": "many"}, "review 1: rating: 'many' is not a number"),
            ({"name": "Ann", "text": "Good", "rating": 4.5}, "review 1: rating: 4.5 is not a whole number"),
            ({"name": "Ann"}, "review 1: description: "),
            ({"name": "\u200b", "text": "Good"}, "review 1: name: "),
            ({"name": "Ann", "text": "Good", "date": "someday"}, "review 1: date: 'someday' is not a date"),
            ("Good", "review 1 is not an object"),
        ],
    )
    def test_a_bad_review_is_a_bad_row(self, write: Any, review: Any, reason: str) -> None:
        summary = load(write([PEN | {"reviews": [review]}]))

        assert counts(summary) == (0, 0, 0, 0, 1)
        assert summary.failures[0][1].startswith(reason)
        assert not Product.objects.exists()

    @pytest.mark.parametrize("reviews", [12, 4.5, None, []])
    def test_a_number_of_reviews_is_no_list(self, write: Any, reviews: Any) -> None:
        assert load(write([PEN | {"reviews": reviews}])).created == 1

    @pytest.mark.parametrize("name", ["reviews", "images"])
    def test_something_else_is_a_bad_row(self, write: Any, name: str) -> None:
        assert load(write([PEN | {name: {"a": 1}}])).failures == [("row 1", f"{name}: not a list")]

    def test_pictures_elsewhere_are_counted_and_not_fetched(self, write: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr("socket.socket.connect", lambda *args: pytest.fail("a connection was made"))

        summary = load(write([PEN | {"images": ["https://example.com/1.webp", "//cdn.example.com/2.webp"]}]))

        assert summary.notes["pictures elsewhere, not fetched"] == 2
        assert not ProductImage.objects.exists()

    def test_stored_pictures_are_attached_once(self, write: Any) -> None:
        ProductImage._meta.get_field("image").storage.save("store/images/pen.jpg", ContentFile(b"picture"))
        path = write(
            [PEN | {"images": [{"image": "store/images/pen.jpg", "alt_text": "A pen"}, "store/images/pen.jpg"]}]
        )

        assert counts(load(path)) == (1, 0, 0, 0, 0)
        assert counts(load(path)) == (0, 0, 1, 0, 0)
        assert list(ProductImage.objects.values_list("image", "alt_text")) == [("store/images/pen.jpg", "A pen")]

    @pytest.mark.parametrize("path", ["store/images/gone.jpg", "../../etc/passwd", "/etc/passwd", "a\nb" * 999, "."])
    def test_pictures_that_are_not_ours_are_noted(self, write: Any, path: str) -> None:
        summary = load(write([PEN | {"images": [{"image": path}]}]))

        assert summary.created == 1
        assert summary.notes["pictures that are not in the media folder"] == 1
        assert not ProductImage.objects.exists()

    def test_a_picture_belongs_to_one_product(self, write: Any, django_capture_on_commit_callbacks: Any) -> None:
        storage = ProductImage._meta.get_field("image").storage
        storage.save("store/images/shared.jpg", ContentFile(b"picture"))
        path = write([PEN | {"images": ["store/images/shared.jpg"] * 2}, INK | {"images": ["store/images/shared.jpg"]}])

        summary, again = load(path), load(path)

        assert ProductImage.objects.get().product.sku == "P1"
        assert summary.notes["pictures that another product has already"] == 1
        assert counts(again) == (0, 0, 2, 0, 0)
        with django_capture_on_commit_callbacks(execute=True):
            Product.objects.get(sku="I1").delete()
        assert storage.exists("store/images/shared.jpg")

    @pytest.mark.parametrize("path", ["store/images", "./store/images/a.jpg", "store/../store/images/a.jpg"])
    def test_folders_and_roundabout_paths_are_no_pictures(self, write: Any, path: str) -> None:
        ProductImage._meta.get_field("image").storage.save("store/images/a.jpg", ContentFile(b"picture"))

        summary = load(write([PEN | {"images": [path]}]))

        assert summary.notes["pictures that are not in the media folder"] == 1
        assert not ProductImage.objects.exists()

    @pytest.mark.parametrize("image", [7, None, {"src": "a.jpg"}, {"image": None}, ""])
    def test_pictures_of_another_kind_are_left_out(self, write: Any, image: Any) -> None:
        assert counts(load(write([PEN | {"images": [image]}]))) == (1, 0, 0, 0, 0)
        assert not ProductImage.objects.exists()


BAD_VALUES = [
    ("title", None, "title: "),
    ("title", "", "title: "),
    ("title", "\u200b", "title: "),
    ("title", "x" * 256, "title: "),
    ("title", "a\x00b", "title: it holds a character that can't be stored"),
    ("title", "a\ud800b", "title: it holds a character that can't be stored"),
    ("title", ["Pen"], "title: ['Pen'] is not text"),
    ("title", True, "title: True is not text"),
    ("description", 5, "description: 5 is not text"),
    ("description", "x" * 5_000_000, "description: it is 5,000,000 characters long; at most 100,000 are allowed"),
    ("price", None, "unit_price: "),
    ("price", "free", "unit_price: 'free' is not a number"),
    ("price", "", "unit_price: '' is not a number"),
    ("price", 0, "unit_price: "),
    ("price", -3, "unit_price: "),
    ("price", "0.001", "unit_price: "),
    ("price", 10**11, "unit_price: "),
    ("price", "9" * 400, "unit_price: the number has too many digits"),
    ("price", int("9" * 400), "unit_price: the number has too many digits"),
    ("price", "1_000", "unit_price: '1_000' is not a number"),
    ("price", "1,299", "unit_price: '1,299' is not a number"),
    ("price", "NaN", "unit_price: 'NaN' is not a number"),
    ("price", float("nan"), "unit_price: NaN is not a number"),
    ("price", float("inf"), "unit_price: Infinity is not a number"),
    ("price", True, "unit_price: True is not a number"),
    ("price", [1], "unit_price: [1] is not a number"),
    ("price", "٣", "unit_price: '٣' is not a number"),
    ("stock", "many", "inventory: 'many' is not a number"),
    ("stock", -1, "inventory: "),
    ("stock", 1.5, "inventory: 1.5 is not a whole number"),
    ("stock", 2**63, "inventory: "),
    ("stock", int("9" * 400), "inventory: the number has too many digits"),
    ("sku", "x" * 65, "sku: "),
    ("slug", "no slug!", "slug: "),
    ("active", "perhaps", "is_active: 'perhaps' is neither true nor false"),
    ("category", "x" * 256, "title: "),
    ("category", "\u200b", "title: "),
    ("category", [1], "collection: [1] is not text"),
]


@pytest.mark.database
class TestBadRows:
    @pytest.mark.parametrize(("column", "value", "reason"), BAD_VALUES)
    def test_is_named_and_left_out(self, write: Any, column: str, value: Any, reason: str) -> None:
        rows = [{**PEN, "sku": f"P{n}"} for n in range(10)]
        rows[6][column] = value

        summary = load(write(rows))

        assert counts(summary) == (9, 0, 0, 0, 1)
        ((place, said),) = summary.failures
        assert place == "row 7"
        assert said.startswith(reason)
        assert len(said) <= writing.LONGEST_REASON + 1

    def test_a_bad_change_leaves_the_product_alone(self, write: Any) -> None:
        load(write([PEN, INK]))

        summary = load(write([PEN | {"title": "Biro", "price": -1}, INK | {"price": 10}]))

        assert counts(summary) == (0, 1, 0, 0, 1)
        assert Product.objects.get(sku="P1").title == "Pen"

    def test_in_csv_the_line_is_told_as_well(self, write: Any) -> None:
        summary = load(write(HEADER + 'P1,Pen,1,1,A,"two\nlines"\nI1,Ink,free,1,A,\nX1,Ex,1\n'))

        assert summary.failures == [
            ("row 2 (line 4)", "unit_price: 'free' is not a number"),
            ("row 3 (line 5)", "3 columns instead of 6"),
        ]
        assert Product.objects.get().title == "Pen"

    def test_a_repeated_key(self, write: Any) -> None:
        summary = load(write([PEN, INK, PEN | {"title": "Biro"}]))

        assert summary.failures == [("row 3", "sku 'P1' was in row 1 already")]
        assert Product.objects.get(sku="P1").title == "Pen"

    def test_a_row_that_is_no_object(self, write: Any) -> None:
        summary = load(write([PEN, 7, None, [], INK]))

        assert summary.created == 2
        assert summary.failures == [("row 2", "not an object"), ("row 3", "not an object"), ("row 4", "not an object")]

    def test_the_lowest_price_is_that_of_the_shop(self, write: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"MIN_PRICE": Decimal(5)}

        assert counts(load(write([PEN, INK]))) == (1, 0, 0, 0, 1)

    def test_a_collection_is_not_made_for_a_bad_row(self, write: Any) -> None:
        load(write([PEN | {"price": -1}]))

        assert not Collection.objects.exists()

    def test_what_only_the_database_refuses(self, write: Any, make_product: Any, monkeypatch: Any) -> None:
        make_product(sku="P1")
        monkeypatch.setattr(
            writing, "_known_products", lambda batch: {(item.field, item.value): [] for item in batch}
        )  # as if somebody had inserted it a moment later

        summary = load(write([INK, PEN]))

        assert counts(summary) == (1, 0, 0, 0, 1)
        assert summary.failures[0][0] == "row 2"
        assert "the database refuses it" in summary.failures[0][1]

    def test_not_all_reasons_are_kept(self, write: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr(importing, "MOST_FAILURES_KEPT", 3)

        written = run(write([PEN | {"price": -1, "sku": str(n)} for n in range(5)]))

        assert written.err.count("\n") == 4
        assert written.err.endswith("… and 2 more\n")


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
            ("title,price\nPen,1\n".encode("utf-16"), "in.csv", "Line 1 is not UTF-8"),
            (b'title,price\nPen,1\n"Ink,2\n', "in.csv", "not valid CSV at line 3: unexpected end of data"),
            (b"title,price,sku\nPen,1,P1\nInk,2", "in.csv", "ends in the middle of line 3: it seems to be cut off"),
            (b"title,price\n", "in.csv", "no products in this file"),
            (b"a,b\n1,2\n", "in.csv", "No column was found for: title, unit_price. Name it with --map title=COLUMN"),
            (b"title\nPen\n", "in.csv", "No column was found for: unit_price."),
            (bytes(range(256)) * 40, "in.bin", "not UTF-8"),
        ],
    )
    def test_is_refused_and_nothing_written(self, write: Any, content: bytes, name: str, message: str) -> None:
        with pytest.raises(CommandError) as caught:
            run(write(content, name))

        assert message in str(caught.value)
        assert not Product.objects.exists()
        assert not Collection.objects.exists()

    def test_a_missing_file_and_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="The file can't be read: No such file"):
            run(str(tmp_path / "none.json"))
        with pytest.raises(CommandError, match="The file can't be read: Is a directory"):
            run(str(tmp_path))

    def test_a_key_that_is_not_there(self, write: Any) -> None:
        with pytest.raises(CommandError, match="no list “archive”"):
            run(write({"products": [PEN]}), "--list-key", "archive")

    @pytest.mark.parametrize("price", ["1e99999999999999999999", "1e400", "-1e400", "1e-400", "1" * 5000])
    def test_numbers_beyond_measure(self, write: Any, price: str) -> None:
        summary = load(write(f'[{{"title": "Pen", "price": {price}}}, {{"title": "Ink", "price": 1}}]', "in.json"))

        assert counts(summary) == (1, 0, 0, 0, 1)
        assert "number" in summary.failures[0][1]

    def test_the_line_at_fault_is_told_behind_others(self, write: Any) -> None:
        content = '[\n{"title": "Pen", "price": 1},\n{"title": x, "price": 2},\n{"title": "Ink", "price": 1}\n]'

        with pytest.raises(UnreadableFile, match="at line 3: "):
            load(write(content, "in.json"))

    def test_nul_in_csv_is_a_bad_row(self, write: Any) -> None:
        summary = load(write("title,price\nPe\x00n,1\nInk,2\n"))

        assert counts(summary) == (1, 0, 0, 0, 1)

    def test_an_endless_entry(self, write: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr(json_stream, "LARGEST_ENTRY", 1024**2)

        with pytest.raises(CommandError, match="an entry is longer than 1 MB, or never ends"):
            run(write(b'[{"title": "' + b"x" * 3 * 1024**2, "in.json"))

    def test_an_endless_cell(self, write: Any, monkeypatch: Any) -> None:
        limit = csv.field_size_limit()
        monkeypatch.setattr("storefront_store.interchange.services.sources.LARGEST_ENTRY", 1024**2)

        with pytest.raises(CommandError, match="not valid CSV at line 2: field larger than field limit"):
            run(write("title,price\n" + "x" * 3 * 1024**2 + ",1\n"))
        assert csv.field_size_limit() == limit

    @pytest.mark.parametrize("name", [DUMMYJSON, SPREE, OSCAR])
    def test_a_truncated_real_catalogue(self, write: Any, name: str) -> None:
        content = real_catalogue(name).read_bytes()
        for end in (len(content) // 2, content.index(b',"' if name.endswith("csv") else b'"', len(content) // 2) + 4):
            with pytest.raises(CommandError, match=r"not valid|cut off"):
                run(write(content[:end], Path(name).name))
        assert not Product.objects.exists()


@pytest.mark.database
class TestStrict:
    def test_one_bad_row_and_nothing_is_kept(self, write: Any) -> None:
        load(write([PEN]))
        version = CatalogueVersion.objects.current()
        rows = [PEN | {"title": "Biro"}, *({**INK, "sku": str(n)} for n in range(700)), INK | {"price": "free"}]

        with pytest.raises(CommandError, match="1 rows failed, so nothing was kept"):
            run(write(rows), "--strict")

        assert Product.objects.get().title == "Pen"
        assert CatalogueVersion.objects.current() == version

    def test_names_the_bad_row(self, write: Any) -> None:
        err = io.StringIO()

        with pytest.raises(CommandError):
            call_command("import_catalogue", write([PEN, INK | {"price": "free"}]), "--strict", stderr=err)

        assert err.getvalue() == "row 2: unit_price: 'free' is not a number\n"

    def test_a_dry_run_ends_as_the_run_would(self, write: Any) -> None:
        with pytest.raises(CommandError, match="1 rows failed, so nothing was kept"):
            run(write([PEN, INK | {"price": "free"}]), "--strict", "--dry-run")
        assert not Product.objects.exists()

    def test_without_bad_rows_all_is_kept(self, write: Any) -> None:
        assert counts(load(write([PEN, INK]), strict=True)) == (2, 0, 0, 0, 0)
        assert Product.objects.count() == 2

    def test_a_bad_promotion_counts(self, write: Any) -> None:
        document = {"products": [own("P1")], "promotions": [{"description": "Sale", "discount": "200"}]}

        summary = load(write(document), strict=True)

        assert summary.undone
        assert not Product.objects.exists()


class TestDryRun:
    def test_tells_and_writes_nothing(self, write: Any) -> None:
        load(write([PEN]))
        before = list(Product.objects.values())
        version = CatalogueVersion.objects.current()
        rows = [
            PEN | {"price": 3, "category": "Office"},
            INK | {"reviews": [{"name": "Ann", "text": "Good"}]},
            INK | {"sku": "X", "price": 0},
        ]

        written = run(write(rows), "--dry-run")

        assert "Dry run: nothing was written.\ncreated 1, updated 1, unchanged 0, skipped 0, failed 1\n" in written.out
        assert list(Product.objects.values()) == before
        assert CatalogueVersion.objects.current() == version
        assert Collection.objects.count() == 1
        assert not Review.objects.exists()

    def test_looks_at_collections_and_promotions(self, write: Any) -> None:
        Collection.objects.create(title="A")
        Promotion.objects.create(description="Sale", discount=10)
        document = {
            "collections": [{"title": "A"}, {"title": "B"}, {"title": ""}],
            "products": [own("P1")],
            "promotions": [
                {"description": "Sale", "discount": "20"},
                {"description": "New", "discount": "20"},
                {"description": "Gift", "discount": "200"},
            ],
        }
        version = CatalogueVersion.objects.current()

        summary = load(write(document), dry_run=True)

        assert [place for place, _reason in summary.failures] == ["collection 3", "promotion 3"]
        kinds = ("new collections", "new promotions", "changed promotions")
        assert [summary.notes[kind] for kind in kinds] == [1, 1, 1]
        assert (Collection.objects.count(), Promotion.objects.get().discount) == (1, 10)
        assert CatalogueVersion.objects.current() == version

    def test_not_even_in_an_empty_shop(self, write: Any) -> None:
        document = {"collections": [{"title": "A"}], "products": [own("P1")], "promotions": []}

        run(write(document), "--dry-run", "--strict")

        for model in (Product, Collection, CatalogueVersion):
            assert not model.objects.exists()


class TestCommand:
    def test_sums_up(self, write: Any) -> None:
        rows = [PEN, INK | {"currency": "EUR"}, INK | {"price": -1, "sku": "X"}]

        written = run(write(rows))

        assert written.out.splitlines() == [
            "created 1, updated 0, unchanged 0, skipped 1, failed 1",
            "  skipped, priced in EUR: 1",
            "  new collections: 1",
        ]
        assert written.err.startswith("row 3: unit_price: Ensure this value is greater")

    @pytest.mark.parametrize("flags", [["--quiet"], ["--verbosity", "0"]])
    def test_can_be_quiet_but_not_about_bad_rows(self, write: Any, flags: list[str]) -> None:
        written = run(write([PEN, INK | {"price": "free"}]), *flags)

        assert written.out == ""
        assert written.err == "row 2: unit_price: 'free' is not a number\n"

    def test_maps(self, write: Any) -> None:
        run(write("nom;prix\nStylo;2,50\n"), "--map", "title=nom", "--map", "unit_price=prix", "--key", "title")

        assert Product.objects.get().unit_price == Decimal("2.50")

    def test_header_options(self, write: Any) -> None:
        path = write("Title,2\n")

        run(path, "--no-header", "--map", "title=1", "--map", "unit_price=2")

        assert Product.objects.get().title == "Title"
        with pytest.raises(CommandError, match="no products"):
            run(path, "--header", "--map", "title=Title", "--map", "unit_price=2")

    @pytest.mark.parametrize(
        "flags",
        [
            ["--map", "title"],
            ["--map", "=title"],
            ["--map", "title="],
            ["--key", "pk"],
            ["--preset", "x"],
            ["--header", "--no-header"],
        ],
    )
    def test_refuses_what_it_does_not_know(self, write: Any, flags: list[str]) -> None:
        with pytest.raises(CommandError):
            run(write([PEN]), *flags)
        assert not Product.objects.exists()

    def test_shows_progress_to_people_only(self, write: Any, monkeypatch: Any) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        monkeypatch.setattr(progress, "tqdm", None)
        err = Terminal()

        call_command("import_catalogue", write([PEN, INK]), stdout=io.StringIO(), stderr=err)

        assert err.getvalue() == "Importing: 1 of 2\nImporting: 2 of 2\n"
        assert run(write([PEN, INK])).err == ""

    def test_a_busy_database(self, write: Any, monkeypatch: Any) -> None:
        def busy(*args: Any, **kwargs: Any) -> Any:
            from storefront_store.exceptions import Busy

            raise Busy

        monkeypatch.setattr(importing, "write_entries", busy)

        with pytest.raises(CommandError, match="busy"):
            run(write([PEN]))


class TestCurrency:
    ROWS = HEADER.strip() + ",currency\nP1,Pen,1,1,A,,USD\nP1,Pen,2,1,A,,EUR\nI1,Ink,3,1,A,,\n"

    @pytest.mark.parametrize(("currency", "price", "other"), [(None, 1, "EUR"), ("EUR", 2, "USD"), ("eur", 2, "USD")])
    def test_chooses_rows(self, write: Any, currency: str | None, price: int, other: str) -> None:
        summary = load(write(self.ROWS), currency=currency)

        assert summary.created == 2
        assert dict(summary.skipped) == {f"priced in {other}": 1}
        assert Product.objects.get(sku="P1").unit_price == price

    def test_defaults_to_the_currency_of_the_shop(self, write: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"CURRENCY": "EUR"}

        load(write(self.ROWS))

        assert Product.objects.get(sku="P1").unit_price == 2


VARIANTS = """slug,sku,name,price,currency,status,description,category1,option1_value,option2_value,inventory_count
mug,MUG,Mug,0,USD,active,For tea.,Kitchen -> Cups,,,
mug,MUG-RED,,9.99,USD,,,,Red,Large,5
mug,MUG-BLUE,,8.99,USD,,,,Blue,,0
mug,MUG-RED,,8.49,EUR,,,,,,
mug,MUG-BLUE,,7.49,EUR,,,,,,
jug,JUG,Jug,12,USD,draft,Plain.,Kitchen -> Jugs,,,3
cup,CUP-X,,1,USD,,,,X,,
"""


class TestPresets:
    def test_variants_are_named_from_parent_and_options(self, write: Any) -> None:
        summary = load(write(VARIANTS))

        assert dict(summary.skipped) == {"parent of variants": 1, "priced in EUR": 2}
        assert summary.failures == [("row 7 (line 8)", "no row above has a name for the slug 'cup'")]
        values = Product.objects.order_by("pk").values_list(
            "sku", "title", "slug", "unit_price", "inventory", "is_active", "description", "collection__title"
        )
        assert list(values) == [
            ("MUG-RED", "Mug - Red / Large", "mug-red-large", Decimal("9.99"), 5, True, "For tea.", "Cups"),
            ("MUG-BLUE", "Mug - Blue", "mug-blue", Decimal("8.99"), 0, True, "For tea.", "Cups"),
            ("JUG", "Jug", "jug", Decimal("12.00"), 3, False, "Plain.", "Jugs"),
        ]

    def test_columns_may_be_spelt_freely(self, write: Any) -> None:
        header, _newline, rows = VARIANTS.partition("\n")

        assert counts(load(write(f"{header.upper()}\n{rows}"))) == (3, 0, 0, 3, 1)
        assert counts(load(write(VARIANTS))) == (0, 0, 3, 3, 1)

    def test_variants_in_json(self, write: Any) -> None:
        parent = {"slug": 7, "sku": None, "name": 2024, "price": 0, "currency": "USD", "category1": "Tops"}
        variant = {"slug": 7, "sku": "S1", "price": 5, "currency": "USD", "option1_value": 42, "option2_value": "red"}

        assert counts(load(write([parent, variant]))) == (1, 0, 0, 1, 0)
        assert Product.objects.get(sku="S1").title == "2024 - 42 / red"

    @pytest.mark.parametrize("column", ["slug", "sku", "name", "option1_value"])
    def test_a_variant_of_the_wrong_kind_is_a_bad_row(self, write: Any, column: str) -> None:
        parent = {"slug": "a", "sku": None, "name": "Shirt", "price": None, "currency": "USD", "category1": "Tops"}
        variant = {"slug": "a", "sku": "S1", "price": 5, "currency": "USD", "option1_value": "red"}

        summary = load(write([parent, variant, variant | {"sku": "S2", column: ["a"]}]))

        assert counts(summary) == (1, 0, 0, 1, 1)
        assert "['a'] is not text" in summary.failures[0][1]

    def test_a_second_price_has_the_name_and_stock_of_the_first(self, write: Any) -> None:
        load(write(VARIANTS), currency="EUR")

        product = Product.objects.get(sku="MUG-RED")
        assert (product.title, product.unit_price, product.inventory) == ("Mug - Red / Large", Decimal("8.49"), 5)

    def test_a_row_of_variants_with_another_length(self, write: Any) -> None:
        assert load(write(VARIANTS + "mug,MUG-X\n")).failures[-1] == ("row 8 (line 9)", "2 columns instead of 11")

    def test_books_by_position(self, write: Any) -> None:
        load(write("Book,Books > Fiction > Sea,111,Moby Dick,A whale.,Partner,222,9.99,4\n"))

        book = Product.objects.get()
        assert (book.sku, book.title, book.collection.title, book.inventory) == ("222", "Moby Dick", "Sea", 4)

    def test_by_name(self, write: Any) -> None:
        row = own("P1") | {"title": "Own", "name": "Other"}

        load(write([row]), preset="generic")

        assert Product.objects.get().title == "Own"


class TestRealCatalogues:
    def test_dummyjson(self) -> None:
        path = str(real_catalogue(DUMMYJSON))

        summary = load(path)

        assert counts(summary) == (194, 0, 0, 0, 0)
        assert (Product.objects.count(), Collection.objects.count(), Review.objects.count()) == (194, 24, 582)
        mascara = Product.objects.get(sku="BEA-ESS-ESS-001")
        assert (mascara.title, mascara.unit_price) == ("Essence Mascara Lash Princess", Decimal("9.99"))
        assert (mascara.inventory, mascara.collection.title) == (99, "beauty")
        assert mascara.reviews.filter(name="Eleanor Collins", rating=3, date="2025-04-30").exists()
        assert Product.objects.filter(title="Rolex Cellini Moonphase").count() == 2
        assert counts(load(path)) == (0, 0, 194, 0, 0)

    def test_spree(self) -> None:
        path = str(real_catalogue(SPREE))

        summary = load(path)

        assert counts(summary) == (87, 0, 0, 124, 0)
        assert dict(summary.skipped) == {"priced in EUR": 87, "parent of variants": 37}
        machine = Product.objects.get(sku="AUTOMATIC-ESPRESSO-MACHINE-MATTE-BLACK")
        assert machine.title == "Automatic Espresso Machine - Matte Black"
        assert (machine.unit_price, machine.inventory) == (Decimal("879.99"), 5000)
        assert machine.collection.title == "Coffee Machines"
        assert machine.description.startswith("Fully automatic bean-to-cup")
        assert counts(load(path)) == (0, 0, 87, 124, 0)

    def test_spree_in_euros(self) -> None:
        summary = load(str(real_catalogue(SPREE)), currency="EUR")

        assert (summary.created, summary.failed) == (87, 0)
        machine = Product.objects.get(sku="AUTOMATIC-ESPRESSO-MACHINE-MATTE-BLACK")
        assert (machine.title, machine.unit_price) == ("Automatic Espresso Machine - Matte Black", Decimal("819.99"))

    @pytest.mark.parametrize(
        ("name", "number", "collection"),
        [
            ("essential", 82, "Essential programming"),
            ("hacking", 33, "Hacking"),
            ("computers-in-fiction", 86, "Computers in Literature"),
        ],
    )
    def test_oscar(self, name: str, number: int, collection: str) -> None:
        path = str(real_catalogue(f"oscar/books.{name}.csv"))

        assert counts(load(path)) == (number, 0, 0, 0, 0)
        assert Collection.objects.get().title == collection
        assert counts(load(path)) == (0, 0, number, 0, 0)

    def test_a_real_catalogue_can_be_replaced_row_by_row(self, write: Any) -> None:
        rows = json.loads(real_catalogue(DUMMYJSON).read_text(encoding="utf-8"))
        rows[6]["price"] = {"amount": "wrong"}
        rows[7]["sku"] = rows[0]["sku"]

        summary = load(write(rows))

        assert counts(summary) == (192, 0, 0, 0, 2)
        assert [place for place, _reason in summary.failures] == ["row 7", "row 8"]


def own(sku: str, **fields: Any) -> dict[str, Any]:
    """A product in our own format."""
    return {
        "sku": sku,
        "title": f"Product {sku}",
        "slug": "a-product",
        "description": None,
        "unit_price": "1.00",
        "inventory": 1,
        "is_active": True,
        "collection": "A",
        **fields,
    }


@pytest.mark.database
class TestOwnFormat:
    def test_collections_and_promotions(self, write: Any) -> None:
        sale = {"description": "Sale", "discount": "12.50", "products": ["P1", "P2", "none"]}
        timed = {
            "description": "Sale",
            "discount": 5,
            "starts_at": "2030-01-01T00:00:00+00:00",
            "ends_at": "2030-02-01T00:00:00",
            "products": [],
        }
        document = {
            "collections": [{"title": "Empty"}, {"title": "A", "featured_product": "P2"}, {"title": "A"}],
            "products": [own("P1"), own("P2")],
            "promotions": [sale, timed],
        }

        summary = load(write(document))

        assert counts(summary) == (2, 0, 0, 0, 0)
        assert [row.title for row in Collection.objects.order_by("pk")] == ["Empty", "A"]
        assert Collection.objects.get(title="A").featured_product.sku == "P2"
        first, second = Promotion.objects.order_by("pk")
        assert (first.discount, first.products.count()) == (Decimal("12.50"), 2)
        assert second.ends_at.month in (1, 2)

        version = CatalogueVersion.objects.current()
        again = load(write(document))
        assert counts(again) == (0, 0, 2, 0, 0)
        assert CatalogueVersion.objects.current() == version

    def test_changes_promotions_and_features(self, write: Any) -> None:
        sale = {"description": "Sale", "discount": "10", "products": ["P1"]}
        document = {"collections": [{"title": "A", "featured_product": "P1"}], "products": [own("P1"), own("P2")]}
        load(write(document | {"promotions": [sale]}))

        document["collections"][0]["featured_product"] = "P2"  # type: ignore[index]
        summary = load(write(document | {"promotions": [sale | {"discount": "20", "products": ["P2"]}]}))

        assert summary.notes["changed promotions"] == 1
        promotion = Promotion.objects.get()
        assert (promotion.discount, promotion.products.get().sku) == (20, "P2")
        assert Collection.objects.get().featured_product.sku == "P2"

    @pytest.mark.parametrize(
        ("promotion", "reason"),
        [
            ({"description": "Sale", "discount": "200"}, "discount: "),
            ({"description": "Sale", "discount": "much"}, "discount: 'much' is not a number"),
            ({"discount": "5"}, "description: None is not text"),
            ({"description": "Sale", "discount": 5, "starts_at": "soon"}, "starts_at: not a date with a time"),
            ({"description": "Sale", "discount": 5, "starts_at": 7}, "starts_at: not a date with a time"),
            ({"description": "Sale", "discount": 5, "ends_at": "2030-99-01T00:00Z"}, "ends_at: not a date with a time"),
            ({"description": "Sale", "discount": 5, "products": "P1"}, "products: not a list of article numbers"),
            ({"description": "Sale", "discount": 5, "products": [1]}, "products: not a list of article numbers"),
            ("Sale", "not an object"),
            (
                {
                    "description": "Sale",
                    "discount": 5,
                    "starts_at": "2030-02-01T00:00Z",
                    "ends_at": "2030-01-01T00:00Z",
                },
                "__all__: A promotion must end after it starts.",
            ),
        ],
    )
    def test_bad_promotions_are_named(self, write: Any, promotion: Any, reason: str) -> None:
        summary = load(write({"products": [own("P1")], "promotions": [promotion]}))

        assert (summary.created, summary.failed) == (1, 1)
        place, said = summary.failures[0]
        assert place == "promotion 1"
        assert said.startswith(reason)
        assert not Promotion.objects.exists()

    @pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
    def test_moments_beyond_the_calendar(self, write: Any, moment: str) -> None:
        promotion = {"description": "Sale", "discount": 5, "starts_at": moment}

        summary = load(write({"products": [own("P1")], "promotions": [promotion]}))

        assert summary.failures == [("promotion 1", "starts_at: not a date with a time")]
        assert list(Promotion.objects.all()) == []

    def test_what_a_promotion_leaves_out_stays(self, write: Any, make_product: Any) -> None:
        ends_at = datetime(2030, 1, 1, tzinfo=UTC)
        sale = Promotion.objects.create(description="Sale", discount=10, ends_at=ends_at)
        sale.products.set([make_product(sku="P1")])

        summary = load(write({"products": [own("P1")], "promotions": [{"description": "Sale", "discount": 20}]}))

        sale.refresh_from_db()
        assert (sale.discount, sale.ends_at, sale.products.get().sku) == (20, ends_at, "P1")
        assert summary.notes["changed promotions"] == 1

    def test_a_sku_in_another_case_is_another_product(self, write: Any) -> None:
        sale = {"description": "Sale", "discount": 5, "products": ["p1"]}

        load(write({"products": [own("P1")], "promotions": [sale]}))

        assert not Promotion.objects.get().products.exists()

    def test_products_without_a_sku_stay_in_their_promotion(self, write: Any, make_product: Any) -> None:
        bare, numbered, gone = make_product(), make_product(sku="P1"), make_product(sku="P2")
        sale = Promotion.objects.create(description="Sale", discount=10)
        sale.products.set([bare, numbered, gone])

        load(write({"products": [own("P1")], "promotions": [{"description": "Sale", "products": ["P1"]}]}))

        assert set(sale.products.all()) == {bare, numbered}

    def test_a_change_that_contradicts_the_rest_is_named(self, write: Any) -> None:
        sale = Promotion.objects.create(description="Sale", discount=10, ends_at=datetime(2030, 1, 1, tzinfo=UTC))
        later = {"description": "Sale", "starts_at": "2031-01-01T00:00Z"}

        summary = load(write({"products": [own("P1")], "promotions": [later, {"description": "Gift", "discount": 5}]}))

        assert summary.failures == [("promotion 1", "__all__: A promotion must end after it starts.")]
        sale.refresh_from_db()
        assert sale.starts_at is None
        assert Promotion.objects.filter(description="Gift").exists()

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite counts the parameters of a statement")
    def test_a_promotion_of_very_many_products(self, write: Any, make_product: Any) -> None:
        product = make_product(sku="P1")
        Product.objects.bulk_create(
            Product(title="P", slug="p", sku=f"N{n}", unit_price=5, inventory=1, collection=product.collection)
            for n in range(1200)
        )
        document = {"description": "Sale", "discount": 5, "products": [f"N{n}" for n in range(1200)]}
        path = write({"products": [own("P1")], "promotions": [document]})
        before = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 1100)
        try:
            load(path)
            load(write({"products": [own("P1")], "promotions": [document | {"products": []}]}, "none.json"))
            load(path)
        finally:
            connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)

        assert Promotion.objects.get().products.count() == 1200

    @pytest.mark.parametrize("collection", [{"title": ""}, {"title": None}, {}, {"title": "x" * 256}, 7])
    def test_bad_collections_are_named(self, write: Any, collection: Any) -> None:
        summary = load(write({"collections": [collection], "products": [own("P1")]}))

        assert (summary.created, summary.failed) == (1, 1)
        assert summary.failures[0][0] == "collection 1"


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_bring_everything_once(write: Any) -> None:
    path = write([{**PEN, "sku": f"P{n}", "reviews": [{"name": "Ann", "text": "Good"}]} for n in range(40)])

    summaries = together([lambda: load(path)] * 2)

    assert sum(summary.created for summary in summaries) == 40
    assert sum(summary.unchanged for summary in summaries) == 40
    assert (Product.objects.count(), Collection.objects.count(), Review.objects.count()) == (40, 1, 40)


def test_memory_does_not_grow_with_the_file(write: Any) -> None:
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
