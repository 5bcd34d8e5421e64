"""Preset for product feeds for Google Merchant Center and Meta: TSV, CSV and XML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext_lazy

from storefront_store.interchange.entries import Role
from storefront_store.interchange.presets.base import Context, Found, Preset, marks, word

IN_STOCK: Final = frozenset({"in_stock", "in stock", "instock", "preorder", "backorder", "available for order"})


def _rows(found: Found, context: Context) -> Iterator[Found]:
    for name in GOOGLE.columns.keys() - {"images", "more_images"}:
        if isinstance(found.get(name), list):  # a repeated element
            found[name] = next((item for item in found[name] if item), None)
    found["images"] = [*_list(found.get("images")), *_list(found.pop("more_images", None))]
    if found.get("sale_price") not in (None, ""):
        found["unit_price"] = found["sale_price"]
    availability = word(found, "availability").replace("-", " ")
    if found.get("inventory") in (None, "") and availability:
        found["inventory"] = "unlimited" if availability in IN_STOCK else 0
    if found.get("group"):
        found["role"] = Role.PRODUCT
        found["option_names"] = [
            (column, column.replace("_", " ").capitalize()) for column, _value in found["attributes"]
        ]
        found["option_values"] = found["attributes"]
    yield found


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return (
        []
        if value in (None, "")
        else [part.strip() for part in str(value).split(",http")][:1]
        + [f"http{part}" for part in str(value).split(",http")[1:]]
    )


GOOGLE: Final = Preset(
    name="google",
    label=gettext_lazy("Google Merchant feed"),
    columns={
        "id": ("id",),
        "title": ("title",),
        "description": ("description", "summary"),
        "unit_price": ("price",),
        "sale_price": ("sale_price",),
        "inventory": ("quantity", "quantity_to_sell_on_facebook", "sell_on_google_quantity", "inventory"),
        "availability": ("availability",),
        "collection": ("product_type", "google_product_category", "fb_product_category"),
        "images": ("image_link",),
        "more_images": ("additional_image_link",),
        "group": ("item_group_id",),
        "group_title": ("item_group_title",),
    },
    many={
        "attributes": ("color", "size", "pattern", "material", "gender", "age_group", "size_type"),
        "status": ("status",),
    },
    marks=marks(
        "id title link price availability", "id title image_link price", "id title price availability condition"
    ),
    rows=_rows,
    grouped=True,
    declares_options=False,
    path=">",
    html=True,
)
