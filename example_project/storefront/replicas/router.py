"""The database router: reads of safe requests go to the replica, everything else to the primary."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django.db import connections

PRIMARY: Final = "default"
REPLICA: Final = "replica"
_reads: ContextVar[str] = ContextVar("storefront_reads", default=PRIMARY)


@contextmanager
def reading_from_replica() -> Iterator[None]:
    """Allow reads from the replica in this block. Outside of such blocks, as in tasks, the primary is read."""
    token = _reads.set(REPLICA)
    try:
        yield
    finally:
        _reads.reset(token)


class ReplicaRouter:
    """Database router for one primary with one replica."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Return the replica if it may be read, unless a transaction on the primary is open."""
        if _reads.get() == PRIMARY or connections[PRIMARY].in_atomic_block:
            return PRIMARY
        return REPLICA

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Return the primary, from which the rest of the request is read too."""
        _reads.set(PRIMARY)
        return PRIMARY

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        """Return ``True``, because both databases contain the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Return ``False`` for the replica, which gets its tables from the primary."""
        return False if db == REPLICA else None
