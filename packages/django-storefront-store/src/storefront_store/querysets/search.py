"""Querysets that keep derived columns and search words up to date, and the product search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any, Final, NamedTuple, Self

from django.db import connections, models, transaction
from django.db.models import Case, F, IntegerField, Max, When
from django.db.models.functions import Coalesce

from storefront_store.prepared import Prepared
from storefront_store.querysets.base import Among, padded, related
from storefront_store.querysets.relevance import Relevance, patterns_of
from storefront_store.querysets.words import Search, learn_options, words_digest, write_words

BATCH_SIZE = 500
SOME_WORDS: Final = 20  # number of words for which the planner can estimate the number of products
FEW: Final = 500  # number of search results up to which their keys are listed in a statement


class Found(NamedTuple):
    """What the words of a search stand for in the database.

    Attributes:
        patterns: What is looked for in titles; see :func:`~storefront_store.querysets.relevance.patterns_of`.
        sku: The whole text as a SKU.
        by_prefix: Whether the beginning of a SKU counts.
        words: For each word, the keys of the stored words that contain it, or a subquery.
        products: The keys of the products, if they have been read.
    """

    patterns: Sequence[Any]
    sku: Any
    by_prefix: bool
    words: Sequence[Any]
    products: Sequence[Any] | None


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
        found = self.find(text)
        if found is None:
            return self.all() if not text.strip(" ,\t\n") else self.none()
        return self.matching(found)

    def find(self, text: str) -> Found | None:
        """Return what the words of ``text`` stand for in this database, or None if it has no words."""
        search = Search(text, related(self.model, "collection"), self.db)
        if not search.terms:
            return None
        words = search.conditions()
        # Without a digit, such as "pan", the text is taken as a word and not as the beginning of a SKU.
        is_sku = any(character.isdigit() for character in search.sku)
        return Found(patterns_of(search.terms), search.sku, is_sku, words, self._few_having(words))

    def matching(self, found: Found) -> Self:
        """Return the products that contain every word of a search, with ``relevance``.

        Args:
            found: The result of :meth:`find`; all its values may be expressions.
        """
        rows: Any = self.all()
        if found.products is not None:
            rows = rows.filter(pk__in=found.products)
        else:
            for products in _products_having(related(self.model, "words"), found.words, self.db):
                rows = rows.filter(Among(F("pk"), products))
        matching: Self = rows.annotate(relevance=Relevance(found.patterns, found.sku, found.by_prefix))
        return matching

    def _few_having(self, words: Sequence[Any]) -> list[Any] | None:
        """Return the keys of the products that have a word of each list, or None if they are many or easy to find.

        From many words, the planner would have to guess the number of products, and might read the whole table. If the
        products are few, their keys are therefore read first, in a statement that can only use the index of the words.

        Args:
            words: Lists of keys of words, or subqueries.
        """
        if not all(isinstance(keys, list) for keys in words) or (len(words) == 1 and len(words[0]) <= SOME_WORDS):
            return None
        lists = [padded(keys) for keys in words]
        statement = _having_every(related(self.model, "words"), tuple(map(len, lists)))
        values = dict(zip(_names(map(len, lists)), chain(*lists), strict=True))
        found = [key for (key,) in statement.fetch_slice(0, FEW + 1, using=self.db, **values)]
        return list(dict.fromkeys(found)) if len(found) <= FEW else None

    def by_relevance(self) -> Self:
        """Order search results by relevance, then by title.

        The relevance decreases from the SKU to whole words of the title, beginnings of words, parts of the title and
        other matches. The relevance of several words is added up.
        """
        return self.order_by("relevance", "title_key", "pk")


def _products_having(product_word: Any, words: Sequence[Any], using: str) -> list[Any]:
    """Return subqueries for products, in all of which a product with a word of each list must be.

    PostgreSQL combines two arrays by trying all pairs, so there it is a single subquery. ``DISTINCT`` makes it read the
    products of each word once, and not look for the word in each product that has the first one. It can't estimate the
    other conditions, which are always true, and takes them for a ninth of the rows; it would read the whole table of
    pairs for a word of many products otherwise.

    Args:
        product_word: The model of the pairs of word and product.
        words: Keys of words, or subqueries, for each word that is searched.
        using: The alias of the database.
    """
    pairs = [product_word._base_manager.using(using).filter(word__in=keys) for keys in words]
    if connections[using].vendor != "postgresql":
        return [each.values("product").query for each in pairs]
    unknown = Coalesce("product", "product")
    first, *others = [each.filter(product__lte=unknown, product__gte=unknown) for each in pairs]
    for each in others:
        first = first.filter(product__in=each.values("product").distinct())
    return [first.values("product").query]


@lru_cache(maxsize=64)
def _having_every(product_word: Any, sizes: tuple[int, ...]) -> Prepared:
    """Return the statement for the products that have a word of each list, for lists of some sizes.

    A product may occur several times if there is one list.
    """

    def build(**bound: Any) -> Any:
        if len(sizes) == 1:  # not grouped, so that reading ends at the limit
            return product_word._base_manager.filter(word__in=list(bound.values()))
        keys = iter(bound.values())
        lists = [list(islice(keys, size)) for size in sizes]
        has = {
            f"has_{index}": Max(Case(When(word__in=each, then=1), default=0, output_field=IntegerField()))
            for index, each in enumerate(lists)
        }
        pairs = product_word._base_manager.filter(word__in=list(chain(*lists))).values("product")
        return pairs.annotate(**has).filter(**dict.fromkeys(has, 1))

    field = product_word._meta.get_field("word")
    return Prepared(build, ["product"], bound=dict.fromkeys(_names(sizes), field))


def _names(sizes: Iterable[int]) -> list[str]:
    return [f"word{index}_{number}" for index, size in enumerate(sizes) for number in range(size)]
