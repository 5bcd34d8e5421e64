"""Reading a part of a long list: a slice, or the rows beyond a position in the order."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.db import connections
from django.db.models import Q, QuerySet
from django.utils import timezone

from storefront_store.internals import annotations_of, order_of, slices_in_subqueries

MAX_EXPONENT: Final = 50


def read_slice(queryset: QuerySet[Any], start: int, stop: int) -> list[Any]:
    """Read rows ``start`` to ``stop``.

    Far from the beginning the keys are found first, so that what is annotated is worked out for the page alone
    and not for every row that is passed over.
    """
    if not start:
        return list(queryset[:stop])
    keys: Any = queryset.values("pk")[start:stop]
    if not slices_in_subqueries(queryset.db):
        keys = [row["pk"] for row in keys]
    return list(queryset.filter(pk__in=keys))


def only_keys(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Defer all columns but the key and those that the rows are ordered by."""
    columns = {field.name for field in queryset.model._meta.concrete_fields}
    order = [str(name).lstrip("-").removeprefix("sorted_") for name in order_of(queryset)]
    return queryset.only("pk", *(name for name in order if name in columns))


def rows_after(order: list[str], position: list[Any]) -> Q:
    """Return the condition for rows beyond a position, led by a plain comparison that an index can serve.

    Args:
        order: The names of columns, each with a ``-`` before it where it descends.
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
    """Return the rows in an order that a position can be told in: their own, if that is one of filled columns."""
    order = list(order_of(queryset))
    columns = {"pk", *(field.name for field in queryset.model._meta.concrete_fields if not field.null)}
    columns |= {name for name in annotations_of(queryset) if name == "relevance" or name.startswith("sorted_")}
    if order and all(isinstance(name, str) and name.lstrip("-") in columns for name in order):
        return queryset, [str(name) for name in order]
    return queryset.order_by("pk"), ["pk"]


def reversed_order(order: list[str]) -> list[str]:
    """Return the order that walks through the same rows backwards."""
    return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


def column_of(queryset: QuerySet[Any], name: str) -> Any:
    """Return the field of a column or an annotation of a queryset."""
    annotation = annotations_of(queryset).get(name)
    if annotation is not None:
        return annotation.output_field
    meta = queryset.model._meta
    return meta.pk if name == "pk" else meta.get_field(name)


def value_of(field: Any, text: str, using: str) -> Any:
    """Return the value of a column from the text in a cursor.

    Raises:
        ValueError, ArithmeticError, ValidationError: If it could not.
    """
    value = field.to_python(text)
    if isinstance(value, str) and "\x00" in value.encode().decode():  # which no lone surrogate survives
        raise ValueError("null character")
    if isinstance(value, datetime) and settings.USE_TZ and timezone.is_naive(value):
        raise ValueError("no time zone")
    if isinstance(value, Decimal) and abs(value.adjusted()) > MAX_EXPONENT:
        raise ValueError("out of range")
    field.get_db_prep_value(value, connections[using])
    return value


def text_of(row: Any, name: str) -> str:
    """Return the value of a row as text, from which :func:`value_of` makes it again."""
    name = name.removeprefix("sorted_")
    if name == "relevance":
        return str(row.relevance)
    field = row._meta.pk if name == "pk" else row._meta.get_field(name)
    return str(field.value_to_string(row))
