"""Presets for marketplaces and tills: Etsy, Square and Lightspeed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy, gettext_noop

from storefront_store.interchange.presets.base import Context, Found, Preset, marks, texts, word
from storefront_store.interchange.values import number

IN_ONE_ROW: Final = gettext_noop("listings with variations in one row, imported as one product")
ONLY_VARIATION: Final = frozenset({"", "regular", "default"})
CATEGORY_ID: Final = re.compile(r"\s*\([A-Z0-9]{10,}\)")


def _etsy_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield one product, because all variations share one row, price and stock."""
    if texts(found, "attributes"):
        found["notes"] = (IN_ONE_ROW,)
    if "," in str(found.get("sku") or ""):
        found["sku"] = None
    found["images"] = "\n".join(texts(found, "image_columns"))
    yield found


ETSY: Final = Preset(
    name="etsy",
    label=gettext_lazy("Etsy listings"),
    columns={
        # Etsy writes the headers in the language of the seller.
        "title": ("title", "titel", "titre", "título", "titolo"),
        "sku": ("sku",),
        "description": ("description", "beschreibung", "descripción", "descrizione"),
        "unit_price": ("price", "preis", "prix", "precio", "prezzo"),
        "currency": ("currency_code", "currency"),
        "inventory": ("quantity", "anzahl", "menge", "quantité", "cantidad", "quantità"),
        "collection": ("section", "category"),
    },
    many={
        "attributes": (r"variation_\d_values?", r"valori_variante_\d", r"variante_\d_werte", r"valeurs_variation_\d"),
        "image_columns": (r"(?:image|bild|imagen|immagine)_?\d+",),
        "status": ("status", "state"),
    },
    marks=marks(
        "title description price currency_code quantity",
        "title description price quantity materials image1",
        "titel beschreibung preis currency_code",
        "titre description prix currency_code",
        "título precio currency_code",
        "titolo descrizione prezzo currency_code",
    ),
    rows=_etsy_rows,
)


def _square_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield a variant; rows of one item have the same name."""
    found["group"] = found.get("handle") or found.get("title")
    if not texts(found, "option_values"):
        variation = str(found.get("variation") or "").strip()
        if variation.casefold() not in ONLY_VARIATION:
            found["option_names"] = [("Variation Name", "Variation")]
            found["option_values"] = [("Variation Name", variation)]
    _add_stocks(found, context)
    archived = str(found.pop("archived", None) or "").strip().casefold()
    if archived in ("y", "yes", "true"):
        found["status"] = [*found.get("status", ()), ("Archived", "archived")]
    if isinstance(found.get("collection"), str):
        found["collection"] = CATEGORY_ID.sub("", found["collection"])
    yield found


def _add_stocks(found: Found, context: Context) -> None:
    """Set the stock to the sum over all locations, if the file has any."""
    quantities = texts(found, "stocks")
    if quantities:
        found["inventory"] = sum((number(quantity, context.decimal) for quantity in quantities), number(0))


SQUARE: Final = Preset(
    name="square",
    label=gettext_lazy("Square item library"),
    columns={
        "title": ("item_name", "customer_facing_name"),
        "handle": ("reference_handle",),
        "variation": ("variation_name",),
        "sku": ("sku",),
        "description": ("description",),
        "unit_price": ("price",),
        "collection": ("categories", "reporting_category", "category"),
        "archived": ("archived",),
    },
    many={
        "stocks": (r"current_quantity_.+",),
        "option_names": (r"option_name_\d",),
        "option_values": (r"option_value_\d",),
        "status": ("square_online_item_visibility", "sellable"),
    },
    marks=marks("item_name variation_name price"),
    rows=_square_rows,
    grouped=True,
    path=">",
    lists=r",\s*",
    lenient_stock=True,
)


def _lightspeed_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield a variant; rows of one product have the same handle."""
    found["group"] = found.get("slug") or found.get("title")
    _add_stocks(found, context)
    if word(found, "tracking") == "0":
        found["inventory"] = "unlimited"
    yield found


LIGHTSPEED: Final = Preset(
    name="lightspeed",
    label=gettext_lazy("Lightspeed product export"),
    columns={
        "title": ("name",),
        "slug": ("handle",),
        "sku": ("sku",),
        "description": ("description",),
        "unit_price": ("retail_price",),
        "tracking": ("track_inventory",),
        "collection": ("product_category", "type"),
    },
    many={
        "stocks": (r"inventory_.+",),
        "option_names": (r"variant_option_(?:one|two|three)_name",),
        "option_values": (r"variant_option_(?:one|two|three)_value",),
        "status": ("active", "active_online"),
    },
    marks=marks("handle sku name retail_price variant_option_one_name"),
    rows=_lightspeed_rows,
    grouped=True,
    path=" / ",
    html=True,
    lenient_stock=True,
)
