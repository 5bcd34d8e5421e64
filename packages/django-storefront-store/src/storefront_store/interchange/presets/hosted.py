"""Presets for hosted platforms: Wix, BigCommerce and Squarespace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storefront_store.interchange.entries import Role
from storefront_store.interchange.errors import SkipRow
from storefront_store.interchange.presets.base import Context, Found, Preset, marks, texts, word
from storefront_store.interchange.values import cents, number

COLOUR: Final = re.compile(r"#[0-9a-fA-F]{3,8}:(.+)")


def _wix_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield a product or variant; the price of a variant is a surcharge on that of its product."""
    kind = word(found, "kind")
    found["group"] = found.get("slug")
    found["option_values"] = [
        (column, match[1] if isinstance(value, str) and (match := COLOUR.fullmatch(value.strip())) else value)
        for column, value in found.get("option_values", ())
    ]
    if kind == "media":
        found["role"] = Role.IMAGES
    elif kind == "variant":
        found["surcharge"] = found.pop("surcharge", None)
    else:
        found["role"] = Role.PARENT
        found.pop("surcharge", None)
        found["option_values"] = []
        _take_discount(found, context)
    if kind == "variant" and found.get("unit_price") in (None, "", 0, "0", "0.0", "0.00"):
        found["unit_price"] = None
    yield found


def _take_discount(found: Found, context: Context) -> None:
    value = found.get("discount")
    if value in (None, "") or found.get("unit_price") in (None, ""):
        return
    price, discount = number(found["unit_price"], context.decimal), number(value, context.decimal)
    off = price * discount / 100 if word(found, "discount_mode") == "percent" else discount
    if Decimal(0) < off < price:
        found["unit_price"] = cents(round(price - off, 2))


WIX: Final = Preset(
    name="wix",
    label=gettext_lazy("Wix Stores"),
    columns={
        "slug": ("handleid", "handle"),
        "kind": ("fieldtype",),
        "title": ("name",),
        "description": ("description", "plaindescription"),
        "images": ("productimageurl", "media"),
        "collection": ("collection", "categories"),
        "sku": ("sku",),
        "unit_price": ("price",),
        "surcharge": ("surcharge",),
        "discount_mode": ("discountmode",),
        "discount": ("discountvalue",),
        "inventory": ("inventory",),
    },
    many={
        "status": ("visible",),
        "option_names": (r"productoptionname\d?(?:\[\d\])?",),
        "option_values": (r"productoptiondescription\d?", r"productoptionchoices\d?(?:\[\d\])?"),
    },
    marks=marks("handleid fieldtype name price", "handle fieldtype name price"),
    rows=_wix_rows,
    grouped=True,
    lists=r"\s*;\s*",
    image_lists=r"\s*;\s*",
    image_base="https://static.wixstatic.com/media/",
    html=True,
    lenient_stock=True,
    slugs_identify=True,
)

OPTION_V2: Final = re.compile(r"\[\w+\]([^=,]+)=([^,]*)")
OPTION_V3: Final = re.compile(r"Name=([^|]+)\|Value=(.*?)(?=;?\s*Type=|[|\n]|$)")
CATEGORY_PATH: Final = re.compile(r"Category Path:\s*([^,|;]+)")


def _bigcommerce_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield a product or one of the variants and images that follow it; price rules are skipped."""
    kind = word(found, "kind")
    if kind == "rule":
        raise SkipRow(_("price rules"))
    if kind == "image":
        found["role"] = Role.IMAGES
    elif kind in ("sku", "variant"):
        told = str(found.get("option_text") or "") or str(found.get("title") or "")
        options = OPTION_V2.findall(told) or OPTION_V3.findall(told)
        found["option_names"] = [("Options", name.strip()) for name, _value in options]
        found["option_values"] = [("Options", value.strip()) for _name, value in options]
        found["title"] = found["description"] = found["collection"] = None
        found["status"] = []
    else:
        found["role"] = Role.PARENT
        found["group"] = str(found.get("own_id") or found.get("sku") or found.get("title") or "")
    if word(found, "tracking") in ("none", "no") and str(found.get("inventory") or "0") == "0":
        found["inventory"] = "unlimited"
    if found.get("sale_price") not in (None, "", "0", "0.00", "0.0000", 0) and kind not in ("sku", "variant"):
        found["unit_price"] = found["sale_price"]
    if str(found.get("unit_price")) in ("0", "0.00", "0.0000") and kind in ("sku", "variant"):
        found["unit_price"] = None
    if isinstance(found.get("collection"), str) and (match := CATEGORY_PATH.search(found["collection"])):
        found["collection"] = match[1]
    found["images"] = "\n".join(texts(found, "image_columns")) or None
    yield found


BIGCOMMERCE: Final = Preset(
    name="bigcommerce",
    label=gettext_lazy("BigCommerce product export"),
    columns={
        "kind": ("item_type", "item"),
        "own_id": ("product_id", "id"),
        "title": ("product_name", "name"),
        "sku": ("product_code/sku", "sku"),
        "option_text": ("options",),
        "description": ("product_description", "description"),
        "unit_price": ("price", "default_price"),
        "sale_price": ("sale_price",),
        "inventory": ("current_stock_level", "current_stock"),
        "tracking": ("track_inventory", "inventory_tracking"),
        "collection": ("category", "category_details", "category_string"),
    },
    many={
        "status": (r"product_visible\?", "is_visible", r"allow_purchases\?", "product_availability", "availability"),
        "image_columns": (
            r"product_image_(?:file|url)_*\d+",
            r"image_url_\(import\)",
            r"internal_image_url_\(export\)",
        ),
    },
    marks=marks(
        "item_type product_name price", "item name sku options price", "product_id product_code/sku product_name"
    ),
    rows=_bigcommerce_rows,
    grouped=True,
    carries=True,
    path="/",
    lists=r"\s*;\s*",
    html=True,
    lenient_stock=True,
    rounds=True,
)


def _squarespace_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield the products of a row; the first row of a product is a variant as well, and has the texts of all."""
    found["group"] = found.get("own_id") or found.get("slug")
    if word(found, "on_sale") in ("yes", "true", "1") and found.get("sale_price") not in (None, ""):
        found["unit_price"] = found["sale_price"]
    if found.get("title") in (None, "") and not found["group"]:
        found["status"] = []
    yield found


SQUARESPACE: Final = Preset(
    name="squarespace",
    label=gettext_lazy("Squarespace products"),
    columns={
        "own_id": ("product_id",),
        "title": ("title",),
        "slug": ("product_url",),
        "description": ("description",),
        "sku": ("sku",),
        "unit_price": ("price",),
        "sale_price": ("sale_price",),
        "on_sale": ("on_sale",),
        "inventory": ("stock",),
        "collection": ("categories",),
        "images": ("hosted_image_urls",),
    },
    many={
        "status": ("visible",),
        "option_names": (r"option_name_\d",),
        "option_values": (r"option_value_\d",),
    },
    marks=marks("title option_name_1 option_value_1 price stock on_sale", "product_page product_url title price"),
    rows=_squarespace_rows,
    grouped=True,
    carries=True,
    path="/",
    lists=r",\s*",
    image_lists=r"\s+",
    html=True,
    slugs_identify=True,
)
