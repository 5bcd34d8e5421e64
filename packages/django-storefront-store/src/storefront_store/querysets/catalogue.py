"""Questions to collections, groups and promotions, and the version of the catalogue."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone

from storefront_store.querysets.base import in_order
from storefront_store.querysets.search import DerivedQuerySet


class PromotionQuerySet(models.QuerySet[Any]):
    """Promotions."""

    def in_force(self, at: datetime | None = None) -> Self:
        """Those that count at the moment ``at`` (now, if not given)."""
        at = at or timezone.now()
        return self.filter(
            Q(starts_at__isnull=True) | Q(starts_at__lte=at),
            Q(ends_at__isnull=True) | Q(ends_at__gt=at),
        )


class CollectionQuerySet(DerivedQuerySet):
    """Collections."""

    def with_products_count(self) -> Self:
        """Add ``products_count``, the number of active products; 0 for an empty collection."""
        return in_order(self.annotate(products_count=Count("products", filter=Q(products__is_active=True))))

    def without_featured_product(self) -> Self:
        """Those that feature nothing."""
        return self.filter(featured_product__isnull=True)


class ProductGroupQuerySet(DerivedQuerySet):
    """Product groups."""


class CatalogueVersionManager(models.Manager[Any]):
    """The one row that tells whether the catalogue has changed."""

    ROW = 1

    def current(self) -> int:
        """Return the version; 0 before the first change."""
        return self.filter(pk=self.ROW).values_list("version", flat=True).first() or 0

    def bump(self) -> None:
        """Say that the catalogue has changed. Belongs into the transaction that changed it."""
        if not self.filter(pk=self.ROW).update(version=F("version") + 1):
            self.bulk_create([self.model(pk=self.ROW, version=0)], ignore_conflicts=True)
            self.filter(pk=self.ROW).update(version=F("version") + 1)

    def lock(self) -> None:
        """Make other seeds and imports wait until this transaction ends, so that they see what it has added."""
        self.bulk_create([self.model(pk=self.ROW, version=0)], ignore_conflicts=True)
        self.select_for_update().get(pk=self.ROW)
