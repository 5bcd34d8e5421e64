"""What is exported comes back unchanged: groups and options, and text that spreadsheets would change."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from storefront_store_testapp.imports import counts, load

from storefront_store.interchange.cells import quote, unquote
from storefront_store.interchange.services import export_catalogue
from storefront_store.models import Collection, Product, ProductGroup

# As LibreOffice Calc saves our own export: prices without their zeros, logical values in capitals; in German Excel with
# a semicolon, a comma and words of its own.
CALC_ENGLISH = """sku,title,slug,description,unit_price,inventory,is_active,collection,images,options,group,group_title,group_description,varies_by
'0017,'TRUE,p-0,'3/4,9.9,1,TRUE,'=Sum,,,,,,
MUG-1,Mug 1,mug-1,,9,1,FALSE,'=Sum,,"{""Size"": ""1""}",mug,Mug,'=1+1,"[""Size""]"
MUG-02,Mug 02,mug-02,,9,1,TRUE,'=Sum,,"{""Size"": ""02""}",mug,,,"[""Size""]"
"""  # noqa: E501
EXCEL_GERMAN = """\ufeffsku;title;slug;description;unit_price;inventory;is_active;collection;images;options;group;group_title;group_description;varies_by
'0017;'TRUE;p-0;'3/4;9,90;1;WAHR;'=Sum;;;;;;
MUG-1;Mug 1;mug-1;;9;1;FALSCH;'=Sum;;"{""Size"": ""1""}";mug;Mug;'=1+1;"[""Size""]"
MUG-02;Mug 02;mug-02;;9,00;1;WAHR;'=Sum;;"{""Size"": ""02""}";mug;;;"[""Size""]"
"""  # noqa: E501


def exported(form: str = "json") -> str:
    stream = io.StringIO()
    export_catalogue(stream, form)
    return stream.getvalue()


@pytest.fixture
def store() -> None:
    collection = Collection.objects.create(title="=Sum")
    mug = ProductGroup.objects.create(title="Mug", slug="mug", description="=1+1", varies_by=["Size"])
    twin = ProductGroup.objects.create(title="Other mug", slug="mug", varies_by=["Size"])
    common = {"unit_price": 9, "inventory": 1, "collection": collection}
    Product.objects.create(
        sku="0017",
        title="TRUE",
        slug="p-0",
        description="3/4",
        unit_price=Decimal("9.90"),
        inventory=1,
        collection=collection,
    )
    Product.objects.create(
        sku="MUG-1", title="Mug 1", slug="mug-1", group=mug, options={"Size": "1"}, is_active=False, **common
    )
    Product.objects.create(sku="MUG-02", title="Mug 02", slug="mug-02", group=mug, options={"Size": "02"}, **common)
    Product.objects.create(sku="T-1", title="Twin 1", slug="t-1", group=twin, options={"Size": "1"}, **common)
    for number in (1, 2):
        Product.objects.create(title="Mug", slug=f"plain-{number}", **common)
    Product.objects.create(sku="T-2", title="Twin 2", slug="t-2", group=twin, options={"Size": "2"}, **common)


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.usefixtures("low_prices", "store")
class TestRoundTrip:
    @pytest.mark.parametrize("form", ["json", "csv"])
    def test_groups_and_options_are_restored(self, tmp_path: Path, form: str) -> None:
        before, path = exported(form), tmp_path / f"out.{form}"
        path.write_text(before, encoding="utf-8", newline="")
        for model in (Product, ProductGroup, Collection):
            model.objects.all().delete()

        summary = load(str(path))

        assert (counts(summary), summary.notes["new groups"]) == ((7, 0, 0, 0, 0), 2)
        assert exported(form) == before
        assert [group["key"] for group in json.loads(exported())["groups"]] == ["mug", "mug#2"]

    @pytest.mark.parametrize("content", [CALC_ENGLISH, EXCEL_GERMAN], ids=["calc", "excel"])
    def test_export_saved_by_spreadsheet_imports_unchanged(self, write: Any, content: str) -> None:
        before = exported()

        assert counts(load(write(content, "saved.csv"))) == (0, 0, 3, 0, 0)
        assert exported() == before

    def test_update_by_second_import_is_reported(self, write: Any) -> None:
        changed = CALC_ENGLISH.replace('""Size"": ""02""', '""Size"": ""3""')

        summary = load(write(changed))

        assert summary.updated == 1
        assert "options: {'Size': '02'} → {'Size': '3'}" in summary.rows[0].detail

    def test_options_of_another_product_are_refused(self, write: Any) -> None:
        taken = CALC_ENGLISH.replace('""Size"": ""02""', '""Size"": ""1""')

        summary = load(write(taken))

        assert summary.failures == [("row 3 (line 4)", "options: another product of this group has the same options")]


class TestCells:
    @given(text=st.text(max_size=20) | st.from_regex(r"'{0,3}[=+\-@0-9.,/: ]{0,8}", fullmatch=True))
    def test_unquote_reverses_quote(self, text: str) -> None:
        assert unquote(quote(text)) == text

    @pytest.mark.parametrize(
        "text",
        [
            "=1+1", "+49 170", "-5", "@SUM(A1)", "\t=1", "0017", "1E5", "9,90", "1.5.2024", "3/4", "10:30",
            "2024-01-02", "TRUE", "wahr", "12 May", "Mar-12", "$5", "5%", "1 000", "'0017", "'",
        ],
    )  # fmt: skip
    def test_text_that_spreadsheets_change_is_quoted(self, text: str) -> None:
        assert quote(text) == f"'{text}"

    @pytest.mark.parametrize("text", ["Saw", "ART-1", "17", "'Tis", "MUG-1/2", "a = b", "", "May", "10 cups"])
    def test_other_text_is_not_quoted(self, text: str) -> None:
        assert quote(text) == unquote(text) == text
