"""Rows of lists and details, read by statements that are compiled once for all requests of the same shape.

The queryset of a list is built by the view and its filters. Most requests differ in values only: all lists with a lower
limit of prices, sorted by title, have the same shape. A view describes it
(:meth:`~storefront_store.api.views.base.StoreViewSet.get_shape`), and requests of the same shape share their
statements. Only what differs is given at each execution: keys in the URL, the values of filters, the words of a search,
the position of a cursor, the number of the page and the time of the prices.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import models
from django.db.models import Count, Window
from django.db.models.expressions import RawSQL

from storefront_store.api.keysets import after, collapsed_before, collapsed_until, column_of, in_keyset_order, text_of
from storefront_store.api.plan_rows import Row
from storefront_store.api.plans import ReadPlan
from storefront_store.api.shapes import Shape
from storefront_store.internals import counts_rows, statement_of
from storefront_store.prepared import Bound, Prepared
from storefront_store.querysets.relevance import is_searched

FAR: Final = 20  # from this row on, keys are read first, so that no values are computed for the rows that are skipped
MAX_SHAPES: Final = 100  # maximum number of shapes that a plan keeps; each takes about 100 KB


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
        self.is_search: bool = is_searched(queryset)
        if self.is_search:  # All results are read to sort them, so they can be counted by the same statement.
            queryset = queryset.annotate(found=Window(Count("*")))
            columns = [*columns, "found"]
        self.queryset = queryset
        meta = queryset.model._meta
        self.fields: dict[str, Any] = {name: _field_at(queryset.model, name) for name in names}
        self.keyset: Any
        self.order: list[str]
        self.keyset, self.order = in_keyset_order(queryset)
        names = [name.lstrip("-").removeprefix("sorted_") for name in self.order]
        keys = (meta.pk.attname if name == "pk" else name for name in names)
        self.more: list[str] = list(dict.fromkeys([*columns, *keys]))
        #: Those that the plan does not read.
        self.others: list[str] = [name for name in self.more if "__" in name or name not in plan.columns]
        self.page: Prepared = self._prepare(queryset, plan.columns)
        self.keys: Prepared = self._prepare(queryset, ["pk"], is_bare=True)
        self.number: Prepared | None = None
        if counts_rows(queryset) and getattr(queryset, "collapsed", None) is None:
            counted = queryset.order_by().annotate(number_of_rows=RawSQL("COUNT(*)", ()))
            self.number = self._prepare(counted, ["number_of_rows"], more=(), is_bare=True)
        self._from_groups: dict[tuple[int, bool], Prepared | None] = {}
        self._digests: dict[str, bytes] = {}
        self._after: dict[tuple[bool, bool], Prepared] = {}

    def from_groups(self, stop: int | None, *, by_key: bool) -> Prepared | None:
        """Return the statement for a slice of a collapsed list that is read from the groups, or None if it can't be.

        Args:
            stop: The index after the last row of the slice.
            by_key: Whether the keys are read first.
        """
        if stop is None or self.fields:
            return None
        limit = 1 << stop.bit_length()  # few different limits, each with a statement
        if (limit, by_key) not in self._from_groups:
            rows: Any
            if by_key:
                rows = collapsed_until(self.queryset, limit, [*self.more, "pk"])
            else:
                rows = collapsed_before(self.queryset, limit)
            columns = ["pk"] if by_key else self.plan.columns
            statement = None if rows is None else self._prepare(rows, columns, is_bare=by_key)
            self._from_groups[limit, by_key] = statement
        return self._from_groups[limit, by_key]

    def after(self, *, backwards: bool, has_position: bool) -> Prepared:
        """Return the statement for the rows after a position, or before it."""
        if (backwards, has_position) not in self._after:
            columns = {
                f"position{number}": column_of(self.keyset, name.lstrip("-")) for number, name in enumerate(self.order)
            }
            position: Any = [Bound(name, column) for name, column in columns.items()] if has_position else None
            page = after(self.keyset, self.order, position, backwards=backwards)
            read = ["pk"] if self.is_search else self.plan.columns
            self._after[backwards, has_position] = self._prepare(page, read, columns, is_bare=self.is_search)
        return self._after[backwards, has_position]

    def digest(self, using: str) -> bytes:
        """Return a digest of the query without its order and its values.

        Raises:
            EmptyResultSet: If there can't be any rows.
        """
        if using not in self._digests:
            rows = self.queryset.filter(**{name: Bound(name, field) for name, field in self.fields.items()})
            sql, params = statement_of(rows.using(using).order_by().values("pk"))
            kept = [param.name if isinstance(param, Bound) else param for param in params]
            self._digests[using] = hashlib.sha256(f"{using}\n{sql}\n{kept!r}".encode("utf-8", "surrogatepass")).digest()
        return self._digests[using]

    def _prepare(
        self,
        rows: Any,
        columns: Sequence[str],
        bound: Mapping[str, Any] | None = None,
        *,
        more: Sequence[str] | None = None,
        is_bare: bool = False,
    ) -> Prepared:
        def build(at: Any, **values: Any) -> Any:
            found = rows.filter(**{name: values[name] for name in self.fields}) if self.fields else rows
            return found if is_bare else self.plan.annotated(found, at=at)

        fields = {"at": models.DateTimeField(), **self.fields, **(bound or {})}
        if more is None:
            more = self.more if is_bare else self.others
        return Prepared(build, [*more, *columns], bound=fields)


@dataclass
class PreparedRows:
    """The rows of one request; paginations read them like those of a queryset.

    Attributes:
        statements: The statements for rows of its shape.
        queryset: A function that returns the rows as a queryset.
        db: The alias of the database.
        at: The date and time of the prices.
        values: The values given to the statements.
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

    @property
    def is_counted(self) -> bool:
        """Whether each row of a slice has the number of all rows as ``found``."""
        return self.statements.is_search

    def slice(self, start: int, stop: int | None) -> list[Row]:
        """Return rows ``start`` to ``stop``; None stands for the end."""
        by_key = start >= FAR or self.statements.is_search
        statement = self.statements.from_groups(stop, by_key=by_key)
        if statement is None:
            statement = self.statements.keys if by_key else self.statements.page
        return self._rows(statement.fetch_slice(start, stop, **self._given), by_key=by_key)

    def after(self, position: Sequence[Any] | None, number: int, *, backwards: bool = False) -> list[Row]:
        """Return the first rows after a position, or with ``backwards`` the last ones before it, in reverse order."""
        statement = self.statements.after(backwards=backwards, has_position=position is not None)
        values = {f"position{index}": value for index, value in enumerate(position or ())}
        found = statement.fetch_slice(0, number, **self._given, **values)
        return self._rows(found, by_key=self.statements.is_search)

    def field_of(self, name: str) -> Any:
        """Return the model field of a column."""
        return column_of(self.statements.keyset, name)

    def text_of(self, row: Row, name: str) -> str:
        """Return the value of a row as text for a cursor."""
        return text_of(self.statements.queryset.model, row, name)

    def count(self) -> int:
        """Return the number of rows."""
        if self.statements.number is None:
            return int(self.queryset().count())
        return int(self.statements.number.fetch_slice(0, None, **self._given)[0][0])

    def digest(self) -> str:
        """Return a digest of the query and its values, regardless of its ordering.

        Raises:
            EmptyResultSet: If there can't be any rows.
        """
        digest = hashlib.sha256(self.statements.digest(self.db))
        digest.update(repr(sorted(self.values.items())).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    @property
    def _given(self) -> dict[str, Any]:
        return {"using": self.db, "at": self.at, **self.values}

    def _rows(self, found: Sequence[Sequence[Any]], *, by_key: bool) -> list[Row]:
        plan = self.statements.plan
        if by_key:
            more = self.statements.more
            known = {values[-1]: dict(zip(more, values[:-1], strict=True)) for values in found}
            rows = plan.fetch(list(known), using=self.db, at=self.at)
            for row in rows:
                vars(row).update(known[row.pk])
            return rows
        return plan.rows(found, first=self.statements.others)


def statements_for(plan: ReadPlan, key: Hashable, shape: Shape, build: Callable[[], Any]) -> Statements:
    """Return the statements of a plan for rows of a shape, which are made at the first request.

    Args:
        plan: The plan of the serializer.
        key: What determines the query.
        shape: The shape.
        build: Returns the queryset.
    """
    kept: OrderedDict[Hashable, Statements] = plan.statements
    statements = kept.get(key)
    if statements is None:
        statements = kept[key] = Statements(plan, build(), tuple(shape.values), shape.columns)
        if len(kept) > MAX_SHAPES:
            kept.popitem(last=False)
    with suppress(KeyError):  # removed by another thread in the meantime
        kept.move_to_end(key)
    return statements


def _field_at(model: Any, path: str) -> Any:
    """Return the model field at the end of a path such as ``customer__user``."""
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model
    return model._meta.pk if last == "pk" else model._meta.get_field(last)
