"""Walks through iterables and querysets in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

from django.db.models import Model, QuerySet

from storefront_store.types import Key

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=Model)

BATCH_SIZE: Final = 500  # rows in one transaction: short locks, and few enough parameters for every database


def batches(items: Iterable[T], size: int = BATCH_SIZE) -> Iterator[list[T]]:
    """Cut ``items`` into lists of at most ``size``, reading no further ahead than one of them."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def key_batches(rows: QuerySet[ModelT], size: int = BATCH_SIZE) -> Iterator[list[Key]]:
    """Walk through the primary keys of a queryset in lists of at most ``size``; rows may come and go meanwhile."""
    keys = rows.order_by("pk").values_list("pk", flat=True)
    batch = list(keys[:size])
    while batch:
        yield batch
        batch = list(keys.filter(pk__gt=batch[-1])[:size])


def by_key(rows: QuerySet[ModelT]) -> Iterator[ModelT]:
    """Walk through a queryset in the order of its primary key, a batch at a time on every database."""
    rows = rows.order_by("pk")
    batch = list(rows[:BATCH_SIZE])
    yield from batch
    while len(batch) == BATCH_SIZE:
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:BATCH_SIZE])
        yield from batch
