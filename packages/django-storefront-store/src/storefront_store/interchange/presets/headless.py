"""Presets for headless platforms: Vendure, Medusa and Saleor."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storefront_store.interchange.errors import SkipRow
from storefront_store.interchange.presets.base import Context, Found, Preset, canonical, marks, texts, word
from storefront_store.interchange.values import number


def _vendure_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield the products of a row; the first row of a product is a variant as well, and has the texts of all."""
    if found.get("title"):
        found["group"] = found.get("slug") or found["title"]
    for name in ("option_names", "option_values"):
        cells = texts(found, name)
        found[name] = [(name, part.strip()) for part in cells[0].split("|")] if cells else []
    facets = dict(
        facet.split(":", 1)[::-1][::-1] for facet in str(found.get("collection") or "").split("|") if ":" in facet
    )
    found["collection"] = {name.strip().casefold(): value for name, value in facets.items()}.get("category")
    if word(found, "tracking") == "false" and str(found.get("inventory") or "0") == "0":
        found["inventory"] = "unlimited"
    yield found


VENDURE: Final = Preset(
    name="vendure",
    label=gettext_lazy("Vendure products"),
    columns={
        "title": ("name", "name:en"),
        "slug": ("slug", "slug:en"),
        "description": ("description", "description:en"),
        "sku": ("sku",),
        "unit_price": ("price",),
        "inventory": ("stockonhand",),
        "tracking": ("trackinventory",),
        "collection": ("facets", "facets:en"),
        "images": ("assets",),
    },
    many={
        "status": ("enabled",),
        "option_names": ("optiongroups", "optiongroups:en"),
        "option_values": ("optionvalues", "optionvalues:en"),
    },
    marks=marks("name slug optiongroups optionvalues price", "name:en slug:en optiongroups:en optionvalues:en price"),
    rows=_vendure_rows,
    grouped=True,
    carries=True,
    image_lists=r"\s*\|\s*",
    html=True,
    slugs_identify=True,
)

PRICE: Final = re.compile(r"(?:variant_)?price_(?:.*\[)?([a-z]{3})\]?")


def _medusa_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield a variant, which has prices in several currencies."""
    found["group"] = found.get("slug") or found.get("title")
    prices: dict[str, Any] = {}
    for column, value in found.pop("prices", ()):
        match = PRICE.fullmatch(canonical(column))
        if match and value not in (None, ""):
            prices.setdefault(match[1].upper(), value)
    if prices and context.currency not in prices:
        raise SkipRow(_("priced in %(currency)s") % {"currency": ", ".join(sorted(prices))[:40]})
    found["unit_price"] = prices.get(context.currency)
    found["images"] = [*texts(found, "image_columns")]
    found["collection"] = next(iter(texts(found, "categories")), found.get("collection"))
    yield found


MEDUSA: Final = Preset(
    name="medusa",
    label=gettext_lazy("Medusa product export"),
    columns={
        "title": ("product_title",),
        "slug": ("product_handle",),
        "description": ("product_description",),
        "sku": ("variant_sku",),
        "inventory": ("variant_inventory_quantity",),
        "collection": ("product_collection_title", "product_type"),
    },
    many={
        "status": ("product_status",),
        "prices": (r"(?:variant_)?price_.+",),
        "categories": (r"product_category_\d+_name", r"product_category_\d+"),
        "option_names": (r"(?:variant_)?option_\d+_name",),
        "option_values": (r"(?:variant_)?option_\d+_value",),
        "image_columns": ("product_thumbnail", r"(?:product_)?image_\d+(?:_url)?"),
    },
    marks=marks("product_handle product_title variant_sku", "product_handle product_title variant_title"),
    rows=_medusa_rows,
    grouped=True,
    path=">",
    html=True,
    lenient_stock=True,
    slugs_identify=True,
)

ATTRIBUTE: Final = re.compile(r"(.+?)[\s_]\(variant attribute\)", re.IGNORECASE)


def _saleor_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield a variant, which has the texts of its product."""
    found["group"] = found.get("own_id") or found.get("title")
    attributes = [(ATTRIBUTE.sub(r"\1", column).capitalize(), value) for column, value in found.pop("attributes", ())]
    given = [(name, value) for name, value in attributes if value not in (None, "")]
    found["option_names"] = [(name, name) for name, _value in given]
    found["option_values"] = given
    quantities = texts(found, "stocks")
    if quantities:
        found["inventory"] = sum((number(quantity, context.decimal) for quantity in quantities), number(0))
    currencies, prices = texts(found, "currencies"), texts(found, "prices")
    for index, price in enumerate(prices):
        currency = currencies[index].upper() if index < len(currencies) else context.currency
        if currency == context.currency:
            found["unit_price"] = price
            break
    else:
        if prices:
            raise SkipRow(_("priced in %(currency)s") % {"currency": ", ".join(sorted(set(currencies)))[:40]})
    found["description"] = _plain(found.get("description"))
    yield found


def _plain(description: Any) -> Any:
    """Return the plain text of a rich text, which is stored as the blocks of an editor."""
    if not isinstance(description, str) or not description.lstrip().startswith("{"):
        return description
    try:
        blocks = json.loads(description).get("blocks", [])
        return "\n".join(str(block["data"].get("text", "")) for block in blocks)
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return description


SALEOR: Final = Preset(
    name="saleor",
    label=gettext_lazy("Saleor product export"),
    columns={
        "own_id": ("id",),
        "title": ("name",),
        "slug": ("slug",),
        "description": ("description_as_str", "description"),
        "sku": ("variant_sku",),
        "collection": ("category",),
        "images": ("product_media", "media"),
        "unit_price": ("price",),
    },
    many={
        "status": (r".+_\(channel_published\)", r".+_\(channel_visible_in_listings\)"),
        "prices": (r".+_\(channel_price_amount\)",),
        "currencies": (r".+_\(channel_(?:variant_)?currency_code\)",),
        "stocks": (r".+_\(warehouse_quantity\)",),
        "attributes": (r".+_\(variant_attribute\)",),
    },
    marks=marks("name category variant_sku"),
    rows=_saleor_rows,
    grouped=True,
    declares_options=False,
    path="[/>]",
    image_lists=r",\s*(?=https?:)",
    html=True,
)
