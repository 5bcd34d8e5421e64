"""Helpers shared by the store's querysets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import DecimalField
from django.db.models.lookups import In

from storefront_store.internals import explicit_order
from storefront_store.prepared import SIZES

MONEY: DecimalField[Any, Any] = DecimalField(max_digits=19, decimal_places=2)


class Among(In):
    """``IN`` with a subquery, which PostgreSQL executes first, to then read the rows by the array of its results.

    For a join, PostgreSQL would compare the cost of reading products by key with that of reading the whole table as if
    each took a page from a disk, and would read the whole table for a word of some thousand products. The array also
    lets it read each page of the table once.
    """

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """Return the operator with the subquery."""
        return f"= ANY(ARRAY{rhs})" if connection.vendor == "postgresql" else super().get_rhs_op(connection, rhs)


def related(model: type[models.Model], name: str) -> Any:
    """Return the model at the other end of the relation ``name``."""
    return model._meta.get_field(name).related_model


def in_order(queryset: Any) -> Any:
    """Re-apply ``Meta.ordering``, which Django drops from grouped queries."""
    return queryset if explicit_order(queryset) else queryset.order_by(*queryset.model._meta.ordering)


def padded(values: Iterable[Any]) -> list[Any]:
    """Return values with the last one repeated, up to one of the lengths for which statements are compiled."""
    every = list(values)
    size = next((size for size in SIZES if size >= len(every)), len(every))
    return every + every[-1:] * (size - len(every)) if every else []
