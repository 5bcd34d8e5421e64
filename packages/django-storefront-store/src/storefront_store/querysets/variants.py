"""QuerySet methods for the variants of groups and the options of products."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, Self

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
from storefront_store.internals import annotations_of, has_same_filters, order_of
from storefront_store.querysets.base import related
from storefront_store.querysets.summaries import availability
from storefront_store.querysets.words import option_word

KEYS: Final = 2**60  # more than any key, so that availability and key fit into one number


class Collapsed(NamedTuple):
    """How a collapsed queryset was made.

    Attributes:
        rows: The rows from which one product of each group was chosen.
        shown: The chosen rows.
        is_whole: Whether these are all products, all active ones, or the active ones in stock.
    """

    rows: Any
    shown: Any
    is_whole: bool


class VariantQuerySet(models.QuerySet[Any]):
    """QuerySet methods for products as variants of groups.

    Attributes:
        collapsed: How the queryset was made by :meth:`collapse`; None if it was not.
    """

    collapsed: Collapsed | None = None

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone.collapsed = self.collapsed
        return clone

    def count(self) -> int:
        """Return the number of rows, for collapsed groups without comparing variants."""
        made = self.collapsed
        if made is not None and has_same_filters(self, made.shown):
            return made.rows.count_collapsed(is_whole=made.is_whole)
        return super().count()

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
            is_whole: Whether the rows are all products, all active ones, or the active ones in stock. The choice stored
                with the groups is then used.
            is_far: Whether rows far from the beginning are requested, for which one pass over all groups is faster than
                a lookup per product.
            is_short: Whether the rows are few or all of them are read. They are then compared in one pass as well.
        """
        shown = self._chosen(is_whole=is_whole, is_far=is_far, is_short=is_short)
        shown.collapsed = Collapsed(self, shown.all(), is_whole)
        return shown

    def _chosen(self, *, is_whole: bool, is_far: bool, is_short: bool) -> Self:
        """Return the rows of :meth:`collapse`."""
        if is_whole:
            groups = related(self.model, "group")._base_manager.using(self.db)
            if is_far:
                # By keys, because not every index by which lists are sorted has the group.
                alone = type(self)(model=self.model, using=self.db).filter(group__isnull=True).values("pk")
                chosen = groups.filter(representative__isnull=False).order_by().values("representative")
                return self.filter(Q(pk__in=chosen) | Q(pk__in=alone))
            # EXISTS with two bounds: for a join or an equation, PostgreSQL expects few rows and would sort all of
            # them, or read all groups to look the representatives up in memory.
            is_own = Q(representative__gte=OuterRef("pk"), representative__lte=OuterRef("pk"))
            return self.filter(Q(group__isnull=True) | Exists(groups.filter(is_own, pk=OuterRef("group"))))
        if (is_far or is_short) and isinstance(self.model._meta.pk, models.IntegerField):
            return self._among_best()
        ranked = self.alias(availability=availability())
        better = ranked.order_by().filter(
            Q(availability__lt=OuterRef("availability"))
            | Q(availability=OuterRef("availability"), pk__lt=OuterRef("pk")),
            group=OuterRef("group"),
        )
        return ranked.filter(Q(group__isnull=True) | ~Exists(better))

    def _among_best(self) -> Self:
        """Return the rows of :meth:`collapse`, chosen for all groups at once."""
        packed = models.Min(ExpressionWrapper(F("availability") * KEYS + F("pk"), models.BigIntegerField()))
        rows = self.order_by()
        grouped = rows.filter(group__isnull=False).alias(availability=availability()).values("group")
        best = grouped.annotate(packed=packed).values_list(F("packed").bitand(KEYS - 1))
        if annotations_of(self):  # such as the relevance: all rows are read and sorted
            return self.filter(pk__in=best.union(rows.filter(group__isnull=True).values_list("pk"), all=True))
        return self.filter(Q(group__isnull=True) | Q(pk__in=best))

    def count_collapsed(self, *, is_whole: bool = False) -> int:
        """Return the number of rows that :meth:`collapse` would return, without comparing variants.

        Args:
            is_whole: As for :meth:`collapse`.
        """
        if is_whole:
            return int(self._groups().count() + self.filter(group__isnull=True).count())
        found = self.order_by().aggregate(
            groups=models.Count("group", distinct=True), alone=models.Count("pk", filter=Q(group__isnull=True))
        )
        total: int = found["groups"] + found["alone"]
        return total

    def _groups(self) -> Any:
        """Return the groups whose representatives are among these rows, which must be whole."""
        groups = related(self.model, "group")._base_manager.using(self.db).order_by()
        active = self.model._default_manager.filter(is_active=True)
        if has_same_filters(self, active):
            return groups.filter(is_shown=True)
        if has_same_filters(self, active.in_stock()):
            return groups.filter(is_shown=True, representative__is_stocked=True)
        return groups.filter(representative__isnull=False)

    def collapsed_until(self, limit: int, names: Sequence[str]) -> Any:
        """Return the first ``limit`` rows of a whole list that is collapsed and sorted by title, from indexes alone.

        The groups are read in the order of the titles of their products, so that the other variants are not passed.

        Args:
            limit: A number of rows.
            names: What to read: annotations, and columns that groups know.

        Returns:
            Rows of :meth:`~django.db.models.query.QuerySet.values_list`, or None if the list is of another kind.
        """
        key = self.model._meta.pk.attname
        known = {key: "representative", "pk": "representative", "title_key": "shown_key", "group_id": "pk"}
        annotations = annotations_of(self)
        made, order = self.collapsed, [str(name) for name in order_of(self)]
        up, down = ["title_key", "pk"], ["-title_key", "-pk"]
        active = self.model._default_manager.filter(is_active=True)
        if (
            made is None
            or not (made.is_whole and has_same_filters(self, made.shown))
            or not any(has_same_filters(made.rows, rows) for rows in (active, active.in_stock()))
            or order not in (up, down, [name.replace("pk", key) for name in up])
            or not all(name in known or name in annotations for name in names)
        ):
            return None
        sign = "-" if order == down else ""
        added = {name: annotations[name] for name in names if name in annotations}
        sources = [known.get(name, name) for name in names]
        groups = made.rows._groups().order_by(f"{sign}shown_key", f"{sign}representative").annotate(**added)
        alone = made.rows.filter(group__isnull=True).annotate(**added)
        branches = alone.order_by(*order).values_list(*names)[:limit], groups.values_list(*sources)[:limit]
        return branches[0].union(branches[1], all=True).order_by(f"{sign}title_key", f"{sign}{key}")

    def _in_stock(self) -> Any:
        if not app_settings.TRACK_INVENTORY:
            return Value(True)
        return ExpressionWrapper(Q(inventory__gt=0), output_field=BooleanField())
