"""Presets for our own format and for files of other platforms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storefront_store.interchange.errors import SkipRow
from storefront_store.interchange.presets.base import FIELDS, Context, Found, Preset, marks

STOREFRONT: Final = Preset(
    name="storefront",
    label=gettext_lazy("our own export"),
    columns={
        **{name: (name,) for name in FIELDS if name != "is_active"},
        "group_title": ("group_title",),
        "group_description": ("group_description",),
        "varies_by": ("varies_by",),
    },
    many={"is_active": ("is_active",)},
    marks=marks("sku title slug unit_price inventory is_active collection"),
    distinct=False,
)

TOTALS: Final = frozenset(
    {
        "total", "totals", "grand total", "subtotal", "sum", "summe", "gesamt", "gesamtsumme", "zwischensumme", "suma",
        "totales", "total general", "somme", "totale", "totali", "somma", "total général",
    }
)  # fmt: skip


def _rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield the product of a row. Sums below a table are skipped."""
    title = found.get("title")
    if isinstance(title, str) and not found.get("sku") and title.strip(" :\t").casefold() in TOTALS:
        raise SkipRow(_("rows of totals"))
    yield found


# Words in other languages are common headers of hand-written sheets.
GENERIC: Final = Preset(
    name="generic",
    label=gettext_lazy("no known platform"),
    columns={
        "title": (
            "title", "name", "product_name", "product_title", "item_name", "item", "titel", "produktname",
            "artikelname", "bezeichnung", "nombre", "título", "titulo", "nom", "titre", "nome", "titolo",
        ),
        "slug": ("slug", "handle", "url_key"),
        "sku": (
            "sku", "article_number", "product_code/sku", "product_sku", "item_number", "part_number", "artikelnummer",
            "art._nr.", "art.nr.", "referencia", "référence", "reference", "codice", "upc", "ean", "gtin", "isbn",
        ),
        "id": ("id", "pk", "uuid", "product_id"),
        "description": (
            "description", "body", "summary", "details", "product_description", "beschreibung", "descripción",
            "descripcion", "descrizione",
        ),
        "unit_price": (
            "unit_price", "price.amount", "price.value", "price", "amount", "regular_price", "sale_price", "list_price",
            "preis", "precio", "prix", "prezzo",
        ),
        "currency": ("price.currency", "currency", "currency_code", "währung", "moneda", "devise", "valuta"),
        "inventory": (
            "inventory", "stock", "quantity", "stock_quantity", "qty", "inventory_level", "inventory_quantity",
            "current_stock_level", "current_stock", "stock_level", "on_hand", "quantity_available", "bestand", "menge",
            "lagerbestand", "existencias", "cantidad", "quantité", "quantite", "quantità", "giacenza",
        ),
        "collection": (
            "collection.title", "category.name", "category.title", "collection", "category", "categories",
            "category_name", "kategorie", "categoría", "categoria", "catégorie", "product_type",
        ),
        "reviews": ("reviews",),
        "images": ("images", "image", "image_url", "image_link", "picture", "photo"),
        "image_alt": ("image_alt", "alt_text"),
    },
    many={
        "is_active": ("is_active", "active", "enabled", "is_visible", "visible", "aktiv"),
        "status": ("status", "state", "published", "visibility", "availability"),
    },
    rows=_rows,
    path="[/>]",
    lists=r"\s*[|;]\s*",
    distinct=False,
)  # fmt: skip
