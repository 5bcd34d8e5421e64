"""Presets for self-hosted platforms: PrestaShop and Magento."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storefront_store import moments
from storefront_store.interchange.entries import Role
from storefront_store.interchange.errors import SkipRow
from storefront_store.interchange.presets.base import Context, Found, Preset, marks, texts, word


def _prestashop_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield a product, which is the parent of its combinations if the import has them."""
    found["role"] = Role.PARENT
    found["group"] = found.get("id") or found.get("sku")
    found["aliases"] = tuple(filter(None, (found.get("sku"),)))
    yield found


PRESTASHOP: Final = Preset(
    name="prestashop",
    label=gettext_lazy("PrestaShop products"),
    columns={
        "title": ("name",),
        "sku": ("reference",),
        "id": ("product_id", "id"),
        "description": ("description", "summary", "short_description"),
        "unit_price": (
            "price_tax_excluded", "price_tax_excluded_or_price_tax_included", "price_tax_excl.", "price_(tax_excl.)",
            "price_tax_included", "price_(tax_incl.)",
        ),
        "inventory": ("quantity",),
        "collection": ("categories", "category"),
        "images": ("image_urls", "image"),
    },
    many={"status": ("active", "status", "enabled", "displayed", "visibility")},
    marks=marks(
        "name active categories reference quantity",
        "product_id name reference category price_(tax_excl.)",
        "id name reference category price_(tax_excl.)",
    ),
    rows=_prestashop_rows,
    grouped=True,
    path="[/>]",
    lists=r"\s*[,;]\s*",
    root="Home",
    image_lists=r",\s*(?=https?:)|[\r\n]+",
    html=True,
    lenient_stock=True,
    rounds=True,
)  # fmt: skip

ATTRIBUTE: Final = re.compile(r"\s*([^:]+):\w+:\d+\s*(?:,|$)")
ATTRIBUTE_VALUE: Final = re.compile(r"\s*(.+?):\d+\s*(?:,|$)")


def _combination_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield a combination; its price is that of the product and the impact of the combination."""
    named = found.get("product_id") or found.get("product_sku")
    found["group"] = named
    found["orphan"] = _(
        "the product %(product)r, the parent of this combination, is not in the file of products, or its row is invalid"
    ) % {"product": named}
    for name, pattern in (("option_names", ATTRIBUTE), ("option_values", ATTRIBUTE_VALUE)):
        cell = next(iter(texts(found, name)), "")
        found[name] = [(name, part.strip()) for part in pattern.findall(cell) or cell.split(",")]
    found["surcharge"] = found.get("surcharge") or 0
    yield found


# The names of the columns with attributes and values are in the language of the shop, but have the same form.
PRESTASHOP_COMBINATIONS: Final = Preset(
    name="prestashop-combinations",
    label=gettext_lazy("PrestaShop combinations"),
    columns={
        "product_id": ("product_id", "id_del_producto", "id_produit"),
        "product_sku": ("product_reference", "referencia_del_producto", "référence_produit"),
        "sku": ("reference", "referencia", "référence"),
        "surcharge": ("impact_on_price", "impacto_en_el_precio", "impact_sur_le_prix"),
        "inventory": ("quantity", "cantidad", "quantité"),
        "images": ("image_urls", "urls_de_las_imagenes", "urls_de_las_imágenes", "urls_des_images"),
    },
    many={
        "option_names": (r"\w+_\(\w+:\w+:\w+\)",),
        "option_values": (r"\w+_\(\w+:\w+\)",),
    },
    marks=marks(
        "product_id reference impact_on_price quantity",
        "id_del_producto referencia impacto_en_el_precio cantidad",
        "id_produit référence impact_sur_le_prix quantité",
    ),
    rows=_combination_rows,
    grouped=True,
    image_lists=r",\s*(?=https?:)|[\r\n]+",
    lenient_stock=True,
    rounds=True,
    of_variants=True,
)

PAIR: Final = re.compile(r"([\w ]+)=([^,|]*)")
SKIPPED_KINDS: Final = {
    "grouped": gettext_lazy("grouped products"),
    "bundle": gettext_lazy("bundles"),
    "giftcard": gettext_lazy("gift cards"),
}


def _magento_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield a product or variant; configurable products list their variants, which come before or after them."""
    kind = word(found, "kind")
    if word(found, "store_view"):
        raise SkipRow(_("texts of other store views"))
    if kind in SKIPPED_KINDS:
        raise SkipRow(str(SKIPPED_KINDS[kind]))
    if not kind and found.get("title") in (None, ""):
        raise SkipRow(_("rows without a product"))
    if kind == "configurable":
        found["role"] = Role.PARENT
        found["group"] = found.get("sku")
        found["children"] = _children(str(found.get("variations") or ""), str(found.get("labels") or ""))
        found["unit_price"] = found["inventory"] = None
    if word(found, "online") == "2":
        found["status"] = [("product_online", "disabled")]
    if found.get("special_price") not in (None, "") and _is_special(found):
        found["unit_price"] = found["special_price"]
    more = str(found.pop("more_images", None) or "").split(",")
    found["images"] = [image.strip() for image in (str(found.get("images") or ""), *more) if image.strip()]
    yield found


def _children(variations: str, labels: str) -> dict[str, dict[str, str]]:
    """Parse ``sku=A,size=S|sku=B,size=M`` with labels such as ``size=Size``."""
    names = {code.strip(): name.strip() for code, name in PAIR.findall(labels)}
    children = {}
    for variation in variations.split("|"):
        pairs = {code.strip(): value.strip() for code, value in PAIR.findall(variation)}
        sku = pairs.pop("sku", None)
        if sku:
            children[sku] = {names.get(code, code.replace("_", " ").capitalize()): pairs[code] for code in pairs}
    return children


def _is_special(found: Found) -> bool:
    today = moments.today()
    starts, ends = (_day(word(found, name)) for name in ("special_from", "special_to"))
    return (starts is None or starts <= today) and (ends is None or today <= ends)


def _day(text: str) -> date | None:
    match = re.match(r"(\d{4}-\d\d-\d\d)|(\d{1,2})/(\d{1,2})/(\d{2,4})", text)
    if match is None:
        return None
    year = f"20{match[4]}" if match[4] and len(match[4]) == 2 else match[4]
    try:
        return parse_date(match[1] or f"{year}-{match[2]:0>2}-{match[3]:0>2}")
    except ValueError:
        return None


MAGENTO: Final = Preset(
    name="magento",
    label=gettext_lazy("Magento product export"),
    columns={
        "title": ("name",),
        "sku": ("sku",),
        "slug": ("url_key",),
        "kind": ("product_type",),
        "store_view": ("store_view_code",),
        "description": ("description", "short_description"),
        "unit_price": ("price",),
        "special_price": ("special_price",),
        "special_from": ("special_price_from_date", "special_from_date"),
        "special_to": ("special_price_to_date", "special_to_date"),
        "online": ("product_online",),
        "inventory": ("qty",),
        "collection": ("categories",),
        "images": ("base_image", "image"),
        "more_images": ("additional_images",),
        "variations": ("configurable_variations",),
        "labels": ("configurable_variation_labels",),
    },
    marks=marks("sku product_type name price categories", "sku attribute_set_code product_type name"),
    rows=_magento_rows,
    grouped=True,
    path="/",
    lists=r",(?=\S)",
    root="Default Category",
    html=True,
    lenient_stock=True,
    rounds=True,
)
