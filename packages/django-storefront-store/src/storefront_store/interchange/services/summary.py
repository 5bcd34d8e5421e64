"""The results of an import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.utils import translation

MOST_FAILURES_KEPT: Final = 200
MOST_ROWS_KEPT: Final = 500


class Result(StrEnum):
    """The result of one row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RowReport:
    """The report on one row.

    Attributes:
        number: The number of the row.
        place: Its position in the file.
        result: The result.
        label: The label of the product.
        detail: The changes, or the reason why it was skipped.
    """

    number: int
    place: str
    result: Result
    label: str = ""
    detail: str = ""


@dataclass(slots=True)
class Outcome:
    """The result of a batch."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rows: list[RowReport] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    def add(self, other: Outcome) -> None:
        """Add the result of a part of the batch."""
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.rows += other.rows
        self.notes.update(other.notes)

    def fail(self, place: str, reason: str, number: int = 0) -> None:
        """Add an invalid row."""
        self.rows.append(RowReport(number, place, Result.FAILED, detail=reason))


@dataclass(slots=True)
class Summary:
    """The summary of an import.

    Attributes:
        created: The number of new products.
        updated: The number of changed products, including those with new reviews.
        unchanged: The number of unchanged products.
        skipped: The number of intentionally skipped rows by reason.
        failed: The number of invalid rows.
        failures: The first invalid rows with position and reason, in the order of the file.
        rows: The results of the first rows, in the order of the file; rows without changes are left out.
        notes: Other notes in English with their numbers of occurrences.
        warnings: Problems with imported rows, with position and reason.
        preset: The label of the detected preset.
        columns: The field of each column of the file; an empty string for unused columns.
        more_rows: Whether there are more rows than in ``rows``.
        undone: Whether nothing was kept, because a row failed and ``strict`` was set.
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
        """Add the result of a batch."""
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
        """The translated notes that occurred, with their numbers of occurrences."""
        return [(translation.gettext(note), number) for note, number in self.notes.items() if number]

    @property
    def skipped_reasons(self) -> list[tuple[str, int]]:
        """The reasons for skipped rows, with their numbers."""
        return list(self.skipped.items())

    @property
    def unused_columns(self) -> list[str]:
        """The unused columns of the file."""
        return [column for column, name in self.columns.items() if not name]

    @property
    def used_columns(self) -> dict[str, str]:
        """The used columns of the file, with the field of each."""
        return {column: name for column, name in self.columns.items() if name}
