"""Reading the rows of read plans by keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.db import models

from storefront_store.prepared import Prepared, is_plain


class Row(SimpleNamespace):
    """A row as read by a plan: an object with an attribute for each column."""


class Rows:
    """Reads rows of a plan by the values of a column.

    Args:
        plan: The plan.
        lookup: The path to the column that is compared with the keys.
        key: The model field of the keys.
        parent: The attribute of the parent rows that has the key.
        single: Whether a parent has one row instead of a list.
        required: Whether a parent must have a row.
    """

    def __init__(
        self,
        plan: Any,
        lookup: str,
        key: Any,
        *,
        parent: str = "pk",
        single: bool = False,
        required: bool = False,
    ) -> None:
        self.plan = plan
        self.parent = parent
        self.single = single
        self.required = required
        self._prepared = Prepared(
            lambda keys, at: plan.queryset(at=at).filter(**{f"{lookup}__in": keys}),
            [lookup, *plan.columns],
            key=key,
            bound={"at": models.DateTimeField()},
            kept=is_plain(plan.model._default_manager),
        )

    def fetch(self, keys: Sequence[Any], *, using: str, at: datetime) -> dict[Any, list[Any]]:
        """Return the rows for each key."""
        found: dict[Any, list[Any]] = defaultdict(list)
        if keys:
            for key, *values in self._prepared.fetch(keys, using=using, at=at):
                found[key].append(self.plan.row(iter(values)))
        return found

    def attach(self, parents: list[Any], name: str, *, using: str, at: datetime, context: dict[str, Any]) -> list[Any]:
        """Set the attribute ``name`` of each parent to its rows, completed. Rows that are set already are not read.

        Returns:
            The parents, without those that lack a required row.
        """
        keys = dict.fromkeys(getattr(parent, self.parent) for parent in parents if name not in vars(parent))
        keys.pop(None, None)
        found = self.fetch(list(keys), using=using, at=at)
        for parent in parents:
            if name not in vars(parent):
                setattr(parent, name, found.get(getattr(parent, self.parent), ()))
            elif self.single:
                setattr(parent, name, [getattr(parent, name)])
        every = {id(row): row for parent in parents for row in getattr(parent, name)}
        complete = self.plan.complete(list(every.values()), using=using, at=at, context=context)
        kept = set(map(id, complete))
        for parent in parents:
            rows = [row for row in getattr(parent, name) if id(row) in kept]
            setattr(parent, name, (rows[0] if rows else None) if self.single else rows)
        return [parent for parent in parents if getattr(parent, name) is not None] if self.required else parents
