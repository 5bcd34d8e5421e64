"""Which column of a file holds which field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from storefront_store.interchange.errors import UnreadableFile
from storefront_store.interchange.files import MISSING, Row, Source, lookup
from storefront_store.interchange.presets import FIELDS, GENERIC, PRESETS, REQUIRED, Found, Preset, canonical, recognise
from storefront_store.interchange.presets.base import currency_of

MOST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a file holds which field.

    Attributes:
        preset: The platform that the file comes from.
        single: The column by field; an inner one as ``outer.inner``.
        many: The columns by field, for fields that take several.
    """

    preset: Preset
    single: Mapping[str, str]
    many: Mapping[str, Sequence[str]]

    def find(self, row: Row) -> Found:
        """Return what a row has, by field; what it lacks is left out."""
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
        """Return for each column of the file the field that it is used for; an empty string, if it is not used."""
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
            continue  # told of by the column that it is in
        yield column, used.get(column) or outer.get(column, "")


def choose_columns(source: Source, preset: str | None, named: Mapping[str, str], key: str) -> Columns:
    """Find out which column of a file holds which field.

    Args:
        source: The file.
        preset: The name of its preset; recognised by its columns, if not given.
        named: Columns named by hand, by field: they win.
        key: The field by which products are known again.

    Raises:
        UnreadableFile: If a column named by hand is not there, or neither new products can be made of the rows nor
            known ones be found.
    """
    unknown = [name for name in named if name not in FIELDS]
    if unknown:
        raise UnreadableFile(f"There is no field “{unknown[0]}”. The fields are: {', '.join(FIELDS)}.")
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
    """Tell whether new products can be made of the rows, or known ones be found and changed."""
    if {"variants", "prices"} & (columns.single.keys() | columns.many.keys()):
        return True
    if all(name in columns.single for name in REQUIRED):
        return True
    changed = {name for name in FIELDS if name in columns.single or columns.many.get(name)} - {key, "id", "currency"}
    return key in columns.single and key == "sku" and bool(changed - {"title"})


def _single(source: Source, shape: Preset) -> dict[str, str]:
    """Choose for each field the best column that is there, but not one that only a few odd rows have."""
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
        raise UnreadableFile(f"There is no column “{column}”. The columns are: {_shortened(source.columns)}.")


def _missing_columns(source: Source, columns: Columns) -> str:
    """Say which columns were looked for in vain, what the first row is, and what comes near."""
    lacking = [name for name in REQUIRED if name not in columns.single]
    names = {canonical(column): column for column in (*source.columns, *source.first)}
    nearest = []
    for name in lacking:
        for candidate in GENERIC.columns[name]:
            close = difflib.get_close_matches(candidate, names, n=1, cutoff=0.75)
            if close:
                nearest.append(f"“{names[close[0]]}” for {name}")
                break
    return (
        f"No column was found for: {', '.join(lacking)}. Name it with --map {lacking[0]}=COLUMN. "
        f"The columns are: {_shortened(source.columns)}. The first row is: {_shortened(source.first)}."
        + (f" Perhaps {', '.join(nearest)}?" if nearest else "")
    )


def _shortened(columns: Collection[str], limit: int = MOST_SHOWN) -> str:
    shown = ", ".join(column[:40] for column in islice(columns, limit))
    return shown + (f" and {len(columns) - limit} more" if len(columns) > limit else "")
