"""How long a run measures, and what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rows import ROWS, Row


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how often.

    Attributes:
        seconds: Of one row, for one shop, in one round.
        rounds: How often each row is measured.
        connections: How many clients ask at the same time.
        carts: How many are bought in a round, at most.
        orders: How many the customer has whose orders are listed.
        parallel: How many buy the last unit at the same time.
        soak: How many mixed requests our store is sent while its memory is watched; 0 for none.
        only: The names of the rows; all, if empty.
    """

    seconds: float
    rounds: int
    connections: int
    carts: int
    orders: int
    parallel: int
    soak: int = 0
    only: frozenset[str] = frozenset()

    def rows(self) -> Iterator[Row]:
        """Return the rows that are wanted."""
        return (row for row in ROWS if not self.only or row.name in self.only)


FULL = Plan(seconds=3, rounds=5, connections=8, carts=200, orders=50, parallel=16, soak=20_000)
QUICK = Plan(seconds=0.5, rounds=3, connections=8, carts=24, orders=10, parallel=16)
