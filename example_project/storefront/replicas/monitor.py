"""Monitoring of the replica: whether it responds, and how old what it shows can be."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from storefront.replicas.router import PRIMARY, REPLICA

logger = logging.getLogger(__name__)

CHECK_SECONDS: Final = 1.0
TRUST_SECONDS: Final = 2.0  # how long a result is used while another thread checks again
WRITTEN: Final = "SELECT pg_current_wal_lsn() - '0/0'"
REPLAYED: Final = "SELECT pg_last_wal_replay_lsn() - '0/0' WHERE pg_is_in_recovery()"


def position(alias: str, statement: str) -> Decimal | None:
    """Return a position in the write-ahead log, or None if the database is unavailable or not in the expected role."""
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone()
    except (DatabaseError, InterfaceError):
        return None
    return row[0] if row else None


class Monitor:
    """Compares the position that the replica has reached with the former positions of the primary.

    This bounds the age of the replica's data without comparing clocks, and without special permissions. One request a
    second in each process does it; the others use its result.

    Args:
        written: Returns the position of the primary.
        replayed: Returns that of the replica, or None if it is down, or no replica anymore.
        clock: Returns the time in seconds.
    """

    def __init__(
        self,
        written: Callable[[], Decimal | None] = lambda: position(PRIMARY, WRITTEN),
        replayed: Callable[[], Decimal | None] = lambda: position(REPLICA, REPLAYED),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._written, self._replayed, self._clock = written, replayed, clock
        self._positions: deque[tuple[float, Decimal]] = deque()
        self._checked_at = self._current_at = float("-inf")
        self._is_up = False
        self._lock = threading.Lock()

    def is_usable(self) -> bool:
        """Return whether the replica responds and its data is at most ``REPLICA_LAG_SECONDS`` old."""
        if self._clock() - self._checked_at >= CHECK_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._check()
            finally:
                self._lock.release()
        now = self._clock()
        is_current = now - self._current_at <= settings.REPLICA_LAG_SECONDS
        return self._is_up and is_current and now - self._checked_at < TRUST_SECONDS

    def suspect(self) -> None:
        """Make the next request check again, after a failure of the replica."""
        self._checked_at = float("-inf")

    def _check(self) -> None:
        now = self._clock()
        written = self._written()
        if written is not None:
            self._positions.append((now, written))
        was_up = self._is_up
        replayed = self._replayed()
        self._is_up = replayed is not None
        if self._is_up != was_up:
            logger.warning("The replica is %s", "in use" if self._is_up else "not available; the primary is read")
        while replayed is not None and self._positions and self._positions[0][1] <= replayed:
            self._current_at = self._positions.popleft()[0]
        while self._positions and now - self._positions[0][0] > settings.REPLICA_LAG_SECONDS:
            self._positions.popleft()  # the data is too old anyway when the replica reaches it
        self._checked_at = self._clock()


monitor: Final = Monitor()
