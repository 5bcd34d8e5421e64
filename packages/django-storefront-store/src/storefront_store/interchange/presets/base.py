"""What a preset is: the columns of a platform's export, and what is special about its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

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
REQUIRED: Final = ("title", "unit_price")  # of a new product
DECORATION: Final = re.compile(r"\[non[ _]editable\]|\((?:x[,;]y[,;]z\.*|0/1)\)|[*#\ufeff]")
PRICED_IN: Final = re.compile(r"(price|preis|prix|precio|prezzo)\s*[(\[]([a-z]{3})[)\]]")

# What a row has, by field, as it stands in the file. Of a field that takes all matching columns: pairs of column and
# value. ``role`` is a Role; ``group`` a name for the group; ``aliases``, ``children`` and ``surcharge`` as in an Entry.
Found: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What a preset may ask about the import.

    Attributes:
        currency: The code of the currency whose prices count.
        decimal: The decimal mark of the file, if it is known.
    """

    currency: str
    decimal: str | None = None


def _unchanged(found: Found, context: Context) -> Iterable[Found]:
    return (found,)


@dataclass(frozen=True)
class Preset:
    """The export of one platform.

    Attributes:
        name: What to call it on the command line.
        label: What to call it in messages.
        columns: The columns in which a field may be, the best first; inner ones as ``outer.inner``.
        many: Patterns for fields that take the values of all columns that match, in the order of the file.
        marks: Sets of columns, one of which a file of this platform has.
        exact: Whether such a file has no other columns.
        rows: Turns what one row has into what one or several products have. May raise ``SkipRow`` and ``BadRow``.
        grouped: Whether rows may be variants of others.
        carries: Whether a variant that does not name its parent belongs to the product above.
        declares_options: Whether all options of a variant tell it apart; otherwise those that differ in the group.
        path: What parts the levels of a category, as a pattern.
        lists: What parts several categories, as a pattern.
        root: A first level that every category has.
        image_lists: What parts several images in one cell, as a pattern.
        image_base: Where images that are named without an address are.
        html: Whether descriptions are HTML.
        lenient_stock: Whether stock below zero is oversold stock, to be taken as none.
        slugs_identify: Whether a slug tells products without a SKU apart.
    """

    name: str
    label: str
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

    def recognises(self, names: Collection[str]) -> bool:
        """Tell whether a file with columns of these canonical names is of this platform."""
        if self.exact:
            return any(mark == names for mark in self.marks)
        return any(mark <= set(names) for mark in self.marks)

    def candidates(self) -> Iterator[str]:
        """Return the names of all columns that it looks for."""
        for columns in self.columns.values():
            yield from columns


def marks(*sets: str) -> tuple[frozenset[str], ...]:
    """Return sets of columns, each given as names with spaces between."""
    return tuple(frozenset(names.split()) for names in sets)


def canonical(column: str) -> str:
    """Spell a column's name as presets do: ``Unit Price`` is ``unit_price``, and ``Name *`` is ``name``."""
    plain = PRICED_IN.sub(r"\1", DECORATION.sub("", column.casefold()))
    return re.sub(r"[\s-]+", "_", plain.strip())


def currency_of(column: str) -> str | None:
    """Return the code of the currency that the name of a column tells, as ``Price (EUR)`` does."""
    match = PRICED_IN.search(column.casefold())
    return match[2].upper() if match else None


def texts(found: Found, name: str) -> list[str]:
    """Return the values of a field that takes several columns, as text; empty ones are left out."""
    return [str(value).strip() for _column, value in found.get(name, ()) if value is not None and str(value).strip()]


def word(found: Found, name: str) -> str:
    """Return the value of a field in lower case; an empty string, if it is not given."""
    value = found.get(name)
    return "" if value is None else str(value).strip().casefold()
