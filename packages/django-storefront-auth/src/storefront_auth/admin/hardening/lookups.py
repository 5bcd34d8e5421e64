"""Validation of the filters in the query string of an admin list."""

from __future__ import annotations

import re
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from .values import YEARS, is_key

MAX_VALUES: Final = 500  # in one ``__in`` lookup
TEXT_LOOKUPS: Final = frozenset(
    {"contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "search"}
)
FLAG_LOOKUPS: Final = frozenset({"isnull", "isempty"})
KEY_LOOKUPS: Final = frozenset({"exact", "in", "isnull"})
VALUE_LOOKUPS: Final = frozenset({"exact", "iexact", "in", "gt", "gte", "lt", "lte"})
PARTS_OF_DATES: Final = {
    "year": YEARS,
    "iso_year": YEARS,
    "quarter": range(1, 5),
    "month": range(1, 13),
    "week": range(1, 54),
    "week_day": range(1, 8),
    "iso_week_day": range(1, 8),
    "day": range(1, 32),
    "hour": range(24),
    "minute": range(60),
    "second": range(60),
}


class Lookup:
    """A filter in a query string, split into the fields that it follows and the lookups at its end.

    Attributes:
        fields: The fields along the path; empty if the first part is not a field of the model.
        path: The names of these fields, joined with ``__``.
        rest: The names of the transforms and the lookup after the fields.
    """

    def __init__(self, model: type[models.Model], text: str) -> None:
        parts = text.split("__")
        self.fields: list[Any] = []
        opts = model._meta
        for part in parts:
            try:
                field: Any = opts.pk if part == "pk" else opts.get_field(part)
            except FieldDoesNotExist:
                break
            self.fields.append(field)
            if not getattr(field, "path_infos", None):
                break
            opts = field.path_infos[-1].to_opts
        self.path: str = "__".join(parts[: len(self.fields)])
        self.rest: list[str] = parts[len(self.fields) :]

    def is_by_key(self) -> bool:
        """Return whether it filters by the primary key or the key of a related row, as links between pages do."""
        first, *further = self.fields
        own = hasattr(first, "to_python") and (first.primary_key or first.is_relation)
        to_key = len(further) < 2 and all(getattr(field, "primary_key", False) for field in further)
        return own and to_key and len(self.rest) < 2 and set(self.rest) <= KEY_LOOKUPS

    def accepts(self, value: str) -> bool:
        """Return whether the database can compare ``value``; unknown lookups are left to their filter."""
        lookup = self.rest[-1] if self.rest else "exact"
        part = next((name for name in self.rest if name in PARTS_OF_DATES), None)
        if lookup in FLAG_LOOKUPS or lookup in TEXT_LOOKUPS:
            return True
        if part is not None:
            return all(_is_number_in(PARTS_OF_DATES[part], each) for each in value.split(","))
        if lookup == "range" and self.fields:
            return False  # a query string can't express the two ends of a range
        if self.rest[:-1] or lookup not in VALUE_LOOKUPS:
            return True
        values = value.split(",") if lookup == "in" else [value]
        field = self.fields[-1]
        concrete = hasattr(field, "to_python") or field.remote_field is not None
        return len(values) <= MAX_VALUES and concrete and all(is_key(_column(field), each) for each in values)


def _column(field: Any) -> Any:
    """Return the field whose values a lookup through ``field`` compares."""
    if hasattr(field, "to_python"):
        return field
    return field.path_infos[-1].to_opts.pk  # a reverse relation


def _is_number_in(bounds: range, text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,4}", text) is not None and int(text) in bounds
