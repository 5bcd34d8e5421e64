"""What came of an import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

MOST_FAILURES_KEPT: Final = 200
MOST_ROWS_KEPT: Final = 500


class Result(StrEnum):
    """What came of one row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RowReport:
    """What came of one row.

    Attributes:
        number: The number of the row.
        place: Where it stands in the file.
        result: What came of it.
        label: What it is about.
        detail: What changes, or why it was left out.
    """

    number: int
    place: str
    result: Result
    label: str = ""
    detail: str = ""


@dataclass(slots=True)
class Outcome:
    """What came of a batch."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rows: list[RowReport] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    def add(self, other: Outcome) -> None:
        """Count what came of a part of the batch."""
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.rows += other.rows
        self.notes.update(other.notes)

    def fail(self, place: str, reason: str, number: int = 0) -> None:
        """Add a row that could not be used."""
        self.rows.append(RowReport(number, place, Result.FAILED, detail=reason))


@dataclass(slots=True)
class Summary:
    """What came of an import.

    Attributes:
        created: New products.
        updated: Products that changed, be it by a new review.
        unchanged: Products that were like this already.
        skipped: Rows that were left out on purpose, by reason.
        failed: Rows that could not be used.
        failures: The first of those, each with its place and reason, in the order of the file.
        rows: What came of the first rows, in the order of the file; those that change nothing are left out.
        notes: What else there is to know, with how often it happened.
        warnings: What could not be done for rows that were used, each with its place and reason.
        preset: What the file was taken for.
        columns: The field for which each column of the file was used; an empty string, if it was not used.
        more_rows: Whether there are more rows than are kept in ``rows``.
        undone: Whether nothing was kept, because a row failed and all or nothing was asked for.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    rows: list[RowReport] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    preset: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    undone: bool = False
    more_rows: bool = False

    def add(self, outcome: Outcome) -> None:
        """Count what came of a batch."""
        self.created += outcome.created
        self.updated += outcome.updated
        self.unchanged += outcome.unchanged
        self.notes.update(outcome.notes)
        for row in sorted(outcome.rows, key=lambda row: row.number):
            if row.result is Result.SKIPPED:
                self.skipped[row.detail] += 1
            elif row.result is Result.FAILED:
                self.failed += 1
                if len(self.failures) < MOST_FAILURES_KEPT:
                    self.failures.append((row.place, row.detail))
            if row.result is Result.UNCHANGED:
                continue
            if len(self.rows) < MOST_ROWS_KEPT:
                self.rows.append(row)
            else:
                self.more_rows = True

    @property
    def told(self) -> list[tuple[str, int]]:
        """The notes that there is something to tell of, with how often it happened."""
        return [(note, number) for note, number in self.notes.items() if number]

    @property
    def skipped_reasons(self) -> list[tuple[str, int]]:
        """Why rows were left out on purpose, with how many."""
        return list(self.skipped.items())

    @property
    def unused_columns(self) -> list[str]:
        """The columns of the file that were not used."""
        return [column for column, name in self.columns.items() if not name]

    @property
    def used_columns(self) -> dict[str, str]:
        """The columns of the file that were used, with the field of each."""
        return {column: name for column, name in self.columns.items() if name}
