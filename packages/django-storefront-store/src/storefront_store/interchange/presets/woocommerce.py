"""Preset for the product export of WooCommerce."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storefront_store import moments
from storefront_store.interchange.entries import Role
from storefront_store.interchange.errors import BadRow, SkipRow
from storefront_store.interchange.presets.base import Context, Found, Preset, marks, word
from storefront_store.interchange.values import day

PARENT_ID: Final = re.compile(r"id:\s*(\d+)")
SHARED: Final = "parent"  # the stock of a variation that shares the stock of its product


def _rows(found: Found, context: Context) -> Iterator[Found]:
    kinds = {kind.strip() for kind in word(found, "kind").split(",")}
    if "grouped" in kinds:
        raise SkipRow(_("grouped products"))
    if "external" in kinds:
        raise SkipRow(_("external products, which are sold elsewhere"))
    if "variable" in kinds:
        found["role"] = Role.PARENT
        found["group"] = f"id:{found['own_id']}" if found.get("own_id") else found.get("sku")
        found["aliases"] = tuple(filter(None, (found.get("sku"),)))
        found["inventory"] = None
        found["option_names"] = found["option_values"] = []
    elif kinds & {"variation"}:
        parent = str(found.get("parent") or "").strip()
        match = PARENT_ID.fullmatch(parent)
        found["group"] = f"id:{match[1]}" if match else parent or None
        found["orphan"] = _(
            "the product %(product)r, the parent of this variation, is not in the file, or its row is invalid"
        ) % {"product": parent}
    else:
        found["option_names"] = found["option_values"] = []  # attributes of a simple product, which are not options
    published = word(found, "published")
    if published in ("0", "-1"):  # private or draft
        found["status"] = [("Published", "private")]
    _set_stock(found)
    found["unit_price"] = found.get("unit_price") or found.get("lowest_price")
    _set_price(found)
    for name in ("description", "short_description"):
        if isinstance(found.get(name), str):
            found[name] = found[name].replace("\\n", "\n")
    found["description"] = found.get("description") or found.pop("short_description", None)
    yield found


def _set_stock(found: Found) -> None:
    if word(found, "inventory") in ("", SHARED) and found.get("role") is not Role.PARENT:
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
    label=gettext_lazy("WooCommerce product export"),
    # WooCommerce writes the headers in the language of the user who exports: English, German, Spanish, French,
    # Italian, Dutch, Portuguese or Russian.
    columns={
        "own_id": ("id",),
        "kind": ("type", "typ", "tipo", "тип"),
        "title": ("name", "nombre", "nom", "nome", "naam", "имя"),
        "sku": ("sku", "artikelnummer", "ugs", "cod", "артикул"),
        "description": ("description", "beschreibung", "descripción", "descrizione", "beschrijving", "descrição",
                        "описание"),
        "short_description": ("short_description", "kurzbeschreibung", "descripción_corta", "description_courte",
                              "breve_descrizione", "korte_omschrijving", "korte_beschrijving", "descrição_curta",
                              "короткое_описание", "краткое_описание"),
        "published": ("published", "veröffentlicht", "publicado", "publié", "pubblicato", "gepubliceerd",
                      "опубликован"),
        "unit_price": ("regular_price", "regulärer_preis", "precio_normal", "tarif_régulier", "prezzo_di_listino",
                       "reguliere_prijs", "preço", "базовая_цена"),
        "lowest_price": ("price",),
        "sale_price": ("sale_price", "angebotspreis", "precio_rebajado", "tarif_promo", "prezzo_in_offerta",
                       "actieprijs", "preço_promocional", "цена_распродажи"),
        "sale_starts": ("date_sale_price_starts", "datum,_an_dem_angebotspreis_beginnt",
                        "día_en_que_empieza_el_precio_rebajado", "date_de_début_de_promo",
                        "data_di_partenza_del_prezzo_in_saldo", "startdatum_actieprijs",
                        "data_de_preço_promocional_começa_em", "дата_начала_действия_продажной_цены"),
        "sale_ends": ("date_sale_price_ends", "datum,_an_dem_angebotspreis_endet",
                      "día_en_que_termina_el_precio_rebajado", "date_de_fin_de_promo",
                      "termine_data_del_prezzo_di_vendita", "einddatum_actieprijs",
                      "data_de_preço_promocional_termina_em", "дата_окончания_действия_продажной_цены"),
        "inventory": ("stock", "stock_quantity", "lager", "lagerbestand", "inventario", "magazzino", "voorraad",
                      "estoque", "запасы"),
        "in_stock": ("in_stock?", "vorrätig?", "¿en_inventario?", "¿existencias?", "en_stock_?", "op_voorraad?",
                     "em_estoque?", "в_наличии?"),
        "collection": ("categories", "kategorien", "categorías", "categorias", "catégories", "categorie",
                       "categorieën", "категории"),
        "images": ("images", "all_images", "main_image", "bilder", "imágenes", "immagine", "immagini", "afbeeldingen",
                   "imagens", "изображения"),
        "parent": ("parent", "übergeordnetes_produkt", "superior", "genitore", "hoofd", "ascendente", "родительский"),
    },
    many={
        "option_names": (
            r"attribut[eo]?_\d+_name", r"attributo_\d+_nome", r"nombre_del_atributo_\d+", r"nome_do_atributo_\d+",
            r"nom_de_l[\u2019']attribut_\d+", r"naam_eigenschap_\d+", r"имя_атрибута_\d+",
        ),
        "option_values": (
            r"attribut[eo]?_\d+_(?:value\(s\)|wert\(e\))", r"attributo_\d+_val(?:uta\(e\)|or[ei](?:\([ei]\))?)",
            r"valor(?:\(es\)|es)_d[eo]l?_atributo_\d+", r"valeur\(s\)_de_l[\u2019']attribut_\d+",
            r"waarden?_eigenschap_\d+", r"значение\(_я\)_ат+рибута\(_ов\)_\d+",
        ),
        "status": ("status",),
    },
    marks=marks(
        "type sku name published regular_price",
        "id type name regular_price",
        "typ artikelnummer name veröffentlicht regulärer_preis",
        "tipo sku nombre publicado precio_normal",
        "type ugs nom publié tarif_régulier",
        "tipo cod nome pubblicato prezzo_di_listino",
        "type artikelnummer naam gepubliceerd reguliere_prijs",
        "tipo sku nome publicado preço",
        "тип артикул имя опубликован базовая_цена",
    ),
    rows=_rows,
    grouped=True,
    path=">",
    lists=r"(?<!\\),\s*|;\s+",  # semicolons are those of plugins that export the columns of the API
    image_lists=r"[,;]\s+(?=https?:|/|[\w-]+\.)|[,;](?=https?:)",
    html=True,
    lenient_stock=True,
    rounds=True,
)  # fmt: skip
