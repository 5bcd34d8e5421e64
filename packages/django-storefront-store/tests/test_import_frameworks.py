from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from storefront_store_testapp.imports import counts, load, own

from storefront_store.models import Product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("low_prices")]


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

        assert dict(summary.skipped) == {"parents of variants": 1, "priced in EUR": 2}
        assert summary.failures == [("row 7 (line 8)", "no valid row above has a name for the slug 'cup'")]
        values = Product.objects.order_by("pk").values_list(
            "sku", "title", "slug", "unit_price", "inventory", "is_active", "description", "collection__title"
        )
        assert list(values) == [
            ("MUG-RED", "Mug - Red / Large", "mug-red-large", Decimal("9.99"), 5, True, "For tea.", "Cups"),
            ("MUG-BLUE", "Mug - Blue", "mug-blue", Decimal("8.99"), 0, True, "For tea.", "Cups"),
            ("JUG", "Jug", "jug", Decimal("12.00"), 3, False, "Plain.", "Jugs"),
        ]

    def test_column_names_ignore_case(self, write: Any) -> None:
        header, _newline, rows = VARIANTS.partition("\n")

        assert counts(load(write(f"{header.upper()}\n{rows}"))) == (3, 0, 0, 3, 1)
        assert counts(load(write(VARIANTS))) == (0, 0, 3, 3, 1)

    def test_variants_in_json(self, write: Any) -> None:
        parent = {"slug": 7, "sku": None, "name": 2024, "price": 0, "currency": "USD", "category1": "Tops"}
        variant = {"slug": 7, "sku": "S1", "price": 5, "currency": "USD", "option1_value": 42, "option2_value": "red"}

        other = variant | {"sku": "S2", "option2_value": "blue"}

        assert counts(load(write([parent, variant, other]))) == (2, 0, 0, 1, 0)
        assert Product.objects.get(sku="S1").title == "2024 - 42 / red"

    def test_single_variant_has_no_group(self, write: Any) -> None:
        parent = {"slug": "a", "sku": None, "name": "Shirt", "price": 0, "currency": "USD", "category1": "Tops"}
        variant = {"slug": "a", "sku": "S1", "price": 5, "currency": "USD", "option1_value": "red"}

        load(write([parent, variant]))

        shirt = Product.objects.get()
        assert (shirt.title, shirt.slug, shirt.group) == ("Shirt", "a", None)

    @pytest.mark.parametrize("column", ["slug", "sku", "name", "option1_value"])
    def test_variant_with_value_of_wrong_type_fails(self, write: Any, column: str) -> None:
        parent = {"slug": "a", "sku": None, "name": "Shirt", "price": None, "currency": "USD", "category1": "Tops"}
        variant = {"slug": "a", "sku": "S1", "price": 5, "currency": "USD", "option1_value": "red"}

        summary = load(write([parent, variant, variant | {"sku": "S2", column: ["a"]}]))

        assert counts(summary) == (1, 0, 0, 1, 1)
        assert "['a'] is not text" in summary.failures[0][1]

    def test_row_of_second_currency_has_title_and_stock_of_first(self, write: Any) -> None:
        load(write(VARIANTS), currency="EUR")

        product = Product.objects.get(sku="MUG-RED")
        assert (product.title, product.unit_price, product.inventory) == ("Mug - Red / Large", Decimal("8.49"), 5)

    def test_variant_row_of_wrong_length_fails(self, write: Any) -> None:
        assert load(write(VARIANTS + "mug,MUG-X\n")).failures[-1] == ("row 8 (line 9)", "2 columns instead of 11")

    def test_books_without_header(self, write: Any) -> None:
        load(write("Book,Books > Fiction > Sea,111,Moby Dick,A whale.,Partner,222,9.99,4\n"))

        book = Product.objects.get()
        assert (book.sku, book.title, book.collection.title, book.inventory) == ("222", "Moby Dick", "Sea", 4)

    def test_preset_option(self, write: Any) -> None:
        row = own("P1") | {"title": "Own", "name": "Other"}

        load(write([row]), preset="generic")

        assert Product.objects.get().title == "Own"
