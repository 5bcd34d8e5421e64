"""Base of the presets, which describe the columns and rows of the export of a platform."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from django.utils.functional import Promise

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
    "group",
    "options",
)
REQUIRED: Final = ("title", "unit_price")  # fields that a new product requires
DECORATION: Final = re.compile(r"\[non[ _]editable\]|\((?:x[,;]y[,;]z\.*|0/1)\)|[*#\ufeff]")
PRICED_IN: Final = re.compile(r"(price|preis|prix|precio|prezzo)\s*[(\[]([a-z]{3})[)\]]")

# The values of a row by field, as in the file. Fields that take all matching columns have pairs of column and value.
# ``role`` is a Role; ``group`` the key of the group; ``aliases``, ``children`` and ``surcharge`` are as in an Entry.
Found: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """Parameters of the import for presets.

    Attributes:
        currency: The code of the currency of the prices to import.
        decimal: The decimal mark of the file, if known.
    """

    currency: str
    decimal: str | None = None


def _unchanged(found: Found, context: Context) -> Iterable[Found]:
    return (found,)


@dataclass(frozen=True)
class Preset:
    """The description of the export of a platform.

    Attributes:
        name: The name on the command line.
        label: The label in messages.
        columns: The columns of each field in order of preference; nested ones as ``outer.inner``.
        many: Patterns for fields that take the values of all matching columns, in the order of the file.
        marks: Sets of columns; a file of this platform has all columns of one of the sets.
        exact: Whether such a file has no other columns.
        rows: A function that converts a row to one or several products. May raise ``SkipRow`` and ``BadRow``.
        grouped: Whether rows may be variants of others.
        carries: Whether a variant without a parent belongs to the product above.
        declares_options: Whether all options of a variant distinguish it; otherwise those that differ in the group.
        path: The pattern of the separator of category levels.
        lists: The pattern of the separator of categories.
        root: A first level shared by all categories.
        image_lists: The pattern of the separator of images in one cell.
        image_base: The base URL of images that are not given as URLs.
        html: Whether descriptions are HTML.
        lenient_stock: Whether negative stock is accepted and set to zero.
        slugs_identify: Whether products without a SKU are identified by their slugs.
        rounds: Whether prices have more decimals than a product, and are rounded.
        distinct: Whether each row is a product of its own, so that equal titles are no repetition.
        of_variants: Whether the file only has variants of the products in another file.
    """

    name: str
    label: str | Promise
    columns: Mapping[str, tuple[str, ...]]
    many: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    marks: tuple[frozenset[str], ...] = ()
    exact: bool = False
    rows: Callable[[Found, Context], Iterable[Found]] = _unchanged
    grouped: bool = False
    carries: bool = False
    declares_options: bool = True
    path: str = ""
    lists: str = ""
    root: str = ""
    image_lists: str = r"[\r\n]+"
    image_base: str = ""
    html: bool = False
    lenient_stock: bool = False
    slugs_identify: bool = False
    rounds: bool = False
    distinct: bool = True
    of_variants: bool = False

    def recognises(self, names: Collection[str]) -> bool:
        """Return whether a file with columns of these canonical names is from this platform."""
        if self.exact:
            return any(mark == names for mark in self.marks)
        return any(mark <= set(names) for mark in self.marks)

    def candidates(self) -> Iterator[str]:
        """Return the names of all columns that the preset uses."""
        for columns in self.columns.values():
            yield from columns


def marks(*sets: str) -> tuple[frozenset[str], ...]:
    """Return sets of columns, each given as names separated by spaces."""
    return tuple(frozenset(names.split()) for names in sets)


def canonical(column: str) -> str:
    """Return the canonical name of a column: ``Unit Price`` is ``unit_price``, and ``Name *`` is ``name``."""
    plain = PRICED_IN.sub(r"\1", DECORATION.sub("", column.casefold()))
    return re.sub(r"[\s-]+", "_", plain.strip())


def currency_of(column: str) -> str | None:
    """Return the currency code in the name of a column such as ``Price (EUR)``."""
    match = PRICED_IN.search(column.casefold())
    return match[2].upper() if match else None


def texts(found: Found, name: str) -> list[str]:
    """Return the non-empty values of a field with several columns, as text."""
    return [str(value).strip() for _column, value in found.get(name, ()) if value is not None and str(value).strip()]


def word(found: Found, name: str) -> str:
    """Return the value of a field in lower case; an empty string if it is missing."""
    value = found.get(name)
    return "" if value is None else str(value).strip().casefold()
