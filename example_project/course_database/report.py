"""The report of an import: rows by kind, sums in both databases, and losses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(slots=True)
class Report:
    """The report of an import.

    Attributes:
        found: The number of rows in the source by kind.
        moved: The number of written rows by kind.
        present: The number of rows from an earlier import by kind.
        changed: The number of values that were changed, by description.
        lost: The number of values that could not be imported, by description.
        sums: The sums in the source and of the same rows in this database, by name.
    """

    found: Counter[str] = field(default_factory=Counter)
    moved: Counter[str] = field(default_factory=Counter)
    present: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    sums: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether all rows were imported and all sums are equal."""
        return not self.lost and all(before == after for before, after in self.sums.values())

    def lines(self) -> Iterator[str]:
        """Yield the lines of the report."""
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
