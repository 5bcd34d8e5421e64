"""QuerySet of products."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.db import transaction
from django.db.models import (
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from storefront_store.conf import app_settings
from storefront_store.people import is_staff
from storefront_store.querysets.base import MONEY, in_order, related
from storefront_store.querysets.facets import FacetQuerySet
from storefront_store.querysets.search import SearchableQuerySet
from storefront_store.querysets.summaries import COUNTED, LATER, SUMMARISED, add_to_counts, renew
from storefront_store.querysets.variants import VariantQuerySet


class ProductQuerySet(SearchableQuerySet, VariantQuerySet, FacetQuerySet):  # type: ignore[override]
    """QuerySet of products. Bulk writes update dependent rows, as ``save()`` does for single products."""

    follows = True  # whether update() updates dependent rows

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert many rows, and update the counts of their collections and the summaries of their groups."""
        objs = list(objs)
        collections = {product.collection_id for product in objs}
        groups = {product.group_id for product in objs}
        counts = bool(kwargs.get("ignore_conflicts") or kwargs.get("update_conflicts"))
        with transaction.atomic(using=self.db, savepoint=False):
            created = super().bulk_create(objs, *args, **kwargs)
            if objs:
                renew(self.model, self.db, collections=collections, counts=counts, groups=groups)
                if not counts:
                    add_to_counts(related(self.model, "collection"), self.db, objs)
        return created

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        """Update many rows, the counts of their collections and the summaries of their groups."""
        objs, names = list(objs), set(fields)
        rows = self.unfiltered().filter(pk__in=[product.pk for product in objs])
        with transaction.atomic(using=self.db, savepoint=False):
            collections, groups = rows.memberships() if SUMMARISED & names else (None, set())
            alone = self.all()
            alone.follows = False
            changed = super(ProductQuerySet, alone).bulk_update(objs, names, *args, **kwargs)
            if objs:
                if collections is not None:
                    collections |= {product.collection_id for product in objs}
                    groups |= {product.group_id for product in objs}
                counts = bool({"collection", "is_active"} & names)
                renew(self.model, self.db, collections=collections, counts=counts, groups=groups)
        return changed

    def update(self, **kwargs: Any) -> int:
        """Update all rows in one statement, then the counts of their collections and the summaries of their groups."""
        if not self.follows or not COUNTED.intersection(kwargs):
            return super().update(**kwargs)
        with transaction.atomic(using=self.db, savepoint=False):
            collections, groups = self.memberships()
            for name, keys in (("collection", collections), ("group", groups)):
                keys.add(getattr(kwargs.get(name), "pk", kwargs.get(name)))
            changed = super().update(**kwargs)
            unknown = any(hasattr(kwargs.get(name), "resolve_expression") for name in ("collection", "group"))
            renew(
                self.model,
                self.db,
                collections=None if unknown else collections,
                counts=bool({"collection", "is_active"}.intersection(kwargs)),
                groups=groups if SUMMARISED.intersection(kwargs) else (),
            )
        return changed

    update.alters_data = True  # type: ignore[attr-defined]

    def _clone(self) -> Self:
        clone: Self = super()._clone()
        clone.follows = self.follows
        return clone

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete all rows, and update the counts of their collections and the summaries of their groups."""
        with transaction.atomic(using=self.db):
            collections, groups = self.memberships()
            setattr(self, LATER, True)
            deleted = super().delete()
            renew(self.model, self.db, collections=collections, counts=True, groups=groups)
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def memberships(self) -> tuple[set[Any], set[Any]]:
        """Return the keys of the collections and of the groups of these products."""
        pairs = set(self.order_by().values_list("collection", "group").distinct())
        return {collection for collection, _group in pairs}, {group for _collection, group in pairs}

    def active(self) -> Self:
        """Return the products on sale."""
        return self.filter(is_active=True)

    def visible_to(self, user: Any) -> Self:
        """Return the products that ``user`` may see: all for staff, active ones for everybody else."""
        return self.all() if is_staff(user) else self.active()

    def in_stock(self) -> Self:
        """Return the products in stock."""
        return self.filter(is_stocked=True)

    def out_of_stock(self) -> Self:
        """Return the products that are out of stock."""
        return self.filter(is_stocked=False)

    def low_stock(self) -> Self:
        """Return the products with fewer units than the setting ``LOW_STOCK``."""
        return self.filter(inventory__lt=app_settings.LOW_STOCK)

    def on_promotion(self, at: datetime | None = None) -> Self:
        """Return the products with a promotion active at the time ``at``."""
        return self.filter(Exists(self._promotions(at)))

    def with_best_discount(self, at: datetime | None = None) -> Self:
        """Add ``best_discount``, the highest percentage active at the time ``at``, or None."""
        best = self._promotions(at).order_by("-discount").values("discount")[:1]
        return self.annotate(best_discount=Subquery(best))

    def _promotions(self, at: datetime | None) -> Any:
        promotion = related(self.model, "promotions")
        return promotion._default_manager.in_force(at).filter(products=OuterRef("pk"))

    def rated_at_least(self, rating: Decimal) -> Self:
        """Return the products with an average rating of at least ``rating``."""
        return self.filter(rating_average__gte=rating)

    def ever_ordered(self) -> Self:
        """Return the products that occur in an order."""
        return self.filter(Exists(self._sold_lines()))

    def never_ordered(self) -> Self:
        """Return the products that have never been ordered."""
        return self.filter(~Exists(self._sold_lines()))

    def _sold_lines(self) -> Any:
        return related(self.model, "orderitems")._default_manager.filter(product=OuterRef("pk"))

    def with_sales(self) -> Self:
        """Add ``units_sold`` and ``total_sales`` (money) over orders that were not cancelled."""
        kept = Q(orderitems__order__cancelled_at__isnull=True)
        counted = self.annotate(
            units_sold=Coalesce(Sum("orderitems__quantity", filter=kept), 0),
            total_sales=Coalesce(
                Sum(F("orderitems__quantity") * F("orderitems__unit_price"), filter=kept, output_field=MONEY),
                Value(Decimal(0)),
                output_field=MONEY,
            ),
        )
        return in_order(counted)

    def best_sellers(self, limit: int = 5) -> Self:
        """Return the ``limit`` products with the highest total sales."""
        return self.with_sales().filter(units_sold__gt=0).order_by("-total_sales", "pk")[:limit]

    def with_discounted_price(self, percent: Decimal) -> Self:
        """Add ``discounted_price``: the list price less ``percent`` percent."""
        factor = Value(
            (Decimal(100) - percent) / Decimal(100), output_field=DecimalField(max_digits=7, decimal_places=4)
        )
        return self.annotate(discounted_price=ExpressionWrapper(F("unit_price") * factor, output_field=MONEY))
