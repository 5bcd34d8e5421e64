"""Reading the rows of read plans by keys, and their representations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.db.models import OuterRef, Subquery

from storefront_store.internals import counts_rows, order_of
from storefront_store.packed import packed, unpacked
from storefront_store.prepared import Prepared, is_plain

PACKED: Final = "packed_"  # prefix of the annotations for nested rows that are read with their parents

Show = Callable[[Any, Mapping[str, Any]], Any]


class Row:
    """A row as read by a plan: an object with an attribute for each column.

    Args:
        values: The names of the columns and their values.
    """

    pk: Any

    def __init__(self, values: Iterable[tuple[str, Any]]) -> None:
        self.__dict__.update(values)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Declare that any column may be an attribute; as a method it would slow down each access."""


class Shown:
    """The representation of rows, whose fields are looked up once.

    Args:
        fields: The name of each field in the output, the attribute of the row (empty for the row itself), and the
            function that converts the value, or None.
    """

    def __init__(self, fields: Sequence[tuple[str, str, Show | None]]) -> None:
        self._names = [name for name, _attribute, _show in fields]
        # A second attribute makes itemgetter() return a tuple in any case; the value is left over.
        self._values: Callable[[Any], Any] = itemgetter(*(attribute or "pk" for _, attribute, _ in fields), "pk", "pk")
        self._converted = [(name, show) for name, attribute, show in fields if show is not None and attribute]
        self._of_row = [(name, show) for name, attribute, show in fields if show is not None and not attribute]

    def __call__(self, row: Any, context: Mapping[str, Any]) -> dict[str, Any]:
        """Return the representation of a row as primitive values."""
        shown = dict(zip(self._names, self._values(row.__dict__)))  # noqa: B905  (`strict` costs as much as the rest)
        for name, show in self._converted:
            value = shown[name]
            if value is not None:
                shown[name] = show(value, context)
        for name, show in self._of_row:
            shown[name] = show(row, context)
        return shown


class Rows:
    """Reads rows of a plan by the values of a column.

    Args:
        plan: The plan.
        lookup: The path to the column that is compared with the keys.
        key: The model field of the keys.
        parent: The attribute of the parent rows that has the key.
        single: Whether a parent has one row instead of a list.
        required: Whether a parent must have a row.
        packs: Whether their own nested rows are read with them. PostgreSQL plans such a statement anew for each list of
            less than ten keys, which costs more than a second statement.
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
        packs: bool = False,
    ) -> None:
        self.plan = plan
        self.lookup = lookup
        self.parent = parent
        self.single = single
        self.required = required
        self.packs = packs

        def build(keys: Any, at: Any) -> Any:
            found = plan.queryset(at=at).filter(**{f"{lookup}__in": keys})
            return found.order_by() if lookup == "pk" else found  # one row for each key has no order

        self._first = [] if lookup == "pk" else [lookup]  # a plan reads the key in any case
        self._prepared = Prepared(
            build,
            [*self._first, *(plan.columns if packs else plan.own_columns)],
            key=key,
            bound={"at": models.DateTimeField()},
            kept=is_plain(plan.model._default_manager),
        )

    def fetch(self, keys: Sequence[Any], *, using: str, at: datetime) -> dict[Any, list[Any]]:
        """Return the rows for each key."""
        found: dict[Any, list[Any]] = defaultdict(list)
        if keys:
            values = self._prepared.fetch(keys, using=using, at=at)
            for row in self.plan.rows(values, self._first, only_own=not self.packs):
                found[row.__dict__[self.lookup]].append(row)
        return found

    @property
    def can_be_packed(self) -> bool:
        """Whether the rows have only integers and texts of one table, and are in the order of their keys."""
        plan, meta = self.plan, self.plan.model._meta
        if self.single or plan.reads_again:
            return False
        rows = plan.queryset(at=None)
        is_sorted = list(order_of(rows)) in (["pk"], [meta.pk.name]) and isinstance(meta.pk, models.IntegerField)
        columns = [meta.pk if name == "pk" else meta.get_field(name) for name in plan.own_columns]
        is_plain_table = is_plain(plan.model._default_manager) and counts_rows(rows)
        return is_sorted and is_plain_table and all(_is_kept_by_json(column) for column in columns)

    def packed(self) -> Subquery:
        """Return an expression for the rows of a parent as one value of it."""
        rows = self.plan.queryset(at=None).filter(**{self.lookup: OuterRef("pk")})
        return packed(rows, *self.plan.own_columns)

    def unpacked(self, values: Sequence[str]) -> list[list[Any]]:
        """Return the rows of each packed value."""
        found = [unpacked(value) for value in values]
        rows = iter(self.plan.rows(list(chain.from_iterable(found)), only_own=True))
        return [list(islice(rows, len(each))) for each in found]

    def attach(self, parents: list[Any], name: str, *, using: str, at: datetime, context: dict[str, Any]) -> list[Any]:
        """Set the attribute ``name`` of each parent to its rows, completed. Rows that are set already are not read.

        Returns:
            The parents, without those that lack a required row.
        """
        missing = [parent for parent in parents if name not in parent.__dict__]
        keys = dict.fromkeys([parent.__dict__[self.parent] for parent in missing])
        keys.pop(None, None)
        found = self.fetch(list(keys), using=using, at=at)
        every = list(chain.from_iterable(found.values()))
        if len(missing) < len(parents):
            every += self._present(parents, name)
        for parent in missing:
            rows = found.get(parent.__dict__[self.parent]) or []
            parent.__dict__[name] = (rows[0] if rows else None) if self.single else rows
        complete = self.plan.complete(every, using=using, at=at, context=context)
        if len(complete) < len(every):
            self._keep(parents, name, {id(row) for row in complete})
        return [parent for parent in parents if parent.__dict__[name] is not None] if self.required else parents

    def _present(self, parents: list[Any], name: str) -> list[Any]:
        """Return the rows that parents have already, each once."""
        present = [parent.__dict__[name] for parent in parents if name in parent.__dict__]
        rows = present if self.single else [row for each in present for row in each]
        return list({id(row): row for row in rows if row is not None}.values())

    def _keep(self, parents: list[Any], name: str, kept: set[int]) -> None:
        """Remove the rows of parents that are incomplete."""
        for parent in parents:
            rows = parent.__dict__[name]
            if self.single:
                parent.__dict__[name] = rows if id(rows) in kept else None
            else:
                parent.__dict__[name] = [row for row in rows if id(row) in kept]


def rows_of(
    found: Sequence[Sequence[Any]], names: Sequence[str], joined: Mapping[str, Any], packed: Mapping[str, Rows]
) -> list[Any]:
    """Return row objects for the values that a statement read; joined rows that do not exist are None.

    Args:
        found: The values of each row.
        names: The names of the first ones.
        joined: The plans of joined rows by name, whose values follow.
        packed: How packed rows are read by name, whose values are the last ones.
    """
    # The joined and packed rows have the other values. `strict` would cost as much as the rest.
    rows = [Row(zip(names, values)) for values in found]  # noqa: B905
    start = len(names)
    for name, plan in joined.items():
        stop = start + len(plan.own_columns)
        others = plan.rows([values[start:stop] for values in found], only_own=True)
        for row, other in zip(rows, others, strict=True):
            row.__dict__[name] = None if other.pk is None else other
        start = stop
    for name, nested in packed.items():
        given = [(row, values[start]) for row, values in zip(rows, found, strict=True) if values[start] is not None]
        for (row, _), inner in zip(given, nested.unpacked([value for _, value in given]), strict=True):
            row.__dict__[name] = inner  # the others are read by a statement
        start += 1
    return rows


def _is_kept_by_json(column: Any) -> bool:
    """Return whether values of a column are the same in JSON."""
    kinds = (models.IntegerField, models.CharField, models.TextField, models.FileField)
    return isinstance(column, kinds) and not hasattr(column, "from_db_value")
