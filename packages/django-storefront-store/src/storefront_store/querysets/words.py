"""Search words of products: keys, storage and lookup."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Final

from django.apps import apps
from django.db import connections
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast

from storefront_store.options import normalise
from storefront_store.prepared import Prepared, is_plain
from storefront_store.text import MAX_ASKED_LENGTH, MAX_WORD_LENGTH, pieces_of, words_of

TEXT: Final = "w"
SKU: Final = "s"
COLLECTION: Final = "c"
OPTION: Final = "o"

INSERTED_AT_ONCE: Final = 2_000
MAX_MATCHES: Final = 1_500  # maximum number of word keys listed in a statement; beyond it, a subquery is used
KEY: Final = Cast("pk", CharField(max_length=64))
LAST: Final = "\U0010ffff"  # sorts after every character


@lru_cache(maxsize=50_000)
def word_key(kind: str, text: str) -> int:
    """Return the key of a word: a digest, which needs no query."""
    data = f"{kind}{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big", signed=True)


def text_words(*parts: str | None) -> dict[int, tuple[str, str]]:
    """Return the words of texts as kind and word, by their keys."""
    return {
        word_key(TEXT, piece): (TEXT, piece) for word in dict.fromkeys(words_of(*parts)) for piece in pieces_of(word)
    }


def sku_words(sku: str | None) -> dict[int, tuple[str, str]]:
    """Return the key of a SKU, ignoring case and punctuation; empty without a SKU."""
    key = "".join(words_of(sku))[:MAX_WORD_LENGTH]
    return {word_key(SKU, key): (SKU, key)} if key else {}


def collection_words(key: Any) -> dict[int, tuple[str, str]]:
    """Return the marker of a collection, whose title is looked up at search time."""
    return {collection_word(key): (COLLECTION, "")}


def option_words(options: Mapping[str, str]) -> dict[int, tuple[str, str]]:
    """Return the markers by which products with these options are filtered."""
    return {option_word(name, value): ("", "") for name, value in options.items()}


def option_word(name: str, value: str) -> int:
    """Return the marker of a value of an option."""
    return word_key(OPTION, f"{normalise(name)}\x1f{normalise(value)}")


def collection_word(key: Any) -> int:
    """Return the marker of a collection."""
    return word_key(COLLECTION, str(key).replace("-", ""))  # databases format UUIDs differently


def words_digest(keys: Iterable[int]) -> str:
    """Return a digest of a set of keys."""
    text = ",".join(map(str, sorted(keys)))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def write_words(
    product_word: Any, words: Mapping[Any, Mapping[int, tuple[str, str]]], using: str, *, is_new: bool = False
) -> None:
    """Insert the words of some products, and add new words to the vocabulary.

    Args:
        product_word: The model of a product's words.
        words: The words by the primary key of the product.
        using: The alias of the database.
        is_new: Whether the products are new, so that no other transaction can be writing their words.
    """
    vocabulary = {key: word for found in words.values() for key, word in found.items() if word[0]}
    _learn(vocabulary, using)
    # Ordered by primary key, so that adjacent rows are written together and concurrent writers can't deadlock.
    pairs = sorted((key, position) for position, found in enumerate(words.values()) for key in found)
    products = list(words)
    if is_new and all(isinstance(key, int) for key in products):
        _insert_numbers(product_word, [(key, products[position]) for key, position in pairs], using)
        return
    rows = product_word._base_manager.using(using)
    for start in range(0, len(pairs), INSERTED_AT_ONCE):
        rows.bulk_create(
            [
                product_word(word=key, product_id=products[position])
                for key, position in pairs[start : start + INSERTED_AT_ONCE]
            ],
            ignore_conflicts=True,
        )


def learn_options(products: Iterable[Any], using: str) -> None:
    """Store the options of products by their digests."""
    sets = {product.options_digest: product.options for product in products if product.options}
    if not sets:
        return
    model = apps.get_model("storefront_store", "OptionSet")
    rows = model._base_manager.using(using)
    known = set(rows.filter(pk__in=list(sets)).values_list("pk", flat=True))
    new = [model(pk=digest, options=sets[digest]) for digest in sorted(sets.keys() - known)]
    if new:
        rows.bulk_create(new, ignore_conflicts=True)


def _insert_numbers(product_word: Any, pairs: list[tuple[int, int]], using: str) -> None:
    """Insert pairs of integers with raw SQL, because model instances and parameters would slow down imports."""
    connection = connections[using]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(product_word._meta.get_field(name).column) for name in ("word", "product"))
    insert = f"INSERT INTO {quote(product_word._meta.db_table)} ({columns}) VALUES "  # noqa: S608
    with connection.cursor() as cursor:
        for start in range(0, len(pairs), INSERTED_AT_ONCE):
            batch = pairs[start : start + INSERTED_AT_ONCE]
            cursor.execute(insert + ", ".join(f"({word:d}, {product:d})" for word, product in batch))


def _learn(vocabulary: Mapping[int, tuple[str, str]], using: str) -> None:
    model = apps.get_model("storefront_store", "SearchWord")
    rows = model._base_manager.using(using)
    keys = sorted(vocabulary)
    for start in range(0, len(keys), INSERTED_AT_ONCE):
        asked = keys[start : start + INSERTED_AT_ONCE]
        known = set(rows.filter(pk__in=asked).values_list("pk", flat=True))
        new = [model(pk=key, kind=vocabulary[key][0], word=vocabulary[key][1]) for key in asked if key not in known]
        if new:
            rows.bulk_create(new, ignore_conflicts=True)


class Search:
    """A search text and the stored words that match it.

    Args:
        text: The search text.
        collection: The model of the collections.
        using: The alias of the database.

    Attributes:
        terms: The folded words, in order.
        sku: The text as a prefix of a SKU.
    """

    def __init__(self, text: str, collection: Any, using: str) -> None:
        self.text = text
        self.terms: list[str] = list(dict.fromkeys(word[:MAX_ASKED_LENGTH] for word in words_of(text)))
        self.sku: str = "".join(words_of(text))[:MAX_WORD_LENGTH]
        self._collection = collection
        self._using = using

    def conditions(self) -> list[Any]:
        """Return the keys of the words that contain each term: a list, or a subquery if there are many.

        The words are looked up first, so that each condition is a short list of keys. The database can then estimate
        the number of rows and use the index.
        """
        values = {f"term{number}": term for number, term in enumerate(self.terms)}
        lookup = _lookup(self._collection, len(self.terms))
        found = lookup.fetch_slice(
            0, MAX_MATCHES + 1, using=self._using, **values, sku=self.sku, after_sku=self.sku + LAST
        )
        if len(found) > MAX_MATCHES:
            return self._subqueries()
        return [[_key_of(key, kind) for key, kind, word in found if kind == SKU or term in word] for term in self.terms]

    def _subqueries(self) -> list[Any]:
        sku = _beginning(self.sku, self.sku + LAST)
        titles = _titled(self._collection, self.terms).using(self._using).values_list("pk", "title_key")
        collections = [(collection_word(key), title) for key, title in titles]
        conditions = [
            _containing(term) | sku | Q(pk__in=[key for key, title in collections if term in title])
            for term in self.terms
        ]
        return [_vocabulary().using(self._using).filter(condition).values("pk") for condition in conditions]


@lru_cache(maxsize=16)
def _lookup(collection: Any, number: int) -> Prepared:
    """Return the statement for the words, SKUs and titles of collections with one of ``number`` terms."""
    terms = [f"term{index}" for index in range(number)]

    def build(sku: Any, after_sku: Any, **bound: Any) -> Any:
        asked = [bound[name] for name in terms]
        words = _vocabulary().filter(reduce(or_, map(_containing, asked), _beginning(sku, after_sku)))
        titles = _titled(collection, asked).annotate(kind=Value(COLLECTION), word=F("title_key"))
        return (
            words.annotate(key=KEY)
            .values("key", "kind", "word")
            .union(titles.annotate(key=KEY).values("key", "kind", "word"), all=True)
        )

    text: Any = CharField()
    bound = dict.fromkeys([*terms, "sku", "after_sku"], text)
    return Prepared(build, ["key", "kind", "word"], bound=bound, kept=is_plain(collection._base_manager))


def _vocabulary() -> Any:
    return apps.get_model("storefront_store", "SearchWord")._base_manager.order_by()


def _containing(term: Any) -> Q:
    return Q(kind=TEXT, word__contains=term)


def _beginning(sku: Any, after: Any) -> Q:
    return Q(kind=SKU, word__gte=sku, word__lt=after)


def _titled(collection: Any, terms: Iterable[Any]) -> Any:
    """Return the collections whose titles contain one of the terms."""
    any_term = reduce(or_, (Q(title_key__contains=term) for term in terms))
    return collection._base_manager.filter(any_term).order_by()


def _key_of(text: str, kind: str) -> int:
    return collection_word(text) if kind == COLLECTION else int(text)
