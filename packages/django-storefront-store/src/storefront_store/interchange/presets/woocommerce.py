"""Preset for the product export of WooCommerce."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from storefront_store import moments
from storefront_store.interchange.entries import Role
from storefront_store.interchange.errors import BadRow, SkipRow
from storefront_store.interchange.presets.base import Context, Found, Preset, marks, word
from storefront_store.interchange.values import day

PARENT_ID: Final = re.compile(r"id:\s*(\d+)")


def _rows(found: Found, context: Context) -> Iterator[Found]:
    kinds = {kind.strip() for kind in word(found, "kind").split(",")}
    if "grouped" in kinds:
        raise SkipRow("grouped products")
    if "external" in kinds:
        raise SkipRow("external products, which are sold elsewhere")
    if "variable" in kinds:
        found["role"] = Role.PARENT
        found["group"] = f"id:{found['own_id']}" if found.get("own_id") else found.get("sku")
        found["aliases"] = tuple(filter(None, (found.get("sku"),)))
        found["unit_price"] = found["inventory"] = None
        found["option_names"] = found["option_values"] = []
    elif kinds & {"variation"}:
        parent = str(found.get("parent") or "").strip()
        match = PARENT_ID.fullmatch(parent)
        found["group"] = f"id:{match[1]}" if match else parent or None
        found["orphan"] = f"the product {parent!r}, the parent of this variation, is not in the file"
    else:
        found["option_names"] = found["option_values"] = []  # attributes of a simple product, which are not options
    published = word(found, "published")
    if published in ("0", "-1"):  # private or draft
        found["status"] = [("Published", "private")]
    _set_stock(found)
    _set_price(found)
    for name in ("description", "short_description"):
        if isinstance(found.get(name), str):
            found[name] = found[name].replace("\\n", "\n")
    found["description"] = found.get("description") or found.pop("short_description", None)
    yield found


def _set_stock(found: Found) -> None:
    if found.get("inventory") in (None, "") and found.get("role") is not Role.PARENT:
        found["inventory"] = 0 if word(found, "in_stock") in ("0", "no") else "unlimited"


def _set_price(found: Found) -> None:
    """Use the sale price during the sale."""
    if found.get("sale_price") in (None, "") or not _is_on_sale(found):
        return
    found["unit_price"] = found["sale_price"]


def _is_on_sale(found: Found) -> bool:
    today = moments.today()
    starts, ends = (_day(found.get(name)) for name in ("sale_starts", "sale_ends"))
    return (starts is None or starts <= today) and (ends is None or today <= ends)


def _day(value: object) -> date | None:
    try:
        return day(str(value).strip()[:10]) if value else None
    except BadRow:
        return None


WOOCOMMERCE: Final = Preset(
    name="woocommerce",
    label="WooCommerce product export",
    columns={
        "own_id": ("id",),
        "kind": ("type",),
        "title": ("name",),
        "sku": ("sku",),
        "description": ("description",),
        "short_description": ("short_description",),
        "published": ("published",),
        "unit_price": ("regular_price",),
        "sale_price": ("sale_price",),
        "sale_starts": ("date_sale_price_starts",),
        "sale_ends": ("date_sale_price_ends",),
        "inventory": ("stock",),
        "in_stock": ("in_stock?",),
        "collection": ("categories",),
        "images": ("images",),
        "parent": ("parent",),
    },
    many={
        "option_names": (r"attribute_\d+_name",),
        "option_values": (r"attribute_\d+_value\(s\)",),
    },
    marks=marks("type sku name published regular_price", "id type name regular_price"),
    rows=_rows,
    grouped=True,
    path=">",
    lists=r"(?<!\\),\s*",
    image_lists=r",\s+(?=https?:|/|[\w-]+\.)",
    html=True,
    lenient_stock=True,
)
