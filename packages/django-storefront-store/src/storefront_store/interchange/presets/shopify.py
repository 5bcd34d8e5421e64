"""Presets for Shopify: the product export, and the document at ``/products.json``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storefront_store.interchange.entries import Role
from storefront_store.interchange.errors import BadRow, SkipRow
from storefront_store.interchange.presets.base import Context, Found, Preset, marks, texts
from storefront_store.interchange.values import label

NO_OPTION: Final = "Default Title"


def _csv_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield the products of a row: the first row of a handle is product and variant, others are variants or images."""
    found["group"] = found.get("slug")
    values = texts(found, "option_values")
    has_variant = any(found.get(name) not in (None, "") for name in ("sku", "unit_price")) or bool(values)
    if values == [NO_OPTION]:
        found["option_values"] = found["option_names"] = []
    if not has_variant and not found.get("title"):
        if found.get("images") is None:
            raise SkipRow(_("rows without a product"))
        found["role"] = Role.IMAGES
    found["collection"] = found.get("collection") or found.get("category")
    tracked = found.get("tracker", "shopify") not in (None, "")
    if not tracked and str(found.get("inventory") or "0") == "0":
        found["inventory"] = "unlimited"
    if found.get("variant_image") and found["variant_image"] != found.get("images"):
        found["images"] = "\n".join(filter(None, (found["variant_image"], found.get("images"))))
    yield found


SHOPIFY: Final = Preset(
    name="shopify",
    label=gettext_lazy("Shopify product export"),
    columns={
        "title": ("title",),
        "slug": ("handle", "url_handle"),
        "sku": ("variant_sku", "sku"),
        "description": ("body_(html)", "body_html", "body", "description"),
        "unit_price": ("variant_price", "price"),
        "inventory": ("variant_inventory_qty", "inventory_quantity"),
        "tracker": ("variant_inventory_tracker", "inventory_tracker"),
        "collection": ("type", "custom_product_type"),
        "category": ("product_category", "standard_product_type", "category", "collection"),
        "images": ("image_src", "product_image_url"),
        "image_alt": ("image_alt_text",),
        "variant_image": ("variant_image", "variant_image_url"),
    },
    many={
        "status": ("published", "published_on_online_store", "status"),
        "option_names": (r"option\d_name",),
        "option_values": (r"option\d_value",),
    },
    marks=marks(
        "handle title variant_price",
        "handle title variant_sku",
        "handle variant_price option1_value",
        "url_handle title price option1_name",
    ),
    rows=_csv_rows,
    grouped=True,
    path=">",
    html=True,
    lenient_stock=True,
    slugs_identify=True,
)


def _json_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield a product and its nested variants."""
    variants = found.pop("variants", None)
    if not isinstance(variants, list) or not all(isinstance(variant, dict) for variant in variants):
        raise BadRow(_("variants: not a list of objects"))
    options, images = (found.pop(name, None) or [] for name in ("option_list", "image_list"))
    names = [option.get("name") if isinstance(option, dict) else option for option in options]
    found["status"] = [*found.get("status", ())]
    if found.pop("published_at", "") is None:
        found["status"].append(("published_at", "unpublished"))
    for number, variant in enumerate(variants):
        values = [variant.get(f"option{index}") for index in (1, 2, 3)]
        yield {
            **found,
            "group": label(found.get("slug")),
            "sku": variant.get("sku"),
            "unit_price": variant.get("price"),
            "inventory": _stock(variant),
            "images": [*_addresses(variant.get("featured_image")), *(_addresses(images) if number == 0 else ())],
            "option_names": [("options", name) for name in names] if values[0] != NO_OPTION else [],
            "option_values": [("variants", value) for value in values if value not in (None, NO_OPTION)],
        }


def _stock(variant: dict[str, Any]) -> Any:
    if "inventory_quantity" in variant:
        return variant["inventory_quantity"]
    return "unlimited" if variant.get("available", True) else 0


def _addresses(images: Any) -> list[Any]:
    found = images if isinstance(images, list) else [images]
    return [
        {"image": image["src"], "alt_text": image.get("alt") or ""}
        for image in found
        if isinstance(image, dict) and isinstance(image.get("src"), str)
    ]


SHOPIFY_JSON: Final = Preset(
    name="shopify-json",
    label=gettext_lazy("Shopify products.json"),
    columns={
        "title": ("title",),
        "slug": ("handle",),
        "description": ("body_html",),
        "collection": ("product_type",),
        "variants": ("variants",),
        "option_list": ("options",),
        "image_list": ("images",),
        "published_at": ("published_at",),
    },
    many={"status": ("status",)},
    marks=marks("title handle variants body_html"),
    rows=_json_rows,
    grouped=True,
    html=True,
    lenient_stock=True,
    slugs_identify=True,
)
