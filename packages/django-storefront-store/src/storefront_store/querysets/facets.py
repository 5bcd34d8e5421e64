"""Counts of products by the values of their filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, IntegerField, Max, Q, Value, When

from storefront_store.querysets import facet_keys

FACETS: Final = ("collection", "band", "stocked", "level", "options_digest")


class FacetQuerySet(models.QuerySet[Any]):
    """QuerySet methods that count products by facets."""

    def count_by_facets(
        self, edges: Sequence[Decimal], *, titles: bool = False, **flags: Q
    ) -> Iterator[tuple[Any, ...]]:
        """Count the products by collection, price band, stock, rating and options, from an index alone.

        Args:
            edges: Prices at which a new band begins, in ascending order; band 0 is below the first. Those of
                :data:`~storefront_store.querysets.facet_keys.STEPS` need no comparison of prices.
            titles: Whether to return the title of the collection as well.
            **flags: Further conditions to group by.

        Yields:
            For each combination the values of :data:`FACETS`, the title if requested, the flags, and the number of
            products. Flags and stock are 1 for true and 0 for false. Combinations may be repeated.
        """
        bands = facet_keys.bands(edges) if facet_keys.fits(edges) else None
        marks = {name: _flag(condition) for name, condition in flags.items()}
        if bands is None:
            marks["band"] = _band(edges)
        names = ["collection", "facet_key", "options_digest", *marks]
        title: dict[str, Any] = {"title": Max("collection__title")} if titles else {}
        found = self.order_by().annotate(**marks).values(*names).annotate(number=Count("*"), **title)
        columns = [*names[:3], *([] if bands else ["band"]), *title, *flags, "number"]
        known: dict[int, tuple[int, int, int]] = {}
        for collection, key, digest, *rest in found.values_list(*columns):
            if key not in known:
                known[key] = facet_keys.unpacked(key)
            step, level, stocked = known[key]
            band = bands[step] if bands else rest.pop(0)
            yield (collection, band, stocked, level, digest, *rest)

    def options_by_digest(self, digests: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return the options for some values of ``options_digest``, in one of their spellings."""
        wanted = set(digests)
        sets = apps.get_model("storefront_store", "OptionSet")._base_manager.using(self.db)
        found = dict(sets.filter(pk__in=wanted).values_list("pk", "options"))
        if missing := wanted - found.keys():  # for rows written by raw SQL
            rows = self.order_by().filter(options_digest__in=missing)
            found.update(rows.values_list("options_digest", "options"))
        return found


def _band(edges: Sequence[Decimal]) -> Case:
    whens = [When(unit_price__lt=edge, then=Value(index)) for index, edge in enumerate(edges)]
    return Case(*whens, default=Value(len(edges)), output_field=IntegerField())


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
