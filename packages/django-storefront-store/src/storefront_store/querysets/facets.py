"""Counts of products by the values of their filters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, IntegerField, Q, Value, When

FACETS: Final = ("collection", "band", "stocked", "level", "options_digest")


class FacetQuerySet(models.QuerySet[Any]):
    """QuerySet methods that count products by facets."""

    def count_by_facets(
        self, edges: Sequence[Decimal], levels: Sequence[int], *more: str, **flags: Q
    ) -> list[tuple[Any, ...]]:
        """Count the products by collection, price band, stock, rating and options: one row for each combination.

        Args:
            edges: Prices at which a new band begins, in ascending order; band 0 is below the first.
            levels: Average ratings in descending order. The level of a product is the first one that it reaches, or 0.
            *more: Names of other columns to return that depend on the facets.
            **flags: Further conditions to group by.

        Returns:
            For each combination the values of :data:`FACETS`, of the other columns and of the flags, and the number of
            products. Flags and stock are 1 for true and 0 for false.
        """
        bands = [When(unit_price__lt=edge, then=Value(index)) for index, edge in enumerate(edges)]
        reached = [When(rating_average__gte=level, then=Value(level)) for level in levels]
        marks = {name: _flag(condition) for name, condition in {"stocked": Q(inventory__gt=0), **flags}.items()}
        rows = (
            self.order_by()
            .annotate(
                band=Case(*bands, default=Value(len(edges)), output_field=IntegerField()),
                level=Case(*reached, default=Value(0), output_field=IntegerField()),
                **marks,
            )
            .values(*FACETS, *more, *flags)
            .annotate(number=Count("*"))
        )
        return list(rows.values_list(*FACETS, *more, *flags, "number"))

    def options_by_digest(self, digests: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return the options for some values of ``options_digest``, in one of their spellings."""
        wanted = set(digests)
        sets = apps.get_model("storefront_store", "OptionSet")._base_manager.using(self.db)
        found = dict(sets.filter(pk__in=wanted).values_list("pk", "options"))
        if missing := wanted - found.keys():  # for rows written by raw SQL
            rows = self.order_by().filter(options_digest__in=missing)
            found.update(rows.values_list("options_digest", "options"))
        return found


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
