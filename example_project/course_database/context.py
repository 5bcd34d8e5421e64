"""The context that the steps of an import share."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import models
from django.db.models import DecimalField, ExpressionWrapper, Sum
from django.utils import timezone

from course_database.copying import BATCH, Copier
from course_database.report import Report
from course_database.source import Source

MONEY: DecimalField[Any, Any] = DecimalField(max_digits=19, decimal_places=2)


@dataclass
class Move:
    """A running import.

    Attributes:
        source: The database of the course project.
        report: The report so far.
        using: The alias of the database that is written to.
        media: The source's media folder, or ``None``.
        products: The keys of the imported products.
        started: The time of the import, for rows whose own time is not known.
    """

    source: Source
    report: Report
    using: str
    media: Path | None = None
    products: set[Any] = field(default_factory=set)
    started: datetime = field(default_factory=timezone.now)

    @property
    def copier(self) -> Copier:
        """The object that writes the rows."""
        return Copier(self.report, self.using)

    def compare(
        self, name: str, before: Decimal, model: type[models.Model], keys: Collection[Any], expression: Any
    ) -> None:
        """Add a sum in the source and the same sum in this database to the report.

        Args:
            name: The name of the amount.
            before: The sum in the source.
            model: The model in this project.
            keys: The keys of the imported rows.
            expression: The expression to sum up.
        """
        after = Decimal(0)
        amount = Sum(ExpressionWrapper(expression, output_field=MONEY))
        left = iter(keys)
        while batch := list(islice(left, BATCH)):
            rows = model._base_manager.using(self.using).filter(pk__in=batch)
            after += rows.aggregate(amount=amount)["amount"] or 0
        self.report.sums[name] = before, after.quantize(Decimal("0.01"))
