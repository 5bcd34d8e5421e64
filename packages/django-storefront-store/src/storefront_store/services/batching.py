"""Iteration over iterables and querysets in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

from django.db.models import Model, QuerySet

from storefront_store.types import Key

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=Model)

BATCH_SIZE: Final = 500  # rows per transaction: keeps locks short and statements within the limits of every database


def batches(items: Iterable[T], size: int = BATCH_SIZE) -> Iterator[list[T]]:
    """Yield lists of at most ``size`` items, reading ahead no more than one list."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def key_batches(rows: QuerySet[ModelT], size: int = BATCH_SIZE) -> Iterator[list[Key]]:
    """Yield the primary keys of a queryset in lists of at most ``size``; rows may be added and deleted meanwhile."""
    keys = rows.order_by("pk").values_list("pk", flat=True)
    batch = list(keys[:size])
    while batch:
        yield batch
        batch = list(keys.filter(pk__gt=batch[-1])[:size])


def by_key(rows: QuerySet[ModelT]) -> Iterator[ModelT]:
    """Yield the rows of a queryset ordered by primary key, loading one batch at a time on every database."""
    rows = rows.order_by("pk")
    batch = list(rows[:BATCH_SIZE])
    yield from batch
    while len(batch) == BATCH_SIZE:
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:BATCH_SIZE])
        yield from batch
