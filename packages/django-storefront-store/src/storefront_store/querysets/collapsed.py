"""QuerySet methods for lists that show one product of each group.

A group stores what lists need of the product that represents it: the columns by which products are sorted, and whether
it is shown, in stock, and in the same collection as the other variants. The page of a list with no other conditions is
read from the groups, so that the other variants are not passed. In other lists the variants are compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value

from storefront_store.conf import app_settings
from storefront_store.internals import annotations_of, conditions_of, has_same_filters, order_of, slices_in_unions
from storefront_store.prepared import Bound
from storefront_store.querysets.base import Among, related
from storefront_store.querysets.summaries import availability

# More than any key, so that availability and key fit into one number, and what such a number has of the key. Both have
# their type, because Django would send them to PostgreSQL as integers of four bytes, which keep only their last bits.
KEYS: Final[Any] = Value(2**60, models.BigIntegerField())
MASK: Final[Any] = Value(2**60 - 1, models.BigIntegerField())

#: The columns of a group that are those of the product that represents it.
SHOWN: Final[Mapping[str, str]] = {
    "pk": "representative",
    "title_key": "shown_key",
    "unit_price": "shown_price",
    "last_update": "shown_update",
}


class Keys(Subquery):
    """The column ``pk`` of a queryset with several columns and a limit, which MariaDB accepts in a subquery only."""

    template = "(SELECT page.pk FROM (%(subquery)s) page)"


class Collapsed(NamedTuple):
    """How a collapsed queryset was made.

    Attributes:
        rows: The rows from which one product of each group was chosen.
        shown: The chosen rows.
    """

    rows: Any
    shown: Any


class Represented(NamedTuple):
    """The groups that are known to show their representatives in a list.

    Attributes:
        groups: These groups.
        others: The products of the list whose groups have variants in several collections; None if this is irrelevant.
    """

    groups: Any
    others: Any


class CollapsedQuerySet(models.QuerySet[Any]):
    """QuerySet methods for lists that show one product of each group.

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
            return int(made.rows.count_collapsed())
        return super().count()

    def collapse(self, *, at_once: bool = False) -> Self:
        """Return one product of each group: preferably one in stock, else an active one, and the oldest of equal ones.

        The product is chosen among the rows of this queryset, so apply filters first. Products without a group are
        kept.

        Args:
            at_once: Whether the rows are few, all of them are read, or rows far from the beginning are requested. The
                variants of all groups are then compared in one pass, which is faster than a lookup for each product.
        """
        known = self.represented()
        shown = self._representatives() if known and known.others is None else self._best(at_once=at_once)
        shown.collapsed = Collapsed(self, shown.all())
        return shown

    def count_collapsed(self) -> int:
        """Return the number of rows that :meth:`collapse` would return, without comparing variants."""
        known = self.represented()
        if known and known.others is None:
            return int(known.groups.count() + self.filter(group__isnull=True).count())
        found = self.order_by().aggregate(
            groups=models.Count("group", distinct=True), alone=models.Count("pk", filter=Q(group__isnull=True))
        )
        return int(found["groups"] + found["alone"])

    def collapsed_until(self, limit: int, names: Sequence[str]) -> Any:
        """Return the first ``limit`` rows of a collapsed list, or some more, read from the groups.

        Args:
            limit: A number of rows.
            names: What to read: annotations that do not depend on the product, and columns of which groups have a copy.

        Returns:
            Rows of :meth:`~django.db.models.query.QuerySet.values_list`, or None if variants have to be compared.
        """
        made, order = self.collapsed, [str(term) for term in order_of(self)]
        key = self.model._meta.pk.attname
        columns, annotations = {**SHOWN, key: SHOWN["pk"]}, annotations_of(self)
        if made is None or not slices_in_unions(self.db) or not has_same_filters(self, made.shown):
            return None
        if not {term.lstrip("-") for term in order} <= columns.keys() or not {*names} <= {*columns, *annotations}:
            return None
        known = made.rows.represented()
        if known is None:
            return None
        added = {name: annotations[name] for name in names if name in annotations}

        def first(rows: Any, columns: Mapping[str, str]) -> Any:
            terms = [term.replace(term.lstrip("-"), columns.get(term.lstrip("-"), term.lstrip("-"))) for term in order]
            read = [columns.get(name, name) for name in names]
            return rows.annotate(**added).order_by(*terms).values_list(*read)[:limit]

        alone = first(made.rows.filter(group__isnull=True), {})
        others = [] if known.others is None else [first(known.others._best_of_groups(), {})]
        merged = alone.union(first(known.groups, columns), *others, all=True)
        return merged.order_by(*(term.replace("pk", key) if term.lstrip("-") == "pk" else term for term in order))

    def collapsed_before(self, limit: int) -> Self | None:
        """Return a collapsed list as far as row ``limit``, or some further, read from the groups.

        Args:
            limit: A small number of rows, because all of them are read and sorted.

        Returns:
            The rows in their order, or None if variants have to be compared.
        """
        key = self.model._meta.pk.attname
        order = [str(term) for term in order_of(self)]
        names = (term.lstrip("-") for term in order)
        rows = self.collapsed_until(limit, [*dict.fromkeys([key, *(name for name in names if name != "pk")]), "pk"])
        if self.collapsed is None or rows is None:
            return None
        found: Self = self.collapsed.rows.annotate(**annotations_of(self)).filter(Among(F("pk"), Keys(rows[:limit])))
        return found.order_by(*order)

    def represented(self) -> Represented | None:
        """Return the groups that show their representatives among these rows, or None if that is not known.

        It is known if there are no conditions, or only that the products are active, and in stock, and in some
        collections. It is not known for all products in stock: those that are not active are never preferred for it.
        """
        own, base = conditions_of(self), conditions_of(self.model._default_manager.all())
        if own is None or base is None:
            return None
        conditions = [each for each in own if each not in base]
        active, stocked = ("is_active", "exact", True) in conditions, ("is_stocked", "exact", True) in conditions
        places = {
            f"shown_collection__pk__{lookup}": value
            for column, lookup, value in conditions
            if column == "collection" and lookup in ("exact", "in") and _is_plain(value)
        }
        is_known = len(conditions) == active + stocked + len(places) and len(places) <= 1
        if not is_known or (stocked and not (active and app_settings.TRACK_INVENTORY)):
            return None
        every = related(self.model, "group")._base_manager.using(self.db).order_by()
        groups = every.filter(is_shown=True) if active else every.filter(representative__isnull=False)
        if stocked:
            groups = groups.filter(is_stocked=True)
        if not places:
            return Represented(groups, None)
        scattered = every.filter(shown_collection__isnull=True, representative__isnull=False)
        return Represented(groups.filter(**places), self.filter(group__in=scattered.values("pk")))

    def _representatives(self) -> Self:
        """Return the representatives of the groups, and the products without a group.

        EXISTS with two bounds: for a join or an equation, PostgreSQL expects few rows and would sort all of them, or
        read all groups to look the representatives up in memory.
        """
        groups = related(self.model, "group")._base_manager.using(self.db)
        is_own = Q(representative__gte=OuterRef("pk"), representative__lte=OuterRef("pk"))
        return self.filter(Q(group__isnull=True) | Exists(groups.filter(is_own, pk=OuterRef("group"))))

    def _best(self, *, at_once: bool) -> Self:
        """Return the best product of each group, and the products without a group, by comparing variants."""
        if at_once and self._packs_keys():
            alone, best = self.order_by().filter(group__isnull=True), self._best_keys()
            if annotations_of(self):  # such as the relevance: all rows are read and sorted
                return self.filter(pk__in=best.union(alone.values_list("pk"), all=True))
            return self.filter(Q(group__isnull=True) | Q(pk__in=best))
        ranked = self.alias(availability=availability())
        better = ranked.order_by().filter(
            Q(availability__lt=OuterRef("availability"))
            | Q(availability=OuterRef("availability"), pk__lt=OuterRef("pk")),
            group=OuterRef("group"),
        )
        return ranked.filter(Q(group__isnull=True) | ~Exists(better))

    def _best_of_groups(self) -> Self:
        """Return the best product of each group, for rows in few groups, which are then read by their keys."""
        if not self._packs_keys():
            return self._best(at_once=False)
        return type(self)(model=self.model, using=self.db).filter(Among(F("pk"), self._best_keys().query))

    def _best_keys(self) -> Any:
        """Return a subquery for the key of the best product of each group, chosen for all groups in one pass."""
        packed = models.Min(F("availability") * KEYS + F("pk"), output_field=models.BigIntegerField())
        grouped = self.order_by().filter(group__isnull=False).alias(availability=availability()).values("group")
        return grouped.annotate(packed=packed).values_list(F("packed").bitand(MASK))

    def _packs_keys(self) -> bool:
        """Return whether an availability and a key fit into one number."""
        return isinstance(self.model._meta.pk, models.IntegerField)


def _is_plain(value: Any) -> bool:
    """Return whether a value of a condition, or each of its values, is the same for all rows."""
    values = value if isinstance(value, list | tuple) else [value]
    return all(isinstance(each, Bound) or not hasattr(each, "resolve_expression") for each in values)
