"""QuerySet methods for the variants of groups and the options of products."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Self

from django.db import models
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
)

from storefront_store.conf import app_settings
from storefront_store.internals import annotations_of, explicit_order, has_same_filters
from storefront_store.querysets.base import related
from storefront_store.querysets.summaries import availability
from storefront_store.querysets.words import option_word

KEYS: Final = 2**60  # more than any key, so that availability and key fit into one number


class VariantQuerySet(models.QuerySet[Any]):
    """QuerySet methods for products as variants of groups."""

    def with_option(self, name: str, values: Iterable[str]) -> Self:
        """Return the products whose option ``name`` is one of ``values``, ignoring case and accents."""
        return self.having_word([option_word(name, value) for value in values])

    def having_word(self, keys: Any) -> Self:
        """Return the products that have one of some search words.

        Args:
            keys: The keys of the words, or a subquery.
        """
        pairs = related(self.model, "words")._base_manager.using(self.db)
        return self.filter(pk__in=pairs.filter(word__in=keys).values("product"))

    def variants_of(self, group: Any) -> Self:
        """Return the products of a group, oldest first, with ``in_stock`` and ``first_image``, a file name or None."""
        images = related(self.model, "images")._default_manager.filter(product=OuterRef("pk")).order_by("pk")
        return (
            self.filter(group=group)
            .annotate(in_stock=self._in_stock(), first_image=Subquery(images.values("image")[:1]))
            .order_by("pk")
        )

    def collapse(self, *, is_whole: bool = False, is_far: bool = False, is_short: bool = False) -> Self:
        """Return one product of each group: preferably one in stock, else an active one, and the oldest of equal ones.

        The product is chosen among the rows of this queryset, so apply filters first. Products without a group are
        kept.

        Args:
            is_whole: Whether the rows are all products, or all active ones. The choice stored with the groups is then
                used.
            is_far: Whether rows far from the beginning are requested, for which one pass over all groups is faster than
                a lookup per product.
            is_short: Whether the rows are few or all of them are read. They are then compared in one pass as well.
        """
        if is_whole:
            # A subquery instead of a join, for which the planner underestimates the rows and sorts all of them.
            groups = related(self.model, "group")._base_manager.using(self.db)
            if is_far:
                return self.filter(Q(group__isnull=True) | Exists(groups.filter(representative=OuterRef("pk"))))
            own = groups.filter(pk=OuterRef("group")).order_by().values("representative")
            return self.alias(shown=Subquery(own)).filter(Q(group__isnull=True) | Q(shown=F("pk")))
        if (is_far or is_short) and isinstance(self.model._meta.pk, models.IntegerField):
            return self._among_best(is_short)
        ranked = self.alias(availability=availability())
        better = ranked.order_by().filter(
            Q(availability__lt=OuterRef("availability"))
            | Q(availability=OuterRef("availability"), pk__lt=OuterRef("pk")),
            group=OuterRef("group"),
        )
        return ranked.filter(Q(group__isnull=True) | ~Exists(better))

    def _among_best(self, is_short: bool) -> Self:
        """Return the rows of :meth:`collapse`, chosen for all groups at once."""
        packed = models.Min(ExpressionWrapper(F("availability") * KEYS + F("pk"), models.BigIntegerField()))
        rows = self.order_by()
        grouped = rows.filter(group__isnull=False).alias(availability=availability()).values("group")
        best = grouped.annotate(packed=packed).values_list(F("packed").bitand(KEYS - 1))
        alone = rows.filter(group__isnull=True).values_list("pk")
        if is_short or annotations_of(self):
            return self.filter(pk__in=best.union(alone, all=True))
        # Without the filters, which the keys match, the rows are read in their order from an index alone.
        every = type(self)(model=self.model, using=self.db).filter(Q(pk__in=best) | Q(pk__in=alone))
        order = explicit_order(self)
        return every.order_by(*order) if order else every

    def count_collapsed(self, *, is_whole: bool = False) -> int:
        """Return the number of rows that :meth:`collapse` would return, without comparing variants.

        Args:
            is_whole: As for :meth:`collapse`.
        """
        if is_whole:
            active = has_same_filters(self, self.model._default_manager.filter(is_active=True))
            shown = Q(is_shown=True) if active else Q(representative__isnull=False)
            groups = related(self.model, "group")._base_manager.using(self.db).filter(shown)
            return int(groups.count() + self.filter(group__isnull=True).count())
        found = self.order_by().aggregate(
            groups=models.Count("group", distinct=True), alone=models.Count("pk", filter=Q(group__isnull=True))
        )
        total: int = found["groups"] + found["alone"]
        return total

    def _in_stock(self) -> Any:
        if not app_settings.TRACK_INVENTORY:
            return Value(True)
        return ExpressionWrapper(Q(inventory__gt=0), output_field=BooleanField())
