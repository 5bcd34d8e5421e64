"""Presets for catalogue files that need no manual mapping."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from storefront_store.interchange.presets.base import FIELDS, REQUIRED, Context, Found, Preset, canonical
from storefront_store.interchange.presets.frameworks import OSCAR, SPREE
from storefront_store.interchange.presets.generic import GENERIC, STOREFRONT
from storefront_store.interchange.presets.google import GOOGLE
from storefront_store.interchange.presets.headless import MEDUSA, SALEOR, VENDURE
from storefront_store.interchange.presets.hosted import BIGCOMMERCE, SQUARESPACE, WIX
from storefront_store.interchange.presets.marketplaces import ETSY, LIGHTSPEED, SQUARE
from storefront_store.interchange.presets.self_hosted import MAGENTO, PRESTASHOP, PRESTASHOP_COMBINATIONS
from storefront_store.interchange.presets.shopify import SHOPIFY, SHOPIFY_JSON
from storefront_store.interchange.presets.woocommerce import WOOCOMMERCE

__all__ = ["FIELDS", "GENERIC", "PRESETS", "REQUIRED", "STOREFRONT", "Context", "Found", "Preset", "canonical"]

# Presets with more specific columns come first.
PRESETS: Final = {
    preset.name: preset
    for preset in (
        STOREFRONT, SPREE, OSCAR, SHOPIFY, SHOPIFY_JSON, WOOCOMMERCE, MAGENTO, WIX, BIGCOMMERCE, SQUARESPACE, SQUARE,
        LIGHTSPEED, VENDURE, MEDUSA, SALEOR, PRESTASHOP, PRESTASHOP_COMBINATIONS, ETSY, GOOGLE, GENERIC,
    )
}  # fmt: skip
KNOWN_COLUMNS: Final = frozenset(
    column
    for preset in PRESETS.values()
    if not preset.exact
    for columns in (*preset.columns.values(), *preset.marks)
    for column in columns
)
PRICE_COLUMNS: Final = frozenset(
    column
    for preset in PRESETS.values()
    if not preset.exact
    for name in ("unit_price", "sale_price", "lowest_price")
    for column in preset.columns.get(name, ())
)


def recognise(columns: Collection[str]) -> Preset:
    """Return the preset for the columns of a file; the generic one if no platform is recognised."""
    names = {canonical(column) for column in columns}
    return next((preset for preset in PRESETS.values() if preset.recognises(names)), GENERIC)


def is_known_column(name: str) -> bool:
    """Return whether any preset has a column of that name."""
    return canonical(name) in KNOWN_COLUMNS


def is_price_column(name: str) -> bool:
    """Return whether a column of that name has prices in any preset."""
    return canonical(name) in PRICE_COLUMNS
