"""Mapping of the columns of a file to fields."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _

from storefront_store.interchange.errors import UnreadableFile
from storefront_store.interchange.files import MISSING, Row, Source, lookup
from storefront_store.interchange.presets import FIELDS, GENERIC, PRESETS, REQUIRED, Found, Preset, canonical, recognise
from storefront_store.interchange.presets.base import currency_of
from storefront_store.interchange.wording import option

MOST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Columns:
    """Mapping of the columns of a file to fields.

    Attributes:
        preset: The preset of the file's platform.
        single: The column of each field; a nested one as ``outer.inner``.
        many: The columns of each field that takes several.
    """

    preset: Preset
    single: Mapping[str, str]
    many: Mapping[str, Sequence[str]]

    def find(self, row: Row) -> Found:
        """Return the values of a row by field; missing values are left out."""
        found: Found = {}
        for name, path in self.single.items():
            value = lookup(row.values, path)
            if value is not MISSING:
                found[name] = value
        if "currency" not in found and (currency := currency_of(self.single.get("unit_price", ""))):
            found["currency"] = currency
        for name, columns in self.many.items():
            found[name] = [(column, row.values[column]) for column in columns if column in row.values]
        return found

    def account(self, source: Source) -> dict[str, str]:
        """Return the field of each column of the file; an empty string for unused columns."""
        used: dict[str, str] = {}
        for name, path in self.single.items():
            used.setdefault(path, name)
        for name, columns in self.many.items():
            for column in columns:
                used.setdefault(column, name)
        return dict(_account(source.columns, used))


def _account(columns: Collection[str], used: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    outer = {path.partition(".")[0]: name for path, name in used.items() if "." in path}
    for column in columns:
        if "." in column and column.partition(".")[0] in columns and column not in used:
            continue  # reported with the column that contains it
        yield column, used.get(column) or outer.get(column, "")


def choose_columns(source: Source, preset: str | None, named: Mapping[str, str], key: str) -> Columns:
    """Return the mapping of the columns of a file to fields.

    Args:
        source: The file.
        preset: The name of its preset; detected from its columns by default.
        named: Columns by field, which take precedence.
        key: The field that identifies products.

    Raises:
        UnreadableFile: If a named column is missing, or the columns are enough neither to create new products nor to
            find existing ones.
    """
    unknown = [name for name in named if name not in FIELDS]
    if unknown:
        raise UnreadableFile(
            _("There is no field “%(name)s”. The fields are: %(fields)s.")
            % {"name": unknown[0], "fields": ", ".join(FIELDS)}
        )
    for column in named.values():
        _check_column(source, column)
    shape = PRESETS[preset] if preset else recognise(source.columns)
    single = {**_single(source, shape), **named}
    taken = set(named.values())
    many = {
        name: [column for column in columns if column not in taken]
        for name, columns in _many(source, shape).items()
        if name not in named
    }
    columns = Columns(shape, single, many)
    if not _is_enough(columns, key):
        raise UnreadableFile(_missing_columns(source, columns))
    return columns


def _is_enough(columns: Columns, key: str) -> bool:
    """Return whether the columns are enough to create new products, or to find and change existing ones."""
    if columns.preset.of_variants or {"variants", "prices"} & (columns.single.keys() | columns.many.keys()):
        return True
    if all(name in columns.single for name in REQUIRED):
        return True
    changed = {name for name in FIELDS if name in columns.single or columns.many.get(name)} - {key, "id", "currency"}
    return key in columns.single and key == "sku" and bool(changed - {"title"})


def _single(source: Source, shape: Preset) -> dict[str, str]:
    """Return the best existing column of each field, except columns that occur in a few rows only."""
    names = {canonical(column): column for column in reversed(list(source.columns))}
    paths = {}
    for name, candidates in shape.columns.items():
        counts = {names[column]: source.columns[names[column]] for column in candidates if column in names}
        usual = [column for column, count in counts.items() if 2 * count >= max(counts.values())]
        if usual:
            paths[name] = usual[0]
    return paths


def _many(source: Source, shape: Preset) -> dict[str, list[str]]:
    return {
        name: [
            column for column in source.columns if any(re.fullmatch(pattern, canonical(column)) for pattern in patterns)
        ]
        for name, patterns in shape.many.items()
    }


def _check_column(source: Source, column: str) -> None:
    known = column in source.columns
    if not known and source.has_paths:
        known = column.partition(".")[0] in source.columns
    if not known:
        raise UnreadableFile(
            _("There is no column “%(name)s”. The columns are: %(columns)s.")
            % {"name": column, "columns": _shortened(source.columns)}
        )


def _missing_columns(source: Source, columns: Columns) -> str:
    """Return the message for missing columns, with the first row and similar columns."""
    lacking = [name for name in REQUIRED if name not in columns.single]
    names = {canonical(column): column for column in (*source.columns, *source.first)}
    nearest = []
    for name in lacking:
        for candidate in GENERIC.columns[name]:
            close = difflib.get_close_matches(candidate, names, n=1, cutoff=0.75)
            if close:
                nearest.append(_("“%(column)s” for %(field)s") % {"column": names[close[0]], "field": name})
                break
    said = _(
        "No column was found for: %(fields)s. Name it with %(option)s %(field)s=COLUMN. The columns are: %(columns)s. "
        "The first row is: %(first)s."
    ) % {
        "fields": ", ".join(lacking),
        "field": lacking[0],
        "option": option("map"),
        "columns": _shortened(source.columns),
        "first": _shortened(source.first),
    }
    guess = _("Perhaps %(columns)s?") % {"columns": ", ".join(nearest)}
    return f"{said} {guess}" if nearest else said


def _shortened(columns: Collection[str], limit: int = MOST_SHOWN) -> str:
    shown = ", ".join(column[:40] for column in islice(columns, limit))
    return shown + (" " + _("and %(number)d more") % {"number": len(columns) - limit} if len(columns) > limit else "")
