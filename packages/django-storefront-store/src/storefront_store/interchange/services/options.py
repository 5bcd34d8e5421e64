"""Options of an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

KEYS: Final = ("sku", "slug", "title")


@dataclass(frozen=True, slots=True)
class Options:
    """Options of an import.

    Attributes:
        preset: The name of the preset of the platform; detected by default.
        columns: Columns by field, which override the detected ones.
        key: The field that identifies a product: one of :data:`KEYS`.
        currency: The code of the currency of the prices to import; defaults to that of the store.
        decimal: The decimal mark of the file, ``"."`` or ``","``; detected for each number by default.
        encoding: The encoding of a text file; defaults to UTF-8.
        list_key: The key of the products in a JSON object; detected by default.
        header: Whether a table has a header; detected by default.
        variants: A second file with the variants of the products, for platforms that export them separately.
        unknown_stock: The stock of products that are in stock without a number; not set by default.
        fetch_images: Whether to download images given by URL.
        strict: Whether to keep nothing if any row fails.
        dry_run: Whether to write nothing.
    """

    preset: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    key: str = "sku"
    currency: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    list_key: str | None = None
    header: bool | None = None
    variants: str | None = None
    unknown_stock: int | None = None
    fetch_images: bool = False
    strict: bool = False
    dry_run: bool = False
