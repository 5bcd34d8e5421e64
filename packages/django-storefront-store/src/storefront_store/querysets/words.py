"""The words that products are found by: their keys, and how they are written and looked up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.apps import apps
from django.db.models import Q

from storefront_store.options import normalise
from storefront_store.text import MAX_ASKED_LENGTH, MAX_WORD_LENGTH, pieces_of, words_of

TEXT: Final = "w"
SKU: Final = "s"
COLLECTION: Final = "c"
OPTION: Final = "o"

INSERTED_AT_ONCE: Final = 2_000
MAX_MATCHES: Final = 1_000  # keys of words that are listed in a statement; more are left to a subquery
LAST: Final = "\U0010ffff"  # sorts after every character


def word_key(kind: str, text: str) -> int:
    """Return the key of a word: a digest, so that it is known without asking the database."""
    data = f"{kind}{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big", signed=True)


def text_words(*parts: str | None) -> dict[int, tuple[str, str]]:
    """Return the words of texts by their keys, each with its kind and itself."""
    return {
        word_key(TEXT, piece): (TEXT, piece) for word in dict.fromkeys(words_of(*parts)) for piece in pieces_of(word)
    }


def sku_words(sku: str | None) -> dict[int, tuple[str, str]]:
    """Return the key of a SKU, in which neither case nor punctuation counts; nothing without a SKU."""
    key = "".join(words_of(sku))[:MAX_WORD_LENGTH]
    return {word_key(SKU, key): (SKU, key)} if key else {}


def option_words(options: Mapping[str, str]) -> dict[int, tuple[str, str]]:
    """Return the keys by which products with these options are filtered."""
    return {option_word(name, value): ("", "") for name, value in options.items()}


def option_word(name: str, value: str) -> int:
    """Return the key that stands for one value of one option."""
    return word_key(OPTION, f"{normalise(name)}\x1f{normalise(value)}")


def collection_word(key: Any) -> int:
    """Return the key that stands for a collection; its title is looked up when somebody searches."""
    return word_key(COLLECTION, str(key))


def words_digest(keys: Iterable[int]) -> str:
    """Return a digest of a set of keys."""
    text = ",".join(map(str, sorted(keys)))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def write_words(product_word: Any, words: Mapping[Any, Mapping[int, tuple[str, str]]], using: str) -> None:
    """Insert the words of some products, and into the vocabulary those that nobody has used before.

    Args:
        product_word: The model of a product's words.
        words: The words by the primary key of the product.
        using: The alias of the database.
    """
    vocabulary = {key: word for found in words.values() for key, word in found.items() if word[0]}
    _learn(vocabulary, using)
    # in the order of the primary key: neighbours are written together, and parallel writers don't deadlock
    pairs = sorted((key, position) for position, found in enumerate(words.values()) for key in found)
    products = list(words)
    rows = product_word._base_manager.using(using)
    for start in range(0, len(pairs), INSERTED_AT_ONCE):
        rows.bulk_create(
            [
                product_word(word=key, product_id=products[position])
                for key, position in pairs[start : start + INSERTED_AT_ONCE]
            ],
            ignore_conflicts=True,
        )


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
    """A search text with the stored words that match it.

    Args:
        text: What somebody has typed.
        collection: The model of the collections.
        using: The alias of the database.

    Attributes:
        terms: The folded words, in their order.
        sku: What a SKU would have to begin with.
    """

    def __init__(self, text: str, collection: Any, using: str) -> None:
        self.text = text
        self.terms = list(dict.fromkeys(word[:MAX_ASKED_LENGTH] for word in words_of(text)))
        self.sku = "".join(words_of(text))[:MAX_WORD_LENGTH]
        self._collection = collection
        self._using = using

    def conditions(self) -> list[Any]:
        """Return for each term the keys of the words that contain it: a list, or a subquery if they are many.

        The words are looked up first, so that each condition is a short list of keys, which the database's statistics
        can judge, and for which it always takes the index.
        """
        model = apps.get_model("storefront_store", "SearchWord")
        words = model._base_manager.using(self._using)
        sku = Q(kind=SKU, word__gte=self.sku, word__lt=self.sku + LAST)
        matching = [Q(kind=TEXT, word__contains=term) for term in self.terms]
        any_of = sku
        for condition in matching:
            any_of |= condition
        found = list(words.filter(any_of).values_list("pk", "kind", "word")[: MAX_MATCHES + 1])
        if len(found) > MAX_MATCHES:
            return [
                self._many(words, sku | condition, term) for condition, term in zip(matching, self.terms, strict=True)
            ]
        skus = [key for key, kind, _word in found if kind == SKU]
        texts = [(key, word) for key, kind, word in found if kind == TEXT]
        return [[*skus, *self._collections(term), *(key for key, word in texts if term in word)] for term in self.terms]

    def _many(self, words: Any, condition: Q, term: str) -> Any:
        return words.filter(condition | Q(pk__in=self._collections(term))).values("pk")

    def _collections(self, term: str) -> list[int]:
        return [collection_word(key) for key, title in self._titles if term in title]

    @property
    def _titles(self) -> Sequence[tuple[Any, str]]:
        if not hasattr(self, "_loaded"):
            any_term = Q()
            for term in self.terms:
                any_term |= Q(title_key__contains=term)
            rows = self._collection._base_manager.using(self._using).filter(any_term)
            self._loaded = list(rows.values_list("pk", "title_key"))
        return self._loaded
