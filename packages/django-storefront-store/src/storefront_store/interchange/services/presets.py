"""Shapes of catalogue files that need no mapping by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from storefront_store.interchange.services.errors import BadRow
from storefront_store.interchange.services.sources import MISSING, Row, lookup
from storefront_store.interchange.services.values import convert, label

FIELDS: Final = (
    "title",
    "slug",
    "sku",
    "id",
    "description",
    "unit_price",
    "currency",
    "inventory",
    "is_active",
    "collection",
    "reviews",
    "images",
)
REQUIRED: Final = ("title", "unit_price")


@dataclass(frozen=True)
class Preset:
    """One shape.

    Attributes:
        name: What to call it on the command line.
        columns: The columns in which a field may be, the best first; inner ones as ``outer.inner``. Those of
            ``OPTIONS`` are for ``prepare`` alone.
        marks: The columns by which a file of this shape is recognised; none, if it never is.
        exact: Whether such a file has no other columns.
        separator: What parts a path of categories, of which the last becomes the collection.
        prepare: Works on the rows before they are mapped; told which column holds which field.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    marks: frozenset[str] = frozenset()
    exact: bool = False
    separator: str = ""
    prepare: Callable[[Iterable[Row], Mapping[str, str]], Iterable[Row]] = field(default=lambda rows, paths: rows)


def canonical(column: str) -> str:
    """Spell a column's name as presets do: ``Unit Price`` is ``unit_price``."""
    return re.sub(r"[\s-]+", "_", column.strip().casefold())


def recognise(columns: Collection[str]) -> Preset:
    """Choose the preset for a file by its columns; the generic one, if nothing special is recognised."""
    names = {canonical(column) for column in columns}
    for preset in PRESETS.values():
        if preset.marks and (preset.marks == names if preset.exact else preset.marks <= names):
            return preset
    return GENERIC


def is_known_column(name: str) -> bool:
    """Tell whether any preset has a column of that name."""
    return canonical(name) in KNOWN_COLUMNS


def merge_variants(rows: Iterable[Row], paths: Mapping[str, str]) -> Iterator[Row]:
    """Make whole products of variants: what a row leaves open is taken from its parent.

    Parent rows have a title and come first; variants repeat their slug. A variant may come again with a price
    in another currency and nothing else.
    """
    parents: dict[Any, Mapping[str, Any]] = {}
    variants: dict[Any, dict[str, Any]] = {}
    for row in rows:
        try:
            found = _found(row, paths)
        except BadRow as error:
            yield Row(row.number, line=row.line, problem=str(error.message))
            continue
        key = found.get("slug")
        if row.problem:
            yield row
        elif "title" in found and found.get("unit_price") in FREE:
            parents[key] = {name: found[name] for name in INHERITED if name in found}
            yield Row(row.number, row.values, row.line, skip="parent of variants")
        elif "title" in found:
            yield row
        elif key not in parents:
            yield Row(row.number, row.values, row.line, problem=f"no row above has a name for the slug {key!r}")
        else:
            known = variants.setdefault(found.get("sku"), {name: found[name] for name in REPEATED if name in found})
            merged = {**parents[key], **known, **found}
            options = " / ".join(merged[name] for name in OPTIONS if name in merged)
            merged["title"] += f" - {options}" if options else ""
            merged["slug"] = None  # made from the title, as the parent's is shared
            values = {path: merged.get(name) for name, path in paths.items()}
            yield Row(row.number, {**row.values, **values}, row.line)


def _found(row: Row, paths: Mapping[str, str]) -> dict[str, Any]:
    """Return what a row has, by field; as text what is compared or put together."""
    values = {name: lookup(row.values, path) for name, path in paths.items()}
    for name in MERGED.keys() & values:
        if values[name] is not MISSING and values[name] is not None:
            values[name] = convert(name, values[name], MERGED)
    return {name: value for name, value in values.items() if value not in (MISSING, None, "")}


FREE: Final = (None, 0, "0", "0.0", "0.00")
OPTIONS: Final = ("option1_value", "option2_value", "option3_value")
REPEATED: Final = (*OPTIONS, "inventory")
INHERITED: Final = ("title", "description", "is_active", "collection")
MERGED: Final = dict.fromkeys(("title", "slug", "sku", *OPTIONS), label)

STOREFRONT: Final = Preset(
    name="storefront",
    columns={name: (name,) for name in FIELDS},
    marks=frozenset({"sku", "title", "slug", "unit_price", "inventory", "is_active", "collection"}),
)
SPREE: Final = Preset(
    name="spree",
    columns={
        "title": ("name",),
        "slug": ("slug",),
        "sku": ("sku",),
        "description": ("description",),
        "unit_price": ("price",),
        "currency": ("currency",),
        "inventory": ("inventory_count",),
        "is_active": ("status",),
        "collection": ("category1",),
        **{name: (name,) for name in OPTIONS},
    },
    marks=frozenset({"slug", "sku", "name", "price", "currency", "option1_value", "category1"}),
    separator="->",
    prepare=merge_variants,
)
OSCAR: Final = Preset(
    name="oscar",
    columns={
        "collection": ("2",),
        "id": ("3",),
        "title": ("4",),
        "description": ("5",),
        "sku": ("7",),
        "unit_price": ("8",),
        "inventory": ("9",),
    },
    marks=frozenset("123456789"),
    exact=True,
    separator=">",
)
GENERIC: Final = Preset(
    name="generic",
    columns={
        "title": ("title", "name", "product_name", "product_title"),
        "slug": ("slug", "handle"),
        "sku": ("sku", "article_number", "upc", "ean", "isbn"),
        "id": ("id", "pk", "uuid", "product_id"),
        "description": ("description", "body", "summary", "details"),
        "unit_price": ("unit_price", "price.amount", "price.value", "price", "amount"),
        "currency": ("price.currency", "currency"),
        "inventory": ("inventory", "stock", "quantity", "stock_quantity", "qty"),
        "is_active": ("is_active", "active", "enabled"),
        "collection": (
            "collection.title",
            "category.name",
            "category.title",
            "collection",
            "category",
            "product_type",
        ),
        "reviews": ("reviews",),
        "images": ("images",),
    },
)
PRESETS: Final = {preset.name: preset for preset in (STOREFRONT, SPREE, OSCAR, GENERIC)}
KNOWN_COLUMNS: Final = frozenset(
    column
    for preset in PRESETS.values()
    if not preset.exact
    for columns in preset.columns.values()
    for column in columns
)
