"""Paginators and changelists for long lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db.models import Sum
from django.utils.functional import cached_property

from storefront_store.counts import cached, query_digest, remember
from storefront_store.internals import is_filtered

LARGE: Final = 10_000  # number of rows from which a count may be cached
COUNT_SECONDS: Final = 60


if TYPE_CHECKING:
    AnyPaginator = Paginator[Any]  # generic for type checkers only
else:
    AnyPaginator = Paginator


class CountedPaginator(AnyPaginator):
    """Paginator that caches the count of a long list for a minute."""

    @cached_property
    def count(self) -> int:
        """The number of rows; above :data:`LARGE` it may be up to a minute old."""
        rows: Any = self.object_list
        try:
            key = f"storefront_store:admin:{query_digest(rows)}"
        except EmptyResultSet:
            return 0
        known = cached(key)
        if known is not None:
            return int(known)
        number = self.count_rows()
        if number > LARGE:
            remember(key, number, COUNT_SECONDS)
        return number

    def count_rows(self) -> int:
        """Return the number of rows, counted by the database."""
        rows: Any = self.object_list
        return int(rows.count())


class ProductPaginator(CountedPaginator):
    """Paginator that counts all products by the stored counts of their collections."""

    def count_rows(self) -> int:
        """Return the number of rows."""
        rows: Any = self.object_list
        if is_filtered(rows):
            return super().count_rows()
        collections = rows.model._meta.get_field("collection").related_model._base_manager.using(rows.db)
        return int(collections.aggregate(number=Sum("all_products"))["number"] or 0)


class FoldedChangeList(ChangeList):
    """Changelist that sorts titles by their folded form, which has an index."""

    def get_ordering_field(self, field_name: Any) -> Any:
        """Return the field by which a column is sorted."""
        return "title_key" if field_name == "title" else super().get_ordering_field(field_name)
