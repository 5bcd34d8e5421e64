"""Counting products by what they can be filtered by."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Avg, Case, Count, F, IntegerField, Q, Subquery, Value, When

from storefront_store.querysets.base import related


class FacetQuerySet(models.QuerySet[Any]):
    """Products as numbers."""

    def count_by_facets(self, edges: Sequence[Decimal], version: Any, **flags: Q) -> list[dict[str, Any]]:
        """Count the products by collection, price band, stock and options: one row for each combination.

        Args:
            edges: Prices at which a new band begins, in ascending order; band 0 is below the first.
            version: A queryset of one value that is read in the same statement.
            **flags: Conditions that the products are told apart by besides.

        Returns:
            Rows with the keys ``collection``, ``collection__title``, ``band``, ``stocked``, ``options``,
            ``catalogue_version``, ``number`` and the names of the flags; 1 stands for true, 0 for false.
        """
        bands = [When(unit_price__lt=edge, then=Value(index)) for index, edge in enumerate(edges)]
        marks = {name: _flag(condition) for name, condition in {"stocked": Q(inventory__gt=0), **flags}.items()}
        rows = (
            self.order_by()
            .annotate(
                band=Case(*bands, default=Value(len(edges)), output_field=IntegerField()),
                catalogue_version=Subquery(version),
                **marks,
            )
            .values("collection", "collection__title", "band", "options", "catalogue_version", *marks)
            .annotate(number=Count("pk"))
        )
        return list(rows)

    def count_by_rating(self, thresholds: Sequence[int]) -> dict[int, int]:
        """Return how many products have an average rating of at least each of ``thresholds``."""
        averages = self._averages().filter(product__in=self.order_by().values("pk"))
        counted = averages.aggregate(
            **{f"at_least_{value}": Count("product", filter=Q(average__gte=value)) for value in thresholds}
        )
        return {value: counted[f"at_least_{value}"] for value in thresholds}

    def rated_at_least(self, rating: Decimal) -> models.QuerySet[Any]:
        """Those whose average rating is at least ``rating``."""
        return self.filter(pk__in=self._averages().filter(average__gte=rating).values("product"))

    def _averages(self) -> Any:
        reviews = related(self.model, "reviews")._default_manager.using(self.db)
        rated = reviews.filter(rating__isnull=False, is_hidden=False).order_by()
        return rated.values("product").annotate(average=Avg(F("rating")))


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
