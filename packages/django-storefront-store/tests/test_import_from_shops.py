"""Details of exports as real shops have them: files of tills, of plugins, and feeds with unusual groups."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from storefront_store_testapp.imports import counts, load, run

from storefront_store.interchange.errors import UnreadableFile
from storefront_store.models import Product, ProductGroup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("euros")]


def test_lightspeed_variants_have_the_stock_of_all_outlets(write: Any) -> None:
    path = write(
        "id,handle,sku,composite_sku,name,description,product_category,variant_option_one_name,"
        "variant_option_one_value,retail_price,active,active_online,track_inventory,inventory_Main,inventory_Harbour\n"
        "a1,tonic,T4,,Tonic,<p>Bitter</p>,Drinks / Soft Drinks,Pack,Four,25.00,1,1,1,39,14\n"
        "a2,tonic,T1,,Tonic,<p>Bitter</p>,Drinks / Soft Drinks,Pack,Single,8.00,1,1,1,3,-1\n"
        "a3,spoon,S1,,Spoon,,,,,12.50,1,0,0,0,0\n"
    )

    summary = load(path)

    assert summary.preset == "Lightspeed product export"
    assert counts(summary) == (3, 0, 0, 0, 0)
    assert ProductGroup.objects.get().title == "Tonic"
    assert [
        (row.title, row.sku, str(row.unit_price), row.inventory, row.is_active, row.collection.title, row.options)
        for row in Product.objects.order_by("pk").select_related("collection")
    ] == [
        ("Tonic - Four", "T4", "25.00", 53, True, "Soft Drinks", {"Pack": "Four"}),
        ("Tonic - Single", "T1", "8.00", 2, True, "Soft Drinks", {"Pack": "Single"}),
        ("Spoon", "S1", "12.50", 0, False, "Other", {}),
    ]
    assert summary.notes["in stock, the number is not given"] == 1


def test_woocommerce_columns_of_the_api_are_separated_by_semicolons(write: Any) -> None:
    path = write(
        "id,name,sku,type,status,price,regular_price,sale_price,stock_quantity,all_images,categories\n"
        '1,Cup,C1,simple,publish,9.50,,,4,"https://x.example/a.jpg; https://x.example/b.jpg","Cups; New"\n'
    )

    summary = load(path)

    product = Product.objects.select_related("collection").get()
    assert (product.unit_price, product.inventory, product.collection.title) == (Decimal("9.50"), 4, "Cups")
    assert summary.notes["images elsewhere, not fetched"] == 2


def test_magento_images_beside_the_base_image_are_taken(write: Any) -> None:
    path = write(
        "sku,product_type,categories,name,price,qty,base_image,additional_images\n"
        'A,simple,Default Category/Cups,Cup,9.00,2,https://x.example/a.jpg,"https://x.example/a.jpg,https://x.example/b.jpg"\n'
        "B,simple,Default Category/Cups,Mug,9.00,2,,\n"
    )

    assert load(path).notes["images elsewhere, not fetched"] == 2


def test_products_of_a_feed_with_nothing_in_common_are_no_group(write: Any) -> None:
    path = write(
        "id\ttitle\tlink\timage_link\tprice\tavailability\titem_group_id\tcolor\n"
        "1\tArgan oil\thttps://x.example/1\thttps://x.example/1.jpg\t9.00 EUR\tin stock\toils\t\n"
        "2\tPalm oil\thttps://x.example/2\thttps://x.example/2.jpg\t8.00 EUR\tin stock\toils\t\n"
        "3\tCup, red\thttps://x.example/3\thttps://x.example/3.jpg\t7.00 EUR\tin stock\tcup\t\n"
        "4\tCup, blue\thttps://x.example/4\thttps://x.example/4.jpg\t7.00 EUR\tin stock\tcup\t\n"
        "5\tScarf\thttps://x.example/5\thttps://x.example/5.jpg\t7.00 EUR\tin stock\tscarf\tred\n"
        "6\tShawl\thttps://x.example/6\thttps://x.example/6.jpg\t7.00 EUR\tin stock\tscarf\tblue\n"
    )

    load(path)

    assert sorted(ProductGroup.objects.values_list("title", flat=True)) == ["Cup", "Scarf"]
    assert sorted(Product.objects.filter(group=None).values_list("title", flat=True)) == ["Argan oil", "Palm oil"]


def test_a_dry_run_tells_which_new_products_are_inactive(write: Any) -> None:
    summary = load(write("sku,title,price,stock,published\nA,Cup,9.00,2,false\nB,Mug,9.00,2,true\n"), dry_run=True)

    assert [row.detail for row in summary.rows] == ["9.00, 2 in stock; inactive", "9.00, 2 in stock"]
    assert summary.notes["new products that are inactive"] == 1


def test_the_command_keeps_only_the_statements_of_the_last_batch_in_memory(write: Any, settings: Any) -> None:
    settings.DEBUG = True
    path = write("sku,title,price\n" + "".join(f"A{number},Cup {number},9.00\n" for number in range(1_001)))

    run(path)

    table = connection.ops.quote_name(Product._meta.db_table)
    assert Product.objects.count() == 1_001
    assert sum(f"INSERT INTO {table} " in statement["sql"] for statement in connection.queries) == 1


def test_a_row_with_too_many_columns_is_named(write: Any) -> None:
    cells = ",x" * 2_000

    with pytest.raises(UnreadableFile, match=r"Row 3 has 2,003 columns; at most 2,000 can be read\."):
        load(write(f"sku,title,price\nA,Cup,9.00\nB,Mug,9.00{cells}\n"))
