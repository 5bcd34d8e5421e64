# ruff: noqa: E501 -- rows of files are as long as they are
"""Exports of each platform are imported with groups, variants, drafts, prices and stock."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from storefront_store_testapp.imports import counts, load

from storefront_store.interchange.services import PRESETS
from storefront_store.models import Product, ProductGroup

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def _euros(settings: Any) -> None:
    settings.STOREFRONT_STORE = {"MIN_PRICE": Decimal("0.01"), "CURRENCY": "EUR"}


def shop() -> list[tuple[Any, ...]]:
    """The imported products: SKU, title, price, stock, active, collection, group, options."""
    return [
        (
            row.sku,
            row.title,
            str(row.unit_price),
            row.inventory,
            row.is_active,
            row.collection.title,
            row.group and row.group.title,
            row.options,
        )
        for row in Product.objects.order_by("pk").select_related("collection", "group")
    ]


SHOPIFY = """Handle,Title,Body (HTML),Vendor,Type,Published,Option1 Name,Option1 Value,Variant SKU,\
Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Image Src,Status
mug,Mug,<p>A mug</p><p>for&nbsp;tea</p>,Acme,Kitchen,true,Colour,Red,'0017,shopify,5,9.00,https://x.example/1.jpg,active
mug,,,,,,,Blue,0018,shopify,-3,9.50,https://x.example/2.jpg,
mug,,,,,,,,,,,,https://x.example/3.jpg,
jug,Jug,,Acme,Kitchen,true,Title,Default Title,,shopify,4,20.00,,draft
pot,Pot,,Acme,Garden,false,Title,Default Title,P1,,0,7.00,,active
"""
SHOPIFY_EXPECTED = [
    ("0017", "Mug - Red", "9.00", 5, True, "Kitchen", "Mug", {"Colour": "Red"}),
    ("0018", "Mug - Blue", "9.50", 0, True, "Kitchen", "Mug", {"Colour": "Blue"}),
    (None, "Jug", "20.00", 4, False, "Kitchen", None, {}),
    ("P1", "Pot", "7.00", 0, False, "Garden", None, {}),
]
WOOCOMMERCE = """ID,Type,SKU,Name,Published,"Short description",Description,"In stock?",Stock,"Sale price",\
"Date sale price ends","Regular price",Categories,Images,Parent,"Attribute 1 name","Attribute 1 value(s)"
12,variation,mug-b,"Mug - Blue",1,,,1,,,,"9.00",,,id:10,Colour,Blue
10,variable,mug,Mug,1,,"<b>A mug</b>\\nfor tea",1,,,,,"Kitchen, Kitchen > Cups","https://x.example/a.jpg",,Colour,"Red, Blue"
11,variation,mug-r,"Mug - Red",1,,,1,5,7.50,,9.00,,https://x.example/r.jpg,mug,Colour,Red
13,simple,jug,Jug,-1,Short,,0,0,5,2001-01-01,12,"Kitchen",,,Colour,"Red, Blue"
14,"simple, virtual",pot,Pot,0,,Private,1,3,,,12,"Kitchen",,,,
15,grouped,set,Set,1,,Set,1,,,,,"Kitchen",,,,
16,external,far,Far,1,,Far,1,,,,3,"Kitchen",,,,
"""
WOOCOMMERCE_EXPECTED = [
    ("mug-b", "Mug - Blue", "9.00", 0, True, "Cups", "Mug", {"Colour": "Blue"}),
    ("mug-r", "Mug - Red", "7.50", 5, True, "Cups", "Mug", {"Colour": "Red"}),
    ("jug", "Jug", "12.00", 0, False, "Kitchen", None, {}),
    ("pot", "Pot", "12.00", 3, False, "Kitchen", None, {}),
]
GOOGLE = """id\ttitle\tdescription\tlink\timage_link\tprice\tsale_price\tavailability\tproduct_type\titem_group_id\tcolor\tsize
M1\tMug Red\tA mug\thttps://x.example/m\thttps://x.example/m.jpg\t9.00 EUR\t7.50 EUR\tin_stock\tHome > Cups\tM\tred\tlarge
M2\tMug Blue\tA mug\thttps://x.example/m\t\t9.00 EUR\t\tout of stock\tHome > Cups\tM\tblue\tlarge
J1\tJug\tA jug\thttps://x.example/j\t\tEUR 20.00\t\tin stock\tHome\t\t\t
D1\tDollar\tA dollar\thttps://x.example/d\t\t5.00 USD\t\tin stock\tHome\t\t\t
"""
GOOGLE_EXPECTED = [
    ("M1", "Mug Red", "7.50", 0, True, "Cups", "Mug", {"Color": "red"}),
    ("M2", "Mug Blue", "9.00", 0, True, "Cups", "Mug", {"Color": "blue"}),
    ("J1", "Jug", "20.00", 0, True, "Home", None, {}),
]
SPREE = """slug,sku,name,price,currency,status,inventory_count,category1,option1_name,option1_value
mug,MUG,Mug,9.00,EUR,active,0,Kitchen -> Cups,,
mug,MUG-R,,9.00,EUR,,5,,Color,Red
mug,MUG-B,,9.50,EUR,,3,,Color,Blue
jug,JUG,Jug,5,EUR,draft,1,Kitchen,,
"""
SPREE_EXPECTED = [
    ("MUG-R", "Mug - Red", "9.00", 5, True, "Cups", "Mug", {"Color": "Red"}),
    ("MUG-B", "Mug - Blue", "9.50", 3, True, "Cups", "Mug", {"Color": "Blue"}),
    ("JUG", "Jug", "5.00", 1, False, "Kitchen", None, {}),
]
ETSY = """TITLE,DESCRIPTION,PRICE,CURRENCY_CODE,QUANTITY,TAGS,MATERIALS,IMAGE1,IMAGE2,VARIATION 1 TYPE,\
VARIATION 1 NAME,VARIATION 1 VALUES,SKU
Mug,A mug &quot;x&quot;,9.00,EUR,5,tea,clay,https://x.example/1.jpg,https://x.example/2.jpg,Colour,Colour,"Red,Blue","A,B"
Jug,A jug,20.00,EUR,2,,,,,,,,J1
"""
ETSY_EXPECTED = [
    (None, "Mug", "9.00", 5, True, "Other", None, {}),
    ("J1", "Jug", "20.00", 2, True, "Other", None, {}),
]
PRESTASHOP = """Product ID;Active (0/1);Name *;Categories (x,y,z...);Price tax excluded;Tax rules ID;Reference #;\
Quantity;Unit price;Description;Image URLs (x,y,z...)
1;1;Mug;Home,Kitchen/Cups;9,00;1;MUG;5;100;<p>A mug</p>;https://x.example/1.jpg,https://x.example/2.jpg
2;0;Jug;Home,Kitchen;20.50;1;JUG;2;;;
"""
PRESTASHOP_EXPECTED = [
    ("MUG", "Mug", "9.00", 5, True, "Cups", None, {}),
    ("JUG", "Jug", "20.50", 2, False, "Kitchen", None, {}),
]
MAGENTO = """sku,store_view_code,attribute_set_code,product_type,categories,name,description,product_online,price,\
special_price,qty,url_key,configurable_variations,configurable_variation_labels
MUG-R,,Default,simple,,Mug-Red,,1,9.0000,,5.0000,mug-red,,
MUG-B,,Default,simple,,Mug-Blue,,1,9.5000,8.5000,3.0000,mug-blue,,
MUG,,Default,configurable,"Default Category/Kitchen,Default Category/Kitchen/Cups",Mug,<p>A mug</p>,1,,,0,mug,\
"sku=MUG-R,colour=Red|sku=MUG-B,colour=Blue",colour=Colour
MUG,de,Default,configurable,,Becher,,,,,,,,
JUG,,Default,simple,Default Category/Kitchen,Jug,,2,20.0000,,2.0000,jug,,
SET,,Default,bundle,Default Category/Kitchen,Set,,1,30,,1,set,,
"""
MAGENTO_EXPECTED = [
    ("MUG-R", "Mug-Red", "9.00", 5, True, "Cups", "Mug", {"Colour": "Red"}),
    ("MUG-B", "Mug-Blue", "8.50", 3, True, "Cups", "Mug", {"Colour": "Blue"}),
    ("JUG", "Jug", "20.00", 2, False, "Kitchen", None, {}),
]
WIX = """handleId,fieldType,name,description,productImageUrl,collection,sku,ribbon,price,surcharge,visible,\
discountMode,discountValue,inventory,productOptionName1,productOptionType1,productOptionDescription1
mug,Product,Mug,<p>A mug</p>,a.jpg;b.jpg,Kitchen;All,,,9.00,,true,PERCENT,0,InStock,Colour,COLOR,#ff0000:Red;#0000ff:Blue
mug,Variant,,,,,MUG-R,,,0.00,true,,,5,,,#ff0000:Red
mug,Variant,,,,,MUG-B,,,0.50,true,,,OutOfStock,,,#0000ff:Blue
jug,Product,Jug,,,Kitchen,J1,,20.00,,false,AMOUNT,2,4,,,
"""
WIX_EXPECTED = [
    ("MUG-R", "Mug - Red", "9.00", 5, True, "Kitchen", "Mug", {"Colour": "Red"}),
    ("MUG-B", "Mug - Blue", "9.50", 0, True, "Kitchen", "Mug", {"Colour": "Blue"}),
    ("J1", "Jug", "18.00", 4, False, "Kitchen", None, {}),
]
BIGCOMMERCE = """Item Type,Product ID,Product Name,Product Type,Product Code/SKU,Product Description,Price,Sale Price,\
Product Visible?,Track Inventory,Current Stock Level,Category,Product Image URL - 1
Product,77,Mug,P,MUG,<p>A mug</p>,9.00,0.00,Y,by option,0,Kitchen/Cups;All,https://x.example/1.jpg
  SKU,,"[RT]Colour=Red",,MUG-R,,,,,,5,,
  SKU,,"[RT]Colour=Blue",,MUG-B,,9.50,,,,3,,
  Rule,,,,MUG-R,,,,,,,,
Product,78,Jug,P,JUG,,20.00,18.00,N,by product,2,Kitchen,
"""
BIGCOMMERCE_EXPECTED = [
    ("MUG-R", "Mug - Red", "9.00", 5, True, "Cups", "Mug", {"Colour": "Red"}),
    ("MUG-B", "Mug - Blue", "9.50", 3, True, "Cups", "Mug", {"Colour": "Blue"}),
    ("JUG", "Jug", "18.00", 2, False, "Kitchen", None, {}),
]
SQUARESPACE = """Product ID [Non Editable],Variant ID [Non Editable],Product Type [Non Editable],Product Page,Product URL,\
Title,Description,SKU,Option Name 1,Option Value 1,Price,Sale Price,On Sale,Stock,Categories,Visible,Hosted Image URLs
p1,v1,PHYSICAL,shop,mug,Mug,<p>A mug</p>,MUG-R,Colour,Red,9.00,7.50,Yes,5,/kitchen/cups,Yes,https://x.example/1.jpg
,v2,,,,,,MUG-B,,Blue,9.50,0,No,Unlimited,,,
p2,v3,PHYSICAL,shop,jug,Jug,,JUG,,,20.00,0,No,2,/kitchen,No,
"""
SQUARESPACE_EXPECTED = [
    ("MUG-R", "Mug - Red", "7.50", 5, True, "cups", "Mug", {"Colour": "Red"}),
    ("MUG-B", "Mug - Blue", "9.50", 0, True, "cups", "Mug", {"Colour": "Blue"}),
    ("JUG", "Jug", "20.00", 2, False, "kitchen", None, {}),
]
SQUARE = """Token,Item Name,Variation Name,SKU,Description,Categories,Reporting Category,Price,Archived,\
Current Quantity Main,Current Quantity Annex
A,Mug,Red,MUG-R,A mug,"Kitchen > Cups (ABCDEFGHIJKL)",,9.00,N,5,1
B,Mug,Blue,MUG-B,A mug,"Kitchen > Cups (ABCDEFGHIJKL)",,9.50,N,3,
C,Jug,Regular,JUG,,Kitchen,,20.00,Y,2,
"""
SQUARE_EXPECTED = [
    ("MUG-R", "Mug - Red", "9.00", 6, True, "Cups", "Mug", {"Variation": "Red"}),
    ("MUG-B", "Mug - Blue", "9.50", 3, True, "Cups", "Mug", {"Variation": "Blue"}),
    ("JUG", "Jug", "20.00", 2, False, "Kitchen", None, {}),
]
VENDURE = """name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory
Mug,mug,A mug,a.jpg|b.jpg,category:Cups|brand:Acme,colour|size,red|L,MUG-R,9.00,standard,5,true
,,,,,,blue|L,MUG-B,9.50,standard,3,true
Jug,jug,,,category:Kitchen,,,JUG,20,standard,2,true
"""
VENDURE_EXPECTED = [
    ("MUG-R", "Mug - red / L", "9.00", 5, True, "Cups", "Mug", {"colour": "red", "size": "L"}),
    ("MUG-B", "Mug - blue / L", "9.50", 3, True, "Cups", "Mug", {"colour": "blue", "size": "L"}),
    ("JUG", "Jug", "20.00", 2, True, "Kitchen", None, {}),
]
MEDUSA = """Product Id;Product Handle;Product Title;Product Description;Product Status;Product Thumbnail;Product Type;\
Variant SKU;Variant Title;Variant Inventory Quantity;Variant Price EUR;Variant Price USD;Variant Option 1 Name;\
Variant Option 1 Value;Product Image 1 Url
1;mug;Mug;A mug;published;https://x.example/1.jpg;Kitchen;MUG-R;Red;5;9.00;10.00;Colour;Red;
1;mug;Mug;A mug;published;https://x.example/1.jpg;Kitchen;MUG-B;Blue;3;9.50;10.50;Colour;Blue;
2;jug;Jug;;draft;;Kitchen;JUG;One;2;20;22;;;
3;pot;Pot;;published;;Kitchen;POT;One;2;;22;;;
"""
MEDUSA_EXPECTED = [
    ("MUG-R", "Mug - Red", "9.00", 5, True, "Kitchen", "Mug", {"Colour": "Red"}),
    ("MUG-B", "Mug - Blue", "9.50", 3, True, "Kitchen", "Mug", {"Colour": "Blue"}),
    ("JUG", "Jug", "20.00", 2, False, "Kitchen", None, {}),
]
SALEOR = """id,name,description as str,category,product type,variant sku,colour (variant attribute),\
default-channel (channel price amount),default-channel (channel currency code),us (channel price amount),\
us (channel currency code),main (warehouse quantity),annex (warehouse quantity),default-channel (channel published)
UHJ,Mug,A mug,Cups,Crockery,MUG-R,Red,9.0,EUR,11,USD,5,1,True
UHJ,Mug,A mug,Cups,Crockery,MUG-B,Blue,9.5,EUR,12,USD,3,,True
UHK,Jug,,Kitchen,Crockery,JUG,,20.0,EUR,22,USD,2,,False
"""
SALEOR_EXPECTED = [
    ("MUG-R", "Mug - Red", "9.00", 6, True, "Cups", "Mug", {"Colour": "Red"}),
    ("MUG-B", "Mug - Blue", "9.50", 3, True, "Cups", "Mug", {"Colour": "Blue"}),
    ("JUG", "Jug", "20.00", 2, False, "Kitchen", None, {}),
]
FILES: dict[str, tuple[str, list[Any]]] = {
    "shopify": (SHOPIFY, SHOPIFY_EXPECTED),
    "woocommerce": (WOOCOMMERCE, WOOCOMMERCE_EXPECTED),
    "google": (GOOGLE, GOOGLE_EXPECTED),
    "spree": (SPREE, SPREE_EXPECTED),
    "etsy": (ETSY, ETSY_EXPECTED),
    "prestashop": (PRESTASHOP, PRESTASHOP_EXPECTED),
    "magento": (MAGENTO, MAGENTO_EXPECTED),
    "wix": (WIX, WIX_EXPECTED),
    "bigcommerce": (BIGCOMMERCE, BIGCOMMERCE_EXPECTED),
    "squarespace": (SQUARESPACE, SQUARESPACE_EXPECTED),
    "square": (SQUARE, SQUARE_EXPECTED),
    "vendure": (VENDURE, VENDURE_EXPECTED),
    "medusa": (MEDUSA, MEDUSA_EXPECTED),
    "saleor": (SALEOR, SALEOR_EXPECTED),
}


@pytest.mark.parametrize("name", FILES)
class TestPlatforms:
    def test_expected_products_are_imported(self, write: Any, name: str) -> None:
        content, expected = FILES[name]

        summary = load(write(content))

        assert summary.preset == PRESETS[name].label
        assert shop() == expected

    def test_second_import_changes_nothing(self, write: Any, name: str) -> None:
        path = write(FILES[name][0])
        load(path)
        groups = list(ProductGroup.objects.order_by("pk").values())

        again = load(path)

        assert (again.created, again.updated, again.unchanged) == (0, 0, len(FILES[name][1]))
        assert list(ProductGroup.objects.order_by("pk").values()) == groups

    def test_dry_run_has_same_counts_and_writes_nothing(self, write: Any, name: str) -> None:
        path = write(FILES[name][0])

        tried, done = load(path, dry_run=True), None
        assert not Product.objects.exists()
        assert not ProductGroup.objects.exists()
        done = load(path)

        assert counts(tried) == counts(done)


class TestDetails:
    def test_skipped_data_of_shopify_is_reported(self, write: Any) -> None:
        summary = load(write(SHOPIFY))

        assert dict(summary.skipped) == {"rows with images of the product above": 1}
        assert summary.failures == []
        assert summary.notes["images elsewhere, not fetched"] == 3
        assert summary.notes["stock below zero, taken as none"] == 1
        assert summary.notes["in stock, the number is not given"] == 1  # nobody tracks it
        assert Product.objects.get(sku="0017").description == "A mug\nfor tea"
        assert Product.objects.get(sku=None).slug == "jug"

    def test_skipped_data_of_woocommerce_is_reported(self, write: Any) -> None:
        summary = load(write(WOOCOMMERCE))

        assert dict(summary.skipped) == {
            "parents of variants": 1,
            "grouped products": 1,
            "external products, which are sold elsewhere": 1,
        }
        assert summary.notes["in stock, the number is not given"] == 1
        assert Product.objects.get(sku="mug-r").description == "A mug\nfor tea"

    def test_options_without_attributes_are_read_from_titles(self, write: Any) -> None:
        header, first, *_rest = WOOCOMMERCE.splitlines()[0].split(',"Attribute')[0], *WOOCOMMERCE.splitlines()[1:]
        rows = [line.rsplit(",Colour,", 1)[0] for line in (first, *_rest[:2])]

        load(write("\n".join([header, *rows]) + "\n"))

        assert {row.sku: row.options for row in Product.objects.all()} == {
            "mug-b": {"Variant": "Blue"},
            "mug-r": {"Variant": "Red"},
        }

    def test_price_in_another_currency_fails(self, write: Any) -> None:
        summary = load(write(GOOGLE))

        assert summary.failures == [
            ("row 4 (line 5)", "unit_price: '5.00 USD' is not in EUR; choose a currency with --currency")
        ]

    def test_currency_option(self, write: Any) -> None:
        load(write(MEDUSA), currency="USD")

        assert Product.objects.get(sku="POT").unit_price == 22

    def test_currency_is_read_from_header_of_price(self, write: Any) -> None:
        file = write("""Category,Item Name,Variation Name,Price (EUR),Item ID,Variation ID,Description
Vases,Vase,Regular,€95.00,BMM4,LVRT,A vase
Cards,Card,Small,€4.00,GV5O,6Y6A,A card
Cards,Card,Large,€5.00,GV5O,6Y6B,A card
""")

        told, other = load(file), load(file, currency="CAD")

        assert [(row[1], row[2], row[5]) for row in shop()] == [
            ("Vase", "95.00", "Vases"),
            ("Card - Small", "4.00", "Cards"),
            ("Card - Large", "5.00", "Cards"),
        ]
        assert (told.preset, dict(other.skipped)) == ("Square item library", {"priced in EUR": 3})

    def test_translated_headers_of_etsy(self, write: Any) -> None:
        load(
            write("""TITOLO,DESCRIZIONE,PREZZO,CURRENCY_CODE,QUANTITÀ,TAG,IMMAGINE1,IMMAGINE2,"VALORI VARIANTE 1",SKU
Vaso,Un vaso,46,EUR,1,a,https://x.example/1.jpg,https://x.example/2.jpg,,32
""")
        )

        assert [row[:4] for row in shop()] == [("32", "Vaso", "46.00", 1)]

    def test_unknown_stock_option(self, write: Any) -> None:
        load(write(WOOCOMMERCE), unknown_stock=50)

        assert Product.objects.get(sku="mug-b").inventory == 50

    def test_unknown_stock_is_not_updated(self, write: Any) -> None:
        path = write(WOOCOMMERCE)
        load(path)
        Product.objects.filter(sku="mug-b").update(inventory=9)

        load(path)

        assert Product.objects.get(sku="mug-b").inventory == 9

    def test_duplicate_sku_of_shopify_is_dropped(self, write: Any) -> None:
        summary = load(write(SHOPIFY.replace("0018", "'0017")))

        assert summary.failed == 0
        assert summary.notes["SKUs that another row has already, left out"] == 1
        assert Product.objects.get(slug="mug-blue").sku is None

    def test_duplicate_options_in_group_fail(self, write: Any) -> None:
        summary = load(write(SHOPIFY.replace(",Blue,", ",red,")))

        assert summary.failures == [
            ("row 2 (line 3)", "options: Colour red: row 1 (line 2) has the same ones in its group")
        ]

    def test_group_with_other_option_names_is_unchanged(self, write: Any) -> None:
        load(write(SHOPIFY))

        summary = load(write(SHOPIFY.replace("Colour", "Glaze")))

        assert [place for place, _reason in summary.failures] == ["row 1 (line 2)", "row 2 (line 3)"]
        assert "the group 'Mug' varies by Colour, and not by Glaze" in summary.failures[0][1]
        assert Product.objects.get(sku="0017").options == {"Colour": "Red"}

    def test_atom_feed(self, write: Any) -> None:
        pytest.importorskip("defusedxml")
        feed = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>
<entry><g:id>M1</g:id><title>Mug</title><g:price>9.00 EUR</g:price><link href="https://x.example/m"/>
<g:availability>in_stock</g:availability><g:product_type>Home &gt; Cups</g:product_type>
<g:additional_image_link>https://x.example/1.jpg</g:additional_image_link>
<g:additional_image_link>https://x.example/2.jpg</g:additional_image_link></entry></feed>"""

        summary = load(write(feed.encode(), "feed.xml"))

        assert summary.preset == "Google Merchant feed"
        assert shop() == [("M1", "Mug", "9.00", 0, True, "Cups", None, {})]
        assert summary.notes["images elsewhere, not fetched"] == 2

    def test_shopify_products_json(self, write: Any) -> None:
        variant = {"sku": "MUG-R", "price": "9.00", "option1": "Red", "available": True, "inventory_quantity": 5}
        mug = {
            "id": 1,
            "title": "Mug",
            "handle": "mug",
            "body_html": "<p>A mug</p>",
            "product_type": "Kitchen",
            "published_at": "2024-01-01",
            "options": [{"name": "Colour"}],
            "images": [{"src": "https://x.example/1.jpg"}],
            "variants": [variant, variant | {"sku": "MUG-B", "option1": "Blue", "available": False}],
        }
        jug = mug | {"handle": "jug", "title": "Jug", "published_at": None, "images": []}
        jug["variants"] = [{"sku": "J1", "price": "20.00", "option1": "Default Title", "available": False}]

        summary = load(write({"products": [mug, jug]}))

        assert summary.preset == "Shopify products.json"
        assert shop() == [
            ("MUG-R", "Mug - Red", "9.00", 5, True, "Kitchen", "Mug", {"Colour": "Red"}),
            ("MUG-B", "Mug - Blue", "9.00", 5, True, "Kitchen", "Mug", {"Colour": "Blue"}),
            ("J1", "Jug", "20.00", 0, False, "Kitchen", None, {}),
        ]
        assert summary.notes["images elsewhere, not fetched"] == 1
