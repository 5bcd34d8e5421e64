"""Querysets of collections, groups and promotions, and the manager of the catalogue version."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self
from zlib import crc32

from django.db import models
from django.db.models import BigIntegerField, CharField, F, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.functional import cached_property

from storefront_store.prepared import Prepared
from storefront_store.querysets.search import DerivedQuerySet


class PromotionQuerySet(models.QuerySet[Any]):
    """QuerySet of promotions."""

    def in_force(self, at: datetime | None = None) -> Self:
        """Return the promotions active at the time ``at``, by default now."""
        at = at or timezone.now()
        return self.filter(
            Q(starts_at__isnull=True) | Q(starts_at__lte=at),
            Q(ends_at__isnull=True) | Q(ends_at__gt=at),
        )


class CollectionQuerySet(DerivedQuerySet):
    """QuerySet of collections."""

    def with_products_count(self) -> Self:
        """Add ``products_count``, the number of active products; 0 for an empty collection."""
        return self.annotate(products_count=F("active_products"))

    def without_featured_product(self) -> Self:
        """Return the collections without a featured product."""
        return self.filter(featured_product__isnull=True)


class ProductGroupQuerySet(DerivedQuerySet):
    """QuerySet of product groups."""


class CatalogueVersionManager(models.Manager[Any]):
    """Manager of the version of the catalogue and of the versions of its parts.

    A part consists of the collections for which :meth:`part_of` returns its key. Its row has an arbitrary number that
    changes with each change of a product in it, so that data can be cached by that number.
    """

    ROW = 1
    PARTS = 64
    WRITERS = ROW + PARTS + 1

    def current(self) -> int:
        """Return the version; 0 before the first change."""
        rows = self._row.fetch_slice(0, None, using=self.db)
        return int(rows[0][0]) if rows else 0

    @cached_property
    def _row(self) -> Prepared:
        return Prepared(lambda: self.filter(pk=self.ROW), ["version"])

    def bump(self, collections: Iterable[Any] | None = None) -> None:
        """Raise the version of the catalogue; call it in the transaction that changes the catalogue.

        Args:
            collections: The keys of the collections whose products have changed; None means all.
        """
        if not self.filter(pk=self.ROW).update(version=F("version") + 1):
            self.bulk_create([self.model(pk=self.ROW, version=0)], ignore_conflicts=True)
            self.filter(pk=self.ROW).update(version=F("version") + 1)
        parts = sorted({self.part_of(key) for key in collections} if collections is not None else self.all_parts())
        number = secrets.randbits(62)
        if parts and self.filter(pk__in=parts).update(version=number) < len(parts):
            self.bulk_create([self.model(pk=part, version=number) for part in parts], ignore_conflicts=True)

    def all_parts(self) -> range:
        """Return the keys of the rows of all parts."""
        return range(self.ROW + 1, self.ROW + 1 + self.PARTS)

    def part_of(self, collection: Any) -> int:
        """Return the key of the row of the part to which a collection belongs."""
        return self.ROW + 1 + crc32(str(collection).replace("-", "").encode()) % self.PARTS

    def parts(self) -> dict[int, int]:
        """Return the numbers of the parts by key, and the version with the key :attr:`ROW`."""
        return dict(self.values_list("pk", "version"))

    def parts_and_titles(self, collection: Any) -> tuple[dict[int, int], dict[Any, str]]:
        """Return :meth:`parts`, and the titles of all collections by key, in one statement.

        Args:
            collection: The model of the collections.
        """
        text = Cast("pk", CharField(max_length=64))
        none = Value(-1, output_field=BigIntegerField())
        titles = collection._base_manager.using(self.db).order_by().values_list(none, text, "title")
        versions = self.order_by().values_list("version", text, Value("", output_field=CharField()))
        found = list(versions.union(titles, all=True))
        of = collection._meta.pk.to_python
        return (
            {int(key): version for version, key, _title in found if version >= 0},
            {of(key): title for version, key, title in found if version < 0},
        )

    def lock(self) -> None:
        """Make other seeds and imports wait until the transaction ends.

        They lock a row of their own: checkouts and changes of single products do not wait for them.
        """
        self.bulk_create([self.model(pk=self.WRITERS, version=0)], ignore_conflicts=True)
        self.select_for_update().get(pk=self.WRITERS)
