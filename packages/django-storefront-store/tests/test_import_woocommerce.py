# ruff: noqa: E501, RUF001 -- rows of files are as long as they are, and in the letters of their languages
"""WooCommerce exports with localized headers, and what they leave to the importer."""

from __future__ import annotations

from typing import Any

import pytest
from storefront_store_testapp.imports import counts, load
from storefront_store_testapp.platforms import WOOCOMMERCE

from storefront_store.models import Product, ProductGroup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("euros")]

HEADERS = {
    "de": 'ID,Typ,Artikelnummer,Name,Veröffentlicht,Kurzbeschreibung,Beschreibung,"Datum, an dem Angebotspreis beginnt","Datum, an dem Angebotspreis endet",Vorrätig?,Lager,Angebotspreis,"Regulärer Preis",Kategorien,Bilder,"Übergeordnetes Produkt","Attribut 1 Name","Attribut 1 Wert(e)"',
    "es": 'ID,Tipo,SKU,Nombre,Publicado,"Descripción corta",Descripción,"Día en que empieza el precio rebajado","Día en que termina el precio rebajado","¿En inventario?",Inventario,"Precio rebajado","Precio normal",Categorías,Imágenes,Superior,"Nombre del atributo 1","Valor(es) del atributo 1"',
    "fr": 'ID,Type,UGS,Nom,Publié,"Description courte",Description,"Date de début de promo","Date de fin de promo","En stock ?",Stock,"Tarif promo","Tarif régulier",Catégories,Images,Parent,"Nom de l’attribut 1","Valeur(s) de l’attribut 1 "',
    "it": 'ID,Tipo,COD,Nome,Pubblicato,"Breve descrizione",Descrizione,"Data di partenza del prezzo in saldo","Termine data del prezzo di vendita","In stock?",Magazzino,"Prezzo in offerta","Prezzo di listino",Categorie,Immagine,Genitore,"Attributo 1 nome","Attributo 1 valuta(e)"',
    "nl": 'ID,Type,Artikelnummer,Naam,Gepubliceerd,"Korte omschrijving",Beschrijving,"Startdatum actieprijs","Einddatum actieprijs","Op voorraad?",Voorraad,Actieprijs,"Reguliere prijs",Categorieën,Afbeeldingen,Hoofd,"Naam eigenschap 1","Waarde eigenschap 1"',
    "pt": 'ID,Tipo,SKU,Nome,Publicado,"Descrição curta",Descrição,"Data de preço promocional começa em","Data de preço promocional termina em","Em estoque?",Estoque,"Preço promocional",Preço,Categorias,Imagens,Ascendente,"Nome do atributo 1","Valores do atributo 1"',
    "ru": 'ID,Тип,Артикул,Имя,Опубликован,"Короткое описание",Описание,"Дата начала действия продажной цены","Дата окончания действия продажной цены","В наличии?",Запасы,"Цена распродажи","Базовая цена",Категории,Изображения,Родительский,"Имя атрибута 1","Значение(-я) аттрибута(-ов) 1"',
}
ROWS = """
10,variable,mug,Mug,1,,A mug,,,1,,,,"Kitchen > Cups",https://x.example/a.jpg,,Colour,"Red, Blue"
11,variation,mug-r,Mug - Red,1,,,,,1,5,"7,50","9,00",,,id:10,Colour,Red
12,variation,mug-b,Mug - Blue,1,,,,2001-01-01,1,3,"5,00","9,00",,,id:10,Colour,Blue
13,simple,jug,Jug,-1,Short,,,,0,,,"12,00",Kitchen,,,,
"""


@pytest.mark.parametrize("language", HEADERS)
def test_localized_headers_are_recognised(write: Any, language: str) -> None:
    summary = load(write(HEADERS[language] + ROWS))

    assert summary.preset == "WooCommerce product export"
    assert summary.unused_columns == []
    assert [
        (row.sku, str(row.unit_price), row.inventory, row.is_active, row.collection.title, row.options)
        for row in Product.objects.order_by("pk").select_related("collection")
    ] == [
        ("mug-r", "7.50", 5, True, "Cups", {"Colour": "Red"}),
        ("mug-b", "9.00", 3, True, "Cups", {"Colour": "Blue"}),
        ("jug", "12.00", 0, False, "Kitchen", {}),
    ]
    assert Product.objects.get(sku="jug").description == "Short"
    assert summary.notes["images elsewhere, not fetched"] == 1


def test_variation_with_parent_stock_uses_unknown_stock(write: Any) -> None:
    load(write(HEADERS["es"] + ROWS.replace(',1,5,"7,50"', ',1,parent,"7,50"')), unknown_stock=2)

    assert Product.objects.get(sku="mug-r").inventory == 2


def test_variable_product_without_variations_becomes_single_product(write: Any) -> None:
    load(write("id,name,sku,type,status,price,regular_price\n1,Mug,mug,variable,publish,9.00,\n"))

    assert [(row.sku, row.unit_price, row.group) for row in Product.objects.all()] == [("mug", 9, None)]


def test_products_with_same_title_and_no_sku_stay_separate(write: Any) -> None:
    path = write("ID,Type,SKU,Name,Published,Regular price\n1,simple,,Mug,1,9\n2,simple,,Mug,1,8\n3,simple,,Mug,1,7\n")

    summary = load(path)

    assert sorted(Product.objects.values_list("title", "slug", "unit_price")) == [
        ("Mug", "mug", 9),
        ("Mug", "mug-2", 8),
        ("Mug", "mug-3", 7),
    ]
    assert summary.notes["products with the title of another one, told apart by their slugs"] == 2
    assert counts(load(path)) == (0, 0, 3, 0, 0)


def test_variable_products_with_same_title_become_separate_groups(write: Any) -> None:
    path = write(
        "ID,Type,SKU,Name,Published,Regular price,Parent,Attribute 1 name,Attribute 1 value(s)\n"
        "1,variable,,Mug,1,,,Colour,\n2,variable,,Mug,1,,,Size,\n"
        "3,variation,a,,1,9,id:1,Colour,Red\n4,variation,b,,1,9,id:1,Colour,Blue\n"
        "5,variation,c,,1,9,id:2,Size,S\n6,variation,d,,1,9,id:2,Size,M\n"
    )

    first, again = load(path), load(path)

    assert first.failures == again.failures == []
    assert [group.varies_by for group in ProductGroup.objects.order_by("pk")] == [["Colour"], ["Size"]]
    assert again.unchanged == 4


def test_group_image_of_first_variant_is_not_added_twice(tmp_path: Any) -> None:
    path = tmp_path / "images.csv"
    red, blue, both = (f"https://shop.example/{name}.png" for name in ("red", "blue", "a,b"))
    path.write_text(
        "ID,Type,SKU,Name,Published,Regular price,Images,Parent,Attribute 1 name,Attribute 1 value(s)\n"
        f'1,variable,tee,Tee,1,,"{red}, {blue}, {both}",,Colour,"Red, Blue"\n'
        f"2,variation,tee-red,Tee - Red,1,9.00,{red},tee,Colour,Red\n"
        f"3,variation,tee-blue,Tee - Blue,1,9.00,{blue},tee,Colour,Blue\n"
    )

    assert load(path).notes["images elsewhere, not fetched"] == 4  # red, blue and a,b of the first, blue of the second


@pytest.mark.database
def test_skipped_data_of_woocommerce_is_reported(write: Any) -> None:
    summary = load(write(WOOCOMMERCE))

    assert dict(summary.skipped) == {
        "parents of variants": 1,
        "grouped products": 1,
        "external products, which are sold elsewhere": 1,
    }
    assert summary.notes["in stock, the number is not given"] == 1
    assert Product.objects.get(sku="mug-r").description == "A mug\nfor tea"


@pytest.mark.database
def test_options_without_attributes_are_read_from_titles(write: Any) -> None:
    header, *rows = WOOCOMMERCE.splitlines()
    without_attributes = [header.partition(',"Attribute')[0], *(row.partition(",Colour,")[0] for row in rows[:3])]

    load(write("\n".join(without_attributes) + "\n"))

    assert {row.sku: row.options for row in Product.objects.all()} == {
        "mug-b": {"Variant": "Blue"},
        "mug-r": {"Variant": "Red"},
    }


@pytest.mark.database
def test_unknown_stock_option(write: Any) -> None:
    load(write(WOOCOMMERCE), unknown_stock=50)

    assert Product.objects.get(sku="mug-b").inventory == 50


@pytest.mark.database
def test_unknown_stock_is_not_updated(write: Any) -> None:
    path = write(WOOCOMMERCE)
    load(path)
    Product.objects.filter(sku="mug-b").update(inventory=9)

    load(path)

    assert Product.objects.get(sku="mug-b").inventory == 9
