"""The paginator and the changelist of lists whose cost does not grow with their table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.utils.functional import cached_property

from .generics import AnyPaginator
from .searches import Extent, extent_of

MAX_ROWS: Final = 10_000


class BoundedPaginator(AnyPaginator):
    """Paginator that counts and shows at most ``max_rows`` rows, so that no page reads a whole table.

    Attributes:
        max_rows: The number of rows that can be reached by page numbers.
    """

    max_rows: int = MAX_ROWS

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: self.max_rows + 1].count())

    @cached_property
    def count(self) -> int:
        """The number of rows, at most ``max_rows``."""
        return min(self._counted, self.max_rows)

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than can be shown."""
        return self._counted > self.max_rows


class BoundedChangeList(ChangeList):
    """Changelist that sorts a long list only by columns that have an index.

    A list with more rows than its paginator shows is sorted by its primary key, newest first, if the requested or the
    default ordering would have to sort all of them.

    Attributes:
        is_unsorted: Whether the list is too long for its ordering.
    """

    is_unsorted: bool = False

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> models.QuerySet[Any]:
        """Return the filtered rows in their order."""
        queryset: models.QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        limit = getattr(self.model_admin.paginator, "max_rows", None)
        extent = extent_of(request)
        if extent is not Extent.ALL:  # an index of the order would lead through the whole table to the newest rows
            self.is_unsorted = extent is Extent.NEWEST_MANY
            return queryset.order_by("-pk") if self.is_unsorted else queryset
        if limit is None or self._has_index(self.get_ordering(request, queryset)):
            return queryset
        self.is_unsorted = queryset.order_by().values("pk")[limit : limit + 1].exists()
        return queryset.order_by("-pk") if self.is_unsorted else queryset

    def get_ordering(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> list[Any]:
        """Return the ordering; the primary key that Django adds has the direction of the column before it.

        An index can be read forwards or backwards, but not partly forwards and partly backwards.
        """
        ordering = list(super().get_ordering(request, queryset))
        if len(ordering) > 1 and ordering[-1] in ("pk", "-pk"):
            column, is_descending = _column_of(ordering[-2])
            if column:
                ordering[-1] = "-pk" if is_descending else "pk"
        return ordering

    def _has_index(self, ordering: Sequence[Any]) -> bool:
        column = _column_of(ordering[0])[0] if ordering else "pk"
        return column in _indexed(self.lookup_opts)


def _column_of(term: Any) -> tuple[str, bool]:
    """Return the field of a term of an ordering, empty if it is an expression, and whether it is descending."""
    if isinstance(term, OrderBy):
        name, is_descending = getattr(term.expression, "name", ""), term.descending
    elif isinstance(term, str):
        name, is_descending = term.removeprefix("-"), term.startswith("-")
    else:
        name, is_descending = getattr(term, "name", ""), False
    return name, is_descending


def _indexed(opts: Any) -> set[str]:
    """Return the names of the fields that are unique, or are followed by the primary key in an index.

    An index that ends with another column is of no use for a column with few values: all rows of a value are sorted.
    """
    fields = {"pk", opts.pk.name, *(field.name for field in opts.concrete_fields if field.unique)}
    for index in opts.indexes:
        names = [name for name, _direction in index.fields_orders]
        if names[1:2] in (["pk"], [opts.pk.name]):
            fields.add(names[0])
    return fields
