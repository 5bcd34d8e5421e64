"""Counts of products by the values of their filters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, IntegerField, Max, Q, Value, When

from storefront_store.options import options_digest
from storefront_store.querysets import facet_keys

FACETS: Final = ("collection", "key", "options_digest")
NO_OPTIONS: Final = frozenset({"", options_digest({})})  # digests of the many products without options


class _AsReturned:
    """Mixin of expressions whose values are used as the driver returns them, because they are as many as combinations.

    A single column with a converter makes Django copy all rows.
    """

    def get_db_converters(self, connection: Any) -> list[Any]:
        """Return no converters."""
        return []


class _Number(_AsReturned, Count):
    """``COUNT(*)``."""


class _Constant(_AsReturned, Value):
    """A number that is the same in all rows of a branch of a union."""


class _Choice(_AsReturned, Case):
    """A number that depends on conditions."""


class FacetQuerySet(models.QuerySet[Any]):
    """QuerySet methods that count products by facets."""

    def count_by_facets(
        self, edges: Sequence[Decimal], *, titles: bool = False, also: Any = (), **flags: Q
    ) -> list[tuple[Any, ...]]:
        """Count the products by collection, price band, stock, rating and options, from an index alone.

        Args:
            edges: Prices at which a new band begins, in ascending order; band 0 is below the first. Those of
                :data:`~storefront_store.querysets.facet_keys.STEPS` need no comparison of prices.
            titles: Whether to return the title of the collection as well.
            also: Querysets of other products, which are counted in the same statement.
            **flags: Further conditions to group by.

        Returns:
            For each combination the values of :data:`FACETS`, the title if requested, 1 or 0 for each flag, with
            ``also`` 1 for its products and 0 for the others, and the number of products. Combinations may be repeated.
            :class:`~storefront_store.querysets.facet_keys.Codes` gives price band, rating and stock for each
            key.
        """
        fits = facet_keys.fits(edges)
        marks: dict[str, Any] = {name: _flag(condition) for name, condition in flags.items()}
        if also:
            marks["is_other"] = _Constant(0, output_field=IntegerField())
        if not fits:
            marks["band"] = _band(edges)
        found = self._counted(marks, fits, titles)
        if also:
            marks["is_other"] = _Constant(1, output_field=IntegerField())
            # Django 6.1 applies the model's ordering to a union again.
            found = found.union(*(other._counted(marks, fits, titles) for other in also), all=True).order_by()
        if fits:
            return list(found)
        return [(collection, facet_keys.with_band(key, band), *rest) for collection, key, band, *rest in found]

    def _counted(self, marks: dict[str, Any], fits: bool, titles: bool) -> Any:
        title: dict[str, Any] = {"title": Max("collection__title")} if titles else {}
        names = ["collection", "facet_key", "options_digest", *marks]
        found = self.order_by().annotate(**marks).values(*names).annotate(number=_Number("*"), **title)
        others = [name for name in marks if name != "band"]
        return found.values_list(
            "collection", "facet_key", *([] if fits else ["band"]), "options_digest", *title, *others, "number"
        )

    def options_by_digest(self, digests: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return the options for some values of ``options_digest``, in one of their spellings."""
        wanted = set(digests)
        found: dict[str, dict[str, str]] = {digest: {} for digest in wanted & NO_OPTIONS}
        wanted -= NO_OPTIONS
        sets = apps.get_model("storefront_store", "OptionSet")._base_manager.using(self.db)
        found |= dict(sets.filter(pk__in=wanted).values_list("pk", "options"))
        if missing := wanted - found.keys():  # for rows written by raw SQL
            rows = self.order_by().filter(options_digest__in=missing)
            found.update(rows.values_list("options_digest", "options"))
        return found


def _band(edges: Sequence[Decimal]) -> Case:
    whens = [When(unit_price__lt=edge, then=Value(index)) for index, edge in enumerate(edges)]
    return _Choice(*whens, default=Value(len(edges)), output_field=IntegerField())


def _flag(condition: Q) -> Case:
    return _Choice(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
