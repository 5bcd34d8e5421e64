"""QuerySet of reviews, which keeps the ratings of products up to date."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db import models, transaction

from storefront_store.internals import locks_without_key
from storefront_store.querysets.base import related
from storefront_store.querysets.summaries import LATER, rate, renew

RATED: Final = frozenset({"product", "rating", "is_hidden"})  # fields from which the rating of a product is calculated


class ReviewQuerySet(models.QuerySet[Any]):
    """QuerySet of reviews. Bulk writes update the ratings of the products, as ``save()`` does for single reviews."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert many rows, and update the ratings of their products."""
        objs = list(objs)
        keys = {review.product_id for review in objs}
        with transaction.atomic(using=self.db, savepoint=False):
            self.lock_products(keys)
            created = super().bulk_create(objs, *args, **kwargs)
            self.follow(keys)
        return created

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        """Update many rows and the ratings of their products."""
        objs, names = list(objs), set(fields)
        if not names & RATED:
            return super().bulk_update(objs, names, *args, **kwargs)
        with transaction.atomic(using=self.db, savepoint=False):
            keys = {review.product_id for review in objs} | self._rows([review.pk for review in objs]).product_keys()
            self.lock_products(keys)
            changed = super().bulk_update(objs, names, *args, **kwargs)
            self.follow(keys)
        return changed

    def update(self, **kwargs: Any) -> int:
        """Update all rows in one statement, and the ratings in two more."""
        if not RATED.intersection(kwargs):
            return super().update(**kwargs)
        with transaction.atomic(using=self.db, savepoint=False):
            keys = self.product_keys()
            if product := kwargs.get("product"):
                keys.add(getattr(product, "pk", product))
            self.lock_products(keys)
            changed = super().update(**kwargs)
            self.follow(keys)
        return changed

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete all rows, and update the ratings of their products."""
        with transaction.atomic(using=self.db):
            keys = self.product_keys()
            self.lock_products(keys)
            setattr(self, LATER, True)
            deleted = super().delete()
            self.follow(keys)
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def product_keys(self) -> set[Any]:
        """Return the keys of the reviewed products."""
        return set(self.order_by().values_list("product", flat=True).distinct())

    def lock_products(self, keys: Iterable[Any]) -> None:
        """Lock products before their reviews are written, so that concurrent writers can't deadlock."""
        no_key = locks_without_key(self.db)
        products = related(self.model, "product")._base_manager.using(self.db).filter(pk__in=list(keys))
        list(products.order_by("pk").select_for_update(no_key=no_key).values_list("pk"))

    def _rows(self, keys: Iterable[Any]) -> ReviewQuerySet:
        return type(self)(model=self.model, using=self.db).filter(pk__in=list(keys))

    def follow(self, keys: Iterable[Any]) -> None:
        """Update the ratings of locked products and the version of the catalogue after a change of reviews."""
        if keys := set(keys):
            product = related(self.model, "product")
            rate(product, self.db, keys)
            rows = product._base_manager.using(self.db).filter(pk__in=list(keys))
            renew(product, self.db, collections=rows.order_by().values_list("collection", flat=True).distinct())
