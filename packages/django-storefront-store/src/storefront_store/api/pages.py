"""Rows of lists and details, read by statements that are compiled once for all requests of the same shape.

The queryset of a list is built by the view and its filters. For most requests it has the same shape: the visible rows
in a default order. A view describes this shape (:meth:`~storefront_store.api.views.base.StoreViewSet.get_shape`), and
requests of the same shape share their statements. Only what differs is given at each execution: keys in the URL, the
position of a cursor, the number of the page and the time of the prices.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.db import models
from rest_framework.request import Request

from storefront_store.api.keysets import after, column_of, in_keyset_order, text_of
from storefront_store.api.plan_rows import Row
from storefront_store.api.plans import ReadPlan
from storefront_store.counts import query_digest
from storefront_store.prepared import Bound, Prepared

FAR: Final = 100  # from this row on, keys are read first, so that no values are computed for the rows that are skipped
MAX_SHAPES: Final = 500  # maximum number of shapes that a plan keeps


class Shape(NamedTuple):
    """What the rows of a request depend on.

    Attributes:
        key: Everything that changes the query, such as the order and whether staff asks.
        values: The values of columns by which the rows are filtered, such as the key in the URL.
        columns: More columns to read than the serializer needs.
    """

    key: Hashable
    values: Mapping[str, Any] = {}
    columns: Sequence[str] = ()


@lru_cache(maxsize=512)
def is_current(owner: type[Any], name: str, *others: str) -> bool:
    """Return whether a description is true of a class: no subclass overrides what it describes, but not itself.

    Args:
        owner: The class.
        name: The attribute with the description.
        others: The attributes that it describes; by default all methods.
    """
    for base in owner.__mro__:
        own = vars(base)
        if name in own:
            return True
        methods = (each for each in own if not each.startswith("__") and hasattr(type(own[each]), "__get__"))
        if any(each in own for each in others) if others else any(methods):
            return False
    return False


def shape_of_filters(view: Any, request: Request) -> tuple[Hashable, ...] | None:
    """Return what the filter backends of a view make of a request, or None if they have to run.

    A backend takes part by a method ``shape(request, view)``, which returns a hashable value that determines what
    ``filter_queryset()`` does, or None. There must be few different values.
    """
    shapes: list[Hashable] = []
    for backend in view.filter_backends:
        shape = backend().shape(request, view) if is_current(backend, "shape") else None
        if shape is None:
            return None
        shapes.append(shape)
    return tuple(shapes)


class Statements:
    """The statements for rows of one shape.

    Args:
        plan: The plan of the serializer.
        queryset: The rows in their order, without the filter by ``values``.
        names: The columns by which the rows are filtered.
        columns: More columns to read.
    """

    def __init__(self, plan: ReadPlan, queryset: Any, names: Sequence[str], columns: Sequence[str]) -> None:
        self.plan = plan
        self.queryset = queryset
        meta = queryset.model._meta
        self.fields = {name: meta.pk if name == "pk" else meta.get_field(name) for name in names}
        self.keyset, self.order = in_keyset_order(queryset)
        names = [name.lstrip("-") for name in self.order]
        self.more = list(dict.fromkeys([*columns, *(meta.pk.attname if name == "pk" else name for name in names)]))
        self.page = self._prepare(queryset, plan.columns)
        self.keys = self._prepare(queryset, ["pk"], is_bare=True)
        self.digests: dict[str, str] = {}
        self._after: dict[tuple[bool, bool], Prepared] = {}

    def after(self, *, backwards: bool, has_position: bool) -> Prepared:
        """Return the statement for the rows after a position, or before it."""
        if (backwards, has_position) not in self._after:
            columns = {
                f"position{number}": column_of(self.keyset, name.lstrip("-")) for number, name in enumerate(self.order)
            }
            position: Any = [Bound(name, column) for name, column in columns.items()] if has_position else None
            page = after(self.keyset, self.order, position, backwards=backwards)
            self._after[backwards, has_position] = self._prepare(page, self.plan.columns, columns)
        return self._after[backwards, has_position]

    def _prepare(
        self, rows: Any, columns: Sequence[str], bound: Mapping[str, Any] | None = None, *, is_bare: bool = False
    ) -> Prepared:
        def build(at: Any, **values: Any) -> Any:
            found = rows.filter(**{name: values[name] for name in self.fields})
            return found if is_bare else self.plan.annotated(found, at=at)

        fields = {"at": models.DateTimeField(), **self.fields, **(bound or {})}
        return Prepared(build, [*self.more, *columns], bound=fields)


@dataclass
class PreparedRows:
    """The rows of one request; paginations read them like those of a queryset.

    Attributes:
        statements: The statements for rows of its shape.
        queryset: A function that returns the rows as a queryset.
        db: The alias of the database.
        at: The date and time of the prices.
        values: The values of columns by which the rows are filtered.
    """

    statements: Statements
    queryset: Callable[[], Any]
    db: str
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> list[str]:
        """The names of the columns of the order, prefixed with ``-`` for descending order."""
        return self.statements.order

    def slice(self, start: int, stop: int | None) -> list[Row]:
        """Return rows ``start`` to ``stop``; None stands for the end."""
        if start < FAR:
            return self._rows(self.statements.page.fetch_slice(start, stop, **self._given))
        more = self.statements.more
        found = self.statements.keys.fetch_slice(start, stop, **self._given)
        known = {values[-1]: dict(zip(more, values[:-1], strict=True)) for values in found}
        rows = self.statements.plan.fetch(list(known), using=self.db, at=self.at)
        for row in rows:
            vars(row).update(known[row.pk])
        return rows

    def after(self, position: Sequence[Any] | None, number: int, *, backwards: bool = False) -> list[Row]:
        """Return the first rows after a position, or with ``backwards`` the last ones before it, in reverse order."""
        statement = self.statements.after(backwards=backwards, has_position=position is not None)
        values = {f"position{index}": value for index, value in enumerate(position or ())}
        return self._rows(statement.fetch_slice(0, number, **self._given, **values))

    def field_of(self, name: str) -> Any:
        """Return the model field of a column."""
        return column_of(self.statements.keyset, name)

    def text_of(self, row: Row, name: str) -> str:
        """Return the value of a row as text for a cursor."""
        return text_of(self.statements.queryset.model, row, name)

    def count(self) -> int:
        """Return the number of rows."""
        return int(self.queryset().count())

    def digest(self) -> str:
        """Return a digest of the query, regardless of its ordering.

        Raises:
            EmptyResultSet: If there can't be any rows.
        """
        known = self.statements.digests
        if self.values:
            return query_digest(self.queryset())
        if self.db not in known:
            known[self.db] = query_digest(self.queryset())
        return known[self.db]

    @property
    def _given(self) -> dict[str, Any]:
        return {"using": self.db, "at": self.at, **self.values}

    def _rows(self, found: Sequence[Sequence[Any]]) -> list[Row]:
        more = self.statements.more
        rows = []
        for values in found:
            rest = iter(values)
            extra = dict(zip(more, rest, strict=False))
            row = self.statements.plan.row(rest)
            vars(row).update(extra)
            rows.append(row)
        return rows


def statements_for(
    plan: ReadPlan, key: Hashable, names: Sequence[str], columns: Sequence[str], build: Callable[[], Any]
) -> Statements:
    """Return the statements of a plan for rows of a shape, which are made at the first request.

    Args:
        plan: The plan of the serializer.
        key: What determines the query.
        names: The columns by which the rows are filtered.
        columns: More columns to read.
        build: Returns the queryset.
    """
    statements: Statements | None = plan.statements.get(key)
    if statements is None:
        if len(plan.statements) >= MAX_SHAPES:
            plan.statements.clear()
        statements = plan.statements[key] = Statements(plan, build(), names, columns)
    return statements  # not read from the dictionary again, which another thread may have cleared
