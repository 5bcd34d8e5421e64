from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from storefront_store_testapp.imports import HEADER, INK, PEN, counts, load, run

from storefront_store.interchange.services import planning
from storefront_store.interchange.services import summary as summary_module
from storefront_store.models import Collection, Product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("low_prices")]


BAD_VALUES = [
    ("title", None, "title: "),
    ("title", "", "title: "),
    ("title", "\u200b", "title: "),
    ("title", "x" * 256, "title: "),
    ("title", "a\x00b", "title: it holds a character that can't be stored"),
    ("title", "a\ud800b", "title: it holds a character that can't be stored"),
    ("title", ["Pen"], "title: ['Pen'] is not text"),
    ("title", True, "title: True is not text"),
    ("description", "x" * 5_000_000, "description: it is 5,000,000 characters long; at most 100,000 are allowed"),
    ("price", None, "unit_price: "),
    ("price", "dear", "unit_price: 'dear' is not a number"),
    ("price", "", "unit_price: '' is not a number"),
    ("price", 0, "unit_price: "),
    ("price", -3, "unit_price: "),
    ("price", "0.001", "unit_price: "),
    ("price", 10**11, "unit_price: "),
    ("price", "9" * 400, "unit_price: the number has too many digits"),
    ("price", int("9" * 400), "unit_price: the number has too many digits"),
    ("price", "1_000", "unit_price: '1_000' is not a number"),
    ("price", "1,299", "unit_price: '1,299' is ambiguous"),
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
    def test_invalid_row_is_reported_and_skipped(self, write: Any, column: str, value: Any, reason: str) -> None:
        rows = [{**PEN, "sku": f"P{n}"} for n in range(10)]
        rows[6][column] = value

        summary = load(write(rows))

        assert counts(summary) == (9, 0, 0, 0, 1)
        ((place, said),) = summary.failures
        assert place == "row 7"
        assert said.startswith(reason)
        assert len(said) <= planning.LONGEST_REASON + 1

    def test_invalid_update_leaves_product_unchanged(self, write: Any) -> None:
        load(write([PEN, INK]))

        summary = load(write([PEN | {"title": "Biro", "price": -1}, INK | {"price": 10}]))

        assert counts(summary) == (0, 1, 0, 0, 1)
        assert Product.objects.get(sku="P1").title == "Pen"

    def test_csv_failures_include_line_number(self, write: Any) -> None:
        summary = load(write(HEADER + 'P1,Pen,1,1,A,"two\nlines"\nI1,Ink,dear,1,A,\nX1,Ex,1\n'))

        assert summary.failures == [
            ("row 2 (line 4)", "unit_price: 'dear' is not a number"),
            ("row 3 (line 5)", "3 columns instead of 6"),
        ]
        assert Product.objects.get().title == "Pen"

    def test_duplicate_sku_fails(self, write: Any) -> None:
        summary = load(write([PEN, INK, PEN | {"title": "Biro"}]))

        assert summary.failures == [("row 3", "sku 'P1' was in row 1 already")]
        assert Product.objects.get(sku="P1").title == "Pen"

    def test_row_that_is_not_an_object_fails(self, write: Any) -> None:
        summary = load(write([PEN, 7, None, [], INK]))

        assert summary.created == 2
        assert summary.failures == [("row 2", "not an object"), ("row 3", "not an object"), ("row 4", "not an object")]

    def test_min_price_setting(self, write: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"MIN_PRICE": Decimal(5)}

        assert counts(load(write([PEN, INK]))) == (1, 0, 0, 0, 1)

    def test_invalid_row_creates_no_collection(self, write: Any) -> None:
        load(write([PEN | {"price": -1}]))

        assert not Collection.objects.exists()

    def test_integrity_error_is_reported_as_failed_row(self, write: Any, make_product: Any, monkeypatch: Any) -> None:
        make_product(sku="P1")
        monkeypatch.setattr(
            planning, "_known_products", lambda entries: {entry.key: [] for entry in entries}
        )  # as if somebody had inserted it a moment later

        summary = load(write([INK, PEN]))

        assert counts(summary) == (1, 0, 0, 0, 1)
        assert summary.failures[0][0] == "row 2"
        assert "the database refuses it" in summary.failures[0][1]

    def test_number_of_reported_failures_is_limited(self, write: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr(summary_module, "MOST_FAILURES_KEPT", 3)

        written = run(write([PEN | {"price": -1, "sku": str(n)} for n in range(5)]))

        assert written.err.count("\n") == 4
        assert written.err.endswith("… and 2 more\n")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "place", "reason", "skipped", "note"),
    [
        ("de", "Zeile 1 (Textzeile 2)", "ist keine Zahl", "gruppierte Produkte", "vorrätig, ohne Angabe der Zahl"),
        ("es", "fila 1 (línea 2)", "no es un número", "productos agrupados", "en existencias, sin indicar el número"),
    ],
)
def test_reports_are_translated(write: Any, language: str, place: str, reason: str, skipped: str, note: str) -> None:
    path = write(
        "ID,Type,SKU,Name,Published,Regular price\n1,simple,A,Pen,1,x\n2,grouped,B,Set,1,\n3,simple,C,Ink,1,9\n"
    )

    with translation.override(language):
        summary = load(path)
        told = dict(summary.told)

    assert [(where, why.endswith(reason)) for where, why in summary.failures] == [(place, True)]
    assert list(summary.skipped) == [skipped]
    assert told[note] == 1
    assert "WooCommerce" in summary.preset
    assert summary.preset != "WooCommerce product export"
