# ruff: noqa: E501 -- rows of files are as long as they are
"""A separate file of variants, such as PrestaShop's combinations, is imported as groups of the products."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from storefront_store_testapp.imports import counts, load

from storefront_store.interchange.services import UnreadableFile
from storefront_store.models import Product, ProductGroup

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("euros")]

PRODUCTS = """Product ID;Active (0/1);Name *;Categories (x,y,z...);Price tax excluded;Reference #;Quantity;Description;Image URLs (x,y,z...)
1;1;Mug;Home,Kitchen;306.471074;MUG;9;<p>A mug</p>;https://x.example/1.jpg
2;1;Mug;Home,Kitchen;10.00;;0;;
3;0;Jug;Home,Kitchen;20.00;JUG;2;;
"""
HEADER = "Product ID*;Product Reference;Attribute (Name:Type:Position)*;Value (Value:Position)*;Supplier reference;Reference;Impact on price;Quantity;Image URLs (x,y,z...)\n"
COMBINATIONS = (
    HEADER
    + """1;;Colour:color:0, Size:select:1;Red:0, 1,5 l:1;S-1;MUG-R;23.14;5;https://x.example/r.jpg
1;;Colour:color:0, Size:select:1;Blue:0, 1,5 l:1;S-2;MUG-B;;3;
2;;Colour:color:0,Colour:color:1;Red:0,White:1;;TWO;0;4;
2;;Colour:color:0,Colour:color:1;Red:0,Black:1;;TWO;1.9951;6;
"""
)


def imported_rows() -> list[tuple[Any, ...]]:
    return [
        (row.sku, row.title, str(row.unit_price), row.inventory, row.is_active, row.group and row.group.pk, row.options)
        for row in Product.objects.order_by("pk").select_related("group")
    ]


@pytest.fixture
def files(write: Any) -> tuple[str, str]:
    return write(PRODUCTS, "products.csv"), write(COMBINATIONS, "combinations.csv")


def test_combinations_become_groups(files: tuple[str, str]) -> None:
    products, variants = files

    summary = load(products, variants=variants)

    first, second = ProductGroup.objects.order_by("pk").values_list("pk", flat=True)
    assert summary.failures == []
    assert sorted(imported_rows(), key=lambda row: row[1:]) == [
        ("JUG", "Jug", "20.00", 2, False, None, {}),
        ("MUG-B", "Mug - Blue / 1,5 l", "306.47", 3, True, first, {"Colour": "Blue", "Size": "1,5 l"}),
        ("MUG-R", "Mug - Red / 1,5 l", "329.61", 5, True, first, {"Colour": "Red", "Size": "1,5 l"}),
        (None, "Mug - Red / Black", "12.00", 6, True, second, {"Colour": "Red", "Colour 2": "Black"}),
        ("TWO", "Mug - Red / White", "10.00", 4, True, second, {"Colour": "Red", "Colour 2": "White"}),
    ]
    assert Product.objects.get(sku="MUG-R").description == "A mug"
    assert dict(summary.skipped) == {"parents of variants": 2}
    assert summary.notes["prices with more than two decimals, rounded"] == 3
    assert summary.notes["SKUs that another row has already, left out"] == 1
    assert summary.notes["images elsewhere, not fetched"] == 2


def test_second_import_changes_nothing(files: tuple[str, str]) -> None:
    products, variants = files
    load(products, variants=variants)

    assert counts(load(products, variants=variants)) == (0, 0, 5, 2, 0)
    assert ProductGroup.objects.count() == 2


def test_columns_of_both_files_are_reported(files: tuple[str, str]) -> None:
    summary = load(files[0], variants=files[1], dry_run=True)

    assert summary.columns["Name *"] == "title"
    assert summary.columns["variants: Impact on price"] == "surcharge"
    assert summary.columns["variants: Supplier reference"] == ""


def test_translated_headers_are_recognised(write: Any) -> None:
    variants = write(
        "Id del Producto;Referencia del Producto;Atributo (Nombre:Tipo:Posicion)*;Valor (Valor:Posicion)*;Referencia;"
        "Impacto en el precio;Cantidad\n;JUG;Medida:select:0;80 cm:0;J80;1;5\n;JUG;Medida:select:0;90 cm:0;J90;2;6\n",
        "combinaciones.csv",
    )

    load(write(PRODUCTS, "products.csv"), variants=variants)

    assert ProductGroup.objects.get().varies_by == ["Medida"]
    assert sorted(Product.objects.filter(group__isnull=False).values_list("sku", "unit_price", "is_active")) == [
        ("J80", 21, False),
        ("J90", 22, False),
    ]


def test_combination_of_unknown_product_fails(write: Any) -> None:
    variants = write(HEADER + "77;;Colour:color:0;Red:0;;X;0;5;\n", "combinations.csv")

    summary = load(write(PRODUCTS, "products.csv"), variants=variants)

    assert summary.failures == [
        (
            "variants, row 1 (line 2)",
            "the product '77', the parent of this combination, is not in the file of products, or its row is invalid",
        )
    ]
    assert summary.created == 3


def test_combinations_without_products_are_rejected(files: tuple[str, str]) -> None:
    with pytest.raises(UnreadableFile, match=r"PrestaShop combinations.*--variants"):
        load(files[1])
    assert not Product.objects.exists()


def test_products_as_variants_are_rejected(files: tuple[str, str]) -> None:
    with pytest.raises(UnreadableFile, match=r"products\.csv, does not have the variants.*PrestaShop products"):
        load(files[0], variants=files[0])
    assert not Product.objects.exists()


def test_missing_file_of_variants_is_rejected(files: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="can't be read"):
        load(files[0], variants=str(tmp_path / "none.csv"))
    assert not Product.objects.exists()
