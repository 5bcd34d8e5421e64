"""The search of lists that are too long to be searched whole for parts of words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any, Final, NamedTuple

from django.db import models
from django.http import HttpRequest

from .lookups import Lookup
from .values import is_key

MAX_KEYS: Final = 500  # in the statement of a page
ATTRIBUTE: Final = "hardened_search"  # of the request
PREFIXES: Final = "^=@"


class Extent(Enum):
    """How much of a list was searched, and whether its results are few enough to be sorted by any column."""

    ALL = "all"
    NEWEST_FEW = "newest, with few results"
    NEWEST_MANY = "newest, with many results"


class Results(NamedTuple):
    """The rows that a search has found.

    Attributes:
        rows: The rows.
        extent: How much of the list was searched.
    """

    rows: models.QuerySet[Any]
    extent: Extent


def extent_of(request: HttpRequest) -> Extent:
    """Return how much of its list the search of this request has read."""
    extent: Extent = getattr(request, ATTRIBUTE, Extent.ALL)
    return extent


def narrow(
    found: models.QuerySet[Any], rows: models.QuerySet[Any], term: str, fields: Sequence[str], limit: int
) -> Results:
    """Return the results of a search; in a long list, only of its newest rows and of exact values with an index.

    No index helps to find a part of a word, so the cost of such a search grows with the table. The keys of up to
    ``MAX_KEYS`` results are read first and put into the statements of the page: whatever the order of the page, a
    database does not look through the table for them again.

    Args:
        found: The rows that match, as Django searches them.
        rows: The rows that are searched.
        term: The search term.
        fields: The ``search_fields``.
        limit: The number of rows that are searched for parts of words.
    """
    term = term.strip()
    lookups = [Lookup(rows.model, name.lstrip(PREFIXES)) for name in fields]
    indexed = [lookup for lookup in lookups if lookup.fields and _has_index(lookup.fields[-1])]
    if not term or all(lookup in indexed and lookup.rest == ["exact"] for lookup in lookups):
        return Results(found, Extent.ALL)
    oldest = rows.order_by("-pk").values_list("pk", flat=True)[limit - 1 : limit + 1]
    bounds = list(oldest)
    if len(bounds) < 2:
        return Results(found, Extent.ALL)
    keys: set[Any] = set()
    for condition in _exact(indexed, term):
        exact = rows.filter(condition)
        keys.update(_keys(exact))
        if len(keys) > MAX_KEYS:
            return Results(exact, Extent.NEWEST_MANY)
    newest = found.filter(pk__gte=bounds[0])
    near = _keys(newest)
    if len(near) > MAX_KEYS:
        return Results(newest | rows.filter(pk__in=keys) if keys else newest, Extent.NEWEST_MANY)
    return Results(rows.filter(pk__in=keys | near), Extent.NEWEST_FEW)


def _keys(rows: models.QuerySet[Any]) -> set[Any]:
    return set(rows.order_by().values_list("pk", flat=True)[: MAX_KEYS + 1])


def _exact(lookups: Sequence[Lookup], term: str) -> Iterator[models.Q]:
    """Return the conditions that a column is the whole term, as it was typed or in lower case."""
    for lookup in lookups:
        values = [value for value in dict.fromkeys((term, term.lower())) if is_key(lookup.fields[-1], value)]
        if values:
            yield models.Q(**{f"{lookup.path}__in": values})


def _has_index(field: Any) -> bool:
    """Return whether the rows with a value of ``field`` are found by an index."""
    if not hasattr(field, "attname"):
        return False
    opts = field.model._meta
    leading = {
        part.fields[0]
        for part in (*opts.indexes, *opts.constraints)
        if getattr(part, "fields", ()) and part.condition is None
    }
    return bool(field.unique or field.db_index or field.name in leading)
