"""Reading parts of long lists: slices, and rows after a position (keyset pagination)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.db import connections
from django.db.models import Q, QuerySet
from django.utils import timezone

from storefront_store.counts import query_digest
from storefront_store.internals import annotations_of, order_of, slices_in_subqueries

MAX_EXPONENT: Final = 50


def read_slice(queryset: QuerySet[Any], start: int, stop: int) -> list[Any]:
    """Return rows ``start`` to ``stop``.

    Far from the beginning the keys are selected first, so that annotations are computed for the page only and not
    for all skipped rows.
    """
    if not start:
        return list(queryset[:stop])
    keys: Any = queryset.values("pk")[start:stop]
    if not slices_in_subqueries(queryset.db):
        keys = [row["pk"] for row in keys]
    return list(queryset.filter(pk__in=keys))


def collapsed_until(queryset: QuerySet[Any], limit: int, names: Sequence[str]) -> Any:
    """Return the first ``limit`` rows of a collapsed list as read from the groups, or None if they can't be.

    Args:
        queryset: The rows of any list.
        limit: A number of rows.
        names: What to read; see :meth:`~storefront_store.querysets.collapsed.CollapsedQuerySet.collapsed_until`.
    """
    until = getattr(queryset, "collapsed_until", None)
    return None if until is None else until(limit, names)


def collapsed_before(queryset: QuerySet[Any], limit: int) -> Any:
    """Return a collapsed list as far as row ``limit``, or some further, or None if it can't be read from the groups."""
    before = getattr(queryset, "collapsed_before", None)
    return None if before is None else before(limit)


def only_keys(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Defer all columns except the primary key and those of the ordering."""
    columns = {field.name for field in queryset.model._meta.concrete_fields}
    return queryset.only("pk", *(name for name in _names(queryset) if name in columns))


def _names(queryset: QuerySet[Any]) -> list[str]:
    """Return the names of the columns of the ordering."""
    return [str(name).lstrip("-").removeprefix("sorted_") for name in order_of(queryset)]


def rows_after(order: list[str], position: list[Any]) -> Q:
    """Return the condition for rows after a position, beginning with a simple comparison that can use an index.

    Args:
        order: The names of columns, prefixed with ``-`` for descending order.
        position: The values of these columns in the last row before.
    """
    (name, *names), (value, *values) = order, position
    column, descending = name.lstrip("-"), name.startswith("-")
    beyond = Q(**{f"{column}__{'lt' if descending else 'gt'}": value})
    if not names:
        return beyond
    at_or_beyond = Q(**{f"{column}__{'lte' if descending else 'gte'}": value})
    return at_or_beyond & (beyond | rows_after(names, values))


def in_keyset_order(queryset: QuerySet[Any]) -> tuple[QuerySet[Any], list[str]]:
    """Return the rows in an order suitable for keyset pagination: their own, if it consists of non-null columns."""
    order = list(order_of(queryset))
    columns = {"pk", *(field.name for field in queryset.model._meta.concrete_fields if not field.null)}
    columns |= {name for name in annotations_of(queryset) if name == "relevance" or name.startswith("sorted_")}
    if order and all(isinstance(name, str) and name.lstrip("-") in columns for name in order):
        return queryset, [str(name) for name in order]
    return queryset.order_by("pk"), ["pk"]


def reversed_order(order: list[str]) -> list[str]:
    """Return the reverse of an order."""
    return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


def column_of(queryset: QuerySet[Any], name: str) -> Any:
    """Return the model field of a column or an annotation of a queryset."""
    annotation = annotations_of(queryset).get(name)
    if annotation is not None:
        return annotation.output_field
    meta = queryset.model._meta
    return meta.pk if name == "pk" else meta.get_field(name)


def value_of(field: Any, text: str, using: str) -> Any:
    """Convert the text in a cursor to the value of a column.

    Raises:
        ValueError, ArithmeticError, ValidationError: If the text is not valid.
    """
    value = field.to_python(text)
    if isinstance(value, str) and "\x00" in value.encode().decode():  # fails for lone surrogates
        raise ValueError("null character")
    if isinstance(value, datetime) and settings.USE_TZ and timezone.is_naive(value):
        raise ValueError("no time zone")
    if isinstance(value, Decimal) and abs(value.adjusted()) > MAX_EXPONENT:
        raise ValueError("out of range")
    field.get_db_prep_value(value, connections[using])
    return value


def text_of(model: Any, row: Any, name: str) -> str:
    """Return the value of a row of ``model`` as text that :func:`value_of` can convert back."""
    name = name.removeprefix("sorted_")
    if name == "relevance":
        return str(row.relevance)
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return str(field.value_to_string(row))


class QuerySetRows:
    """The rows of a queryset, as paginations read them.

    Args:
        queryset: The rows in their order.
        keys_only: Whether to read only the primary key and the columns of the ordering.
    """

    def __init__(self, queryset: QuerySet[Any], *, keys_only: bool = False) -> None:
        self.queryset = queryset
        self.keys_only = keys_only
        self.keyset: Any
        self.order: list[str]
        self.keyset, self.order = in_keyset_order(queryset)

    def slice(self, start: int, stop: int) -> list[Any]:
        """Return rows ``start`` to ``stop``."""
        rows = only_keys(self.queryset) if self.keys_only else self.queryset
        key = rows.model._meta.pk.attname
        names = (key if name == "pk" else name for name in _names(rows))
        grouped = collapsed_until(rows, stop, list(dict.fromkeys([key, *names])))
        if grouped is not None:
            return list(rows.filter(pk__in=[values[0] for values in grouped[start:stop]]))
        return list(rows[start:stop]) if self.keys_only else read_slice(rows, start, stop)

    def after(self, position: list[Any] | None, number: int, *, backwards: bool = False) -> list[Any]:
        """Return the first rows after a position, or with ``backwards`` the last ones before it, in reverse order.

        Args:
            position: The values of the columns in ``order``; None for the beginning.
            number: The maximum number of rows.
            backwards: Whether to read in the opposite direction.
        """
        page = after(self.keyset, self.order, position, backwards=backwards)
        return list((only_keys(page) if self.keys_only else page)[:number])

    def field_of(self, name: str) -> Any:
        """Return the model field of a column or an annotation."""
        return column_of(self.keyset, name)

    def text_of(self, row: Any, name: str) -> str:
        """Return the value of a row as text that :func:`value_of` can convert back."""
        return text_of(self.queryset.model, row, name)

    @property
    def db(self) -> str:
        """The alias of the database."""
        return self.queryset.db

    def count(self) -> int:
        """Return the number of rows."""
        return self.queryset.count()

    def digest(self) -> str:
        """Return a digest of the query, regardless of its ordering.

        Raises:
            EmptyResultSet: If there can't be any rows.
        """
        return query_digest(self.queryset)


def after(
    queryset: QuerySet[Any], order: list[str], position: list[Any] | None, *, backwards: bool = False
) -> QuerySet[Any]:
    """Return the rows after a position in an order, or those before it in the reverse order."""
    wanted = reversed_order(order) if backwards else order
    page = queryset.order_by(*wanted) if backwards else queryset
    return page.filter(rows_after(wanted, position)) if position else page
