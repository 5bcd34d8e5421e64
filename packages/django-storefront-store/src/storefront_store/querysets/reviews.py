"""Reviews, and the ratings that they make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db import models, transaction

from storefront_store.internals import locks_without_key
from storefront_store.querysets.base import related
from storefront_store.querysets.summaries import LATER, rate, renew

RATED: Final = frozenset({"product", "rating", "is_hidden"})  # what the rating of a product follows from


class ReviewQuerySet(models.QuerySet[Any]):
    """Reviews. Writes of many keep the ratings of the products right, as ``save()`` does for single ones."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert many rows."""
        objs = list(objs)
        keys = {review.product_id for review in objs}
        with transaction.atomic(using=self.db, savepoint=False):
            self.lock_products(keys)
            created = super().bulk_create(objs, *args, **kwargs)
            self.follow(keys)
        return created

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        """Update many rows."""
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
        """Update all rows in one statement; ratings follow in two more."""
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
        """Delete all rows."""
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
        """Return the keys of the products that are reviewed."""
        return set(self.order_by().values_list("product", flat=True).distinct())

    def lock_products(self, keys: Iterable[Any]) -> None:
        """Lock products before their reviews are written, so that two writers don't wait for each other."""
        no_key = locks_without_key(self.db)
        products = related(self.model, "product")._base_manager.using(self.db).filter(pk__in=list(keys))
        list(products.order_by("pk").select_for_update(no_key=no_key).values_list("pk"))

    def _rows(self, keys: Iterable[Any]) -> ReviewQuerySet:
        return type(self)(model=self.model, using=self.db).filter(pk__in=list(keys))

    def follow(self, keys: Iterable[Any]) -> None:
        """Let the ratings of locked products, and the version of the catalogue, follow their reviews."""
        if keys := set(keys):
            product = related(self.model, "product")
            rate(product, self.db, keys)
            rows = product._base_manager.using(self.db).filter(pk__in=list(keys))
            renew(product, self.db, collections=rows.order_by().values_list("collection", flat=True).distinct())
