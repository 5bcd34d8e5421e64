"""What a move has done: rows by kind, sums on both sides, and what could not be kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(slots=True)
class Report:
    """The account of a move.

    Attributes:
        found: Rows of the source by kind.
        moved: Rows written by kind.
        present: Rows by kind that were there from an earlier move.
        changed: What was changed on its way, with how often.
        lost: What could not be kept, with how often.
        sums: Amounts by name: of the source, and of the same rows here.
    """

    found: Counter[str] = field(default_factory=Counter)
    moved: Counter[str] = field(default_factory=Counter)
    present: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    sums: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether every row and every cent arrived."""
        return not self.lost and all(before == after for before, after in self.sums.values())

    def lines(self) -> Iterator[str]:
        """Yield the report line by line, for people."""
        yield f"{'':24}{'found':>10}{'moved':>10}{'there':>10}"
        for kind in self.found:
            yield f"{kind:24}{self.found[kind]:>10}{self.moved[kind]:>10}{self.present[kind]:>10}"
        for name, (before, after) in self.sums.items():
            verdict = "equal" if before == after else "DIFFERENT"
            yield f"{name}: {before} there, {after} here: {verdict}"
        for what, number in self.changed.items():
            yield f"Changed: {what} ({number})"
        for what, number in self.lost.items():
            yield f"Not kept: {what} ({number})"
