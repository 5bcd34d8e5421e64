"""Querysets that keep derived columns and search words up to date, and the product search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, Self

from django.db import models, transaction
from django.db.models import Case, IntegerField, Max, When

from storefront_store.querysets.base import related
from storefront_store.querysets.relevance import Relevance
from storefront_store.querysets.words import Search, learn_options, words_digest, write_words

BATCH_SIZE = 500
SOME_WORDS: Final = 20  # number of words for which the planner can estimate the number of products
FEW: Final = 500  # number of search results up to which their keys are listed in a statement


class DerivedQuerySet(models.QuerySet[Any]):
    """QuerySet whose bulk writes update derived columns, as ``save()`` does for single rows."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert many rows with their derived columns."""
        objs = list(objs)
        for obj in objs:
            obj.derive()
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        """Update many rows, and the derived columns that depend on ``fields``."""
        objs, names = list(objs), set(fields)
        derived = self.model.derived_from(names)
        if derived:
            for obj in objs:
                obj.derive()
        return super().bulk_update(objs, sorted(names | derived), *args, **kwargs)

    def unfiltered(self) -> Self:
        """Return all rows of the same database."""
        return type(self)(model=self.model, using=self.db)

    def refresh_search_text(self, *, batch_size: int = BATCH_SIZE, dry_run: bool = False) -> int:
        """Repair derived columns and search words that raw SQL or ``update()`` left out of date.

        Args:
            batch_size: Rows read and written at a time.
            dry_run: Whether to count without writing.

        Returns:
            How many rows were wrong.
        """
        wrong = 0
        last: Any = None
        while True:
            batch = list((self.filter(pk__gt=last) if last is not None else self).order_by("pk")[:batch_size])
            if not batch:
                return wrong
            last = batch[-1].pk
            stale = self.stale(batch)
            wrong += len(stale)
            if stale and not dry_run:
                self.unfiltered().mend(stale)

    def stale(self, objs: Sequence[Any]) -> list[Any]:
        """Return those of ``objs`` with outdated derived columns."""
        return [obj for obj in objs if any(getattr(obj, name) != value for name, value in obj.derived_values().items())]

    def mend(self, objs: Sequence[Any]) -> None:
        """Rewrite the derived columns of ``objs``."""
        for obj in objs:
            obj.derive()
        models.QuerySet.bulk_update(self, objs, sorted(self.model.DERIVED))


class SearchableQuerySet(DerivedQuerySet):
    """QuerySet that maintains the search words of products and searches by them."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert many rows with their derived columns and search words."""
        objs = list(objs)
        models.prefetch_related_objects(objs, "group")
        with transaction.atomic(using=self.db, savepoint=False):
            created = super().bulk_create(objs, *args, **kwargs)
            has_keys = not (kwargs.get("ignore_conflicts") or kwargs.get("update_conflicts"))
            if has_keys and all(obj.pk is not None for obj in created):
                self.index_words(created, is_new=True)
            else:  # the database does not report which rows were written
                self.filter(search_digest__in=[obj.search_digest for obj in objs]).reindex(force=True)
        return created

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        """Update many rows; a change of a searched field updates the search words as well."""
        objs, names = list(objs), set(fields)
        searched = bool(names.intersection(self.model.SEARCHED_FIELDS))
        if searched:
            models.prefetch_related_objects(objs, "group")
        with transaction.atomic(using=self.db, savepoint=False):
            changed = super().bulk_update(objs, names, *args, **kwargs)
            if searched:
                self.index_words(objs)
        return changed

    def index_words(self, objs: Sequence[Any], *, is_new: bool = False) -> None:
        """Write the search words of rows whose derived columns are up to date.

        Args:
            objs: The rows.
            is_new: Whether they have no words yet.
        """
        product_word = related(self.model, "words")
        for start in range(0, len(objs), BATCH_SIZE):
            batch = objs[start : start + BATCH_SIZE]
            words = {obj.pk: obj.found_by for obj in batch}
            if not is_new:
                product_word._base_manager.using(self.db).filter(product__in=list(words)).delete()
            write_words(product_word, words, self.db, is_new=is_new)
            learn_options(batch, self.db)

    def reindex(self, *, force: bool = False) -> None:
        """Update the search words of these rows after a change of their group.

        Args:
            force: Whether to write words that seem unchanged as well.
        """
        with transaction.atomic(using=self.db, savepoint=False):
            rows = list(self.order_by("pk").select_for_update())
            models.prefetch_related_objects(rows, "group")  # read after the rows are locked
            self.unfiltered().mend(rows if force else DerivedQuerySet.stale(self, rows))

    def stale(self, objs: Sequence[Any]) -> list[Any]:
        """Return those of ``objs`` with outdated derived columns or search words."""
        models.prefetch_related_objects(objs, "group")
        product_word = related(self.model, "words")
        stored: dict[Any, list[int]] = {obj.pk: [] for obj in objs}
        rows = product_word._base_manager.using(self.db).filter(product__in=list(stored))
        for key, word in rows.values_list("product", "word"):
            stored[key].append(word)
        wrong = {obj.pk for obj in super().stale(objs)}
        return [obj for obj in objs if obj.pk in wrong or words_digest(stored[obj.pk]) != obj.search_digest]

    def mend(self, objs: Sequence[Any]) -> None:
        """Rewrite the derived columns and search words of ``objs``."""
        with transaction.atomic(using=self.db, savepoint=False):
            super().mend(objs)
            self.index_words(objs)

    def search(self, text: str) -> Self:
        """Return the products that contain every word of ``text``.

        Searched are title, description, SKU, collection, group and options. Case, accents and Unicode forms are
        ignored, and a word also matches as a part of a longer one. The whole text also matches the beginning of a SKU.
        The rows are annotated with ``relevance``, where lower is better; see :meth:`by_relevance`.

        Args:
            text: The search text.
        """
        search = Search(text, related(self.model, "collection"), self.db)
        if not search.terms:
            return self.all() if not text.strip(" ,\t\n") else self.none()
        found = self._having_words(search.conditions())
        # Without a digit, such as "pan", the text is taken as a word and not as the beginning of a SKU.
        is_sku = any(character.isdigit() for character in search.sku)
        return found.annotate(relevance=Relevance(search.terms, search.sku, is_sku))

    def _having_words(self, conditions: Sequence[Any]) -> Self:
        """Return the products that have a word of each condition.

        From many words, the planner would have to guess the number of products, and might read the whole table. If the
        products are few, their keys are therefore read first, in a statement that can only use the index of the words.

        Args:
            conditions: Lists of keys of words, or subqueries.
        """
        pairs = related(self.model, "words")._base_manager.using(self.db)
        listed = all(isinstance(keys, list) for keys in conditions)
        if listed and (len(conditions) > 1 or len(conditions[0]) > SOME_WORDS):
            has = {
                f"has_{index}": Max(Case(When(word__in=keys, then=1), default=0, output_field=IntegerField()))
                for index, keys in enumerate(conditions)
            }
            every = pairs.filter(word__in={key for keys in conditions for key in keys}).values("product")
            keys = every.annotate(**has).filter(**dict.fromkeys(has, 1)).values_list("product", flat=True)
            found = list(keys[: FEW + 1])
            if len(found) <= FEW:
                return self.filter(pk__in=found)
        rows = self.all()
        for keys in conditions:
            rows = rows.filter(pk__in=pairs.filter(word__in=keys).values("product"))
        return rows

    def by_relevance(self) -> Self:
        """Order search results by relevance, then by title.

        The relevance decreases from the SKU to whole words of the title, beginnings of words, parts of the title and
        other matches. The relevance of several words is added up.
        """
        return self.order_by("relevance", "title_key", "pk")
