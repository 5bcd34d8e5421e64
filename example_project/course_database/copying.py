"""Copying of the rows of a table with their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models

from course_database.report import Report
from course_database.source import SourceRow

BATCH: Final = 500  # rows in one INSERT

Row = SourceRow


class Collision(Exception):
    """A different row with the same key exists already."""


class Copier:
    """Writes the rows of the source to this database, and counts them in the report.

    Args:
        report: The report.
        using: The alias of the database that is written to.
    """

    def __init__(self, report: Report, using: str) -> None:
        self.report = report
        self.using = using

    def copy(
        self,
        kind: str,
        model: type[models.Model],
        rows: Iterable[Row],
        make: Callable[[Row], models.Model | None],
        *,
        same: str,
    ) -> set[Any]:
        """Copy the rows that do not exist yet.

        Args:
            kind: The name of the rows in the report.
            model: The model in this project.
            rows: The rows of the source.
            make: Function that returns an unsaved instance with its key, or ``None`` for a row that can't be imported.
            same: The field whose value shows that an existing row is the same one.

        Returns:
            The keys of all imported rows.

        Raises:
            Collision: If a different row has one of the keys.
        """
        keys: set[Any] = set()
        self.report.found[kind] += 0
        for batch in _batches(rows):
            self.report.found[kind] += len(batch)
            made = [instance for instance in (self._made(kind, row, make) for row in batch) if instance is not None]
            present = model._base_manager.using(self.using).in_bulk([instance.pk for instance in made])
            for instance in made:
                known = present.get(instance.pk)
                if known is not None and getattr(known, same) != getattr(instance, same):
                    raise Collision(
                        f"{model._meta.verbose_name} {instance.pk} is here already, and is another one: "
                        f"{getattr(known, same)!r} is not {getattr(instance, same)!r}."
                    )
            new = [instance for instance in made if instance.pk not in present]
            self._insert(model, new)
            self.report.moved[kind] += len(new)
            self.report.present[kind] += len(present)
            keys.update(instance.pk for instance in made)
        return keys

    def _made(self, kind: str, row: Row, make: Callable[[Row], models.Model | None]) -> models.Model | None:
        try:
            return make(row)
        except (ValidationError, ValueError, ArithmeticError):
            self.report.lost[f"{kind} with a value that no column can hold"] += 1
            return None

    def _insert(self, model: type[models.Model], instances: Sequence[models.Model]) -> None:
        """Insert rows, with their own dates instead of the current date."""
        dates = [
            field.name
            for field in model._meta.concrete_fields
            if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        ]
        brought = [{name: getattr(instance, name) for name in dates} for instance in instances]
        manager = model._default_manager.using(self.using)
        manager.bulk_create(instances, batch_size=BATCH)
        if dates and instances:
            for instance, values in zip(instances, brought, strict=True):
                for name, value in values.items():
                    if value is not None:
                        setattr(instance, name, value)
            rows: Any = models.QuerySet(model, using=self.using)
            rows.bulk_update(instances, dates, batch_size=BATCH)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch
