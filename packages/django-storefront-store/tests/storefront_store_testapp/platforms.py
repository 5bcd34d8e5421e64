# ruff: noqa: E501 -- rows of files are as long as they are
"""Files as each platform exports them, and the products that an import makes of them."""

from __future__ import annotations

from typing import Any

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
# Name of the preset -> the file, and the rows that `imported_products` returns after it is imported.
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
