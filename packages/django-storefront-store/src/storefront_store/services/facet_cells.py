"""Products counted by all facets at once, and the cache of these counts."""

from __future__ import annotations

import hashlib
import time
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, chain, count, pairwise
from operator import mul
from typing import Any, Final, NamedTuple, TypeAlias

from storefront_store.conf import app_settings
from storefront_store.counts import LARGE, cached_many, query_digest, remember_many
from storefront_store.models import CatalogueVersion
from storefront_store.options import normalise
from storefront_store.querysets import ProductQuerySet
from storefront_store.querysets.facet_keys import Codes
from storefront_store.querysets.facets import Counted
from storefront_store.types import Key

MOST_SETS: Final = 50_000  # number of option sets cached per process
SECONDS: Final = 24 * 3600  # for which the counts of an unchanged part of the catalogue are cached

OptionSet: TypeAlias = tuple[tuple[str, str, str, str], ...]  # name and value, normalised and as written


class Block(NamedTuple):
    """The counts of one collection, in columns. Combinations with the same code form a run.

    Attributes:
        collection: The key of the collection.
        flags: Values of the flags by which the products were counted.
        codes: Price band, rating and stock of each run.
        totals: The number of products of each run.
        ends: The number of combinations up to the end of each run.
        sets: The place of the options of each combination in :attr:`Cells.sets`.
        numbers: The number of products of each combination.
    """

    collection: Any
    flags: tuple[int, ...]
    codes: Sequence[int]
    totals: Sequence[int]
    ends: Sequence[int]
    sets: Sequence[int]
    numbers: Sequence[int]

    def totals_with(self, hits: Sequence[bool]) -> Iterator[int]:
        """Return the number of products of each run whose options are marked in ``hits``."""
        upto = [0, *accumulate(map(mul, self.numbers, map(hits.__getitem__, self.sets)))]
        return (upto[end] - upto[start] for start, end in pairwise([0, *self.ends]))

    def combinations(self, codes: set[int]) -> Iterable[tuple[int, int]]:
        """Return the place of the options and the number of products of each combination with some codes."""
        if codes.issuperset(self.codes):
            return zip(self.sets, self.numbers, strict=True)
        runs = zip(self.codes, pairwise([0, *self.ends]), strict=True)
        wanted = [slice(*bounds) for code, bounds in runs if code in codes]
        return chain.from_iterable(zip(self.sets[each], self.numbers[each], strict=True) for each in wanted)


@dataclass
class Cells:
    """Counted combinations.

    Attributes:
        blocks: The combinations by collection and flags.
        sets: The options that occur.
    """

    blocks: list[Block]
    sets: list[OptionSet]


def cells_of(counted: Iterable[Counted], edges: Sequence[Decimal], options: Mapping[str, OptionSet]) -> Cells:
    """Return counted combinations without repeating what they have in common.

    Args:
        counted: What ``count_by_facets()`` returned.
        edges: The edges of the price bands.
        options: The options of each digest.
    """
    codes = Codes(edges)
    places: defaultdict[str, int] = defaultdict(count().__next__)
    blocks = [
        Block(
            each.collection,
            each.flags,
            codes=array("q", map(codes.__getitem__, each.keys)),
            totals=array("q", each.totals),
            ends=array("q", accumulate(each.sizes)),
            sets=array("I", map(places.__getitem__, each.digests)),
            numbers=array("I", each.numbers),
        )
        for each in counted
    ]
    return Cells(blocks, [options[digest] for digest in places])


_known_options: dict[str, OptionSet] = {}  # by digest, which ignores the spelling


def options_of(products: ProductQuerySet, counted: Iterable[Counted]) -> Mapping[str, OptionSet]:
    """Return the options of the digests of counted combinations, cached per process."""
    digests: set[str] = set().union(*(each.digests for each in counted))
    unknown = digests - _known_options.keys()
    if unknown:
        if len(_known_options) > MOST_SETS:
            _known_options.clear()
            unknown = digests
        for digest, options in products.options_by_digest(unknown).items():
            _known_options[digest] = tuple(
                (normalise(name), normalise(value), name, value) for name, value in options.items()
            )
    return {digest: _known_options.get(digest, ()) for digest in digests}


@dataclass
class CatalogueCells:
    """The counts of all products visible to a user.

    Attributes:
        cells: The counts by part of the catalogue.
        selected: The counts of the products that match a further condition.
        is_current: Whether the counts are those of the versions for which they were requested.
    """

    cells: list[Cells]
    selected: Cells | None = None
    is_current: bool = True


class _Kept(NamedTuple):
    """A cached part of the catalogue with its version, and the time at which it was counted."""

    version: int
    time: float
    cells: Cells

    def is_usable(self, version: int) -> bool:
        """Return whether the counts may be used for a version: for another one only if they are many and young."""
        if self.version == version:
            return True
        age = time.time() - self.time
        fresh = 0 <= age < app_settings.LIST_FRESHNESS_SECONDS and not app_settings.EXACT_COUNTS
        return fresh and sum(sum(block.totals) for block in self.cells.blocks) > LARGE


def count_catalogue(
    products: ProductQuerySet,
    edges: Sequence[Decimal],
    versions: Mapping[int, int],
    *,
    collections: Iterable[Key],
    selected: Sequence[ProductQuerySet] = (),
) -> CatalogueCells:
    """Count all products with at most one statement, and one more for options that this process has not cached.

    Args:
        products: The products visible to a user.
        edges: The edges of the price bands.
        versions: The versions of the parts of the catalogue. Counts are taken from the cache for parts that have not
            changed. Those of parts with very many products are also used for ``LIST_FRESHNESS_SECONDS`` after they
            were made, unless ``EXACT_COUNTS`` is on.
        collections: The keys of all collections.
        selected: Some of the products, without repetitions, which are counted separately as well.
    """
    manager = CatalogueVersion.objects
    question = hashlib.sha256(f"{query_digest(products)}\n{edges!r}".encode()).hexdigest()
    keys = {part: f"storefront_store:runs:{question}:{part}" for part in manager.all_parts() if part in versions}
    kept: dict[str, _Kept] = cached_many(keys.values())
    used = {part: kept[key] for part, key in keys.items() if key in kept and kept[key].is_usable(versions[part])}
    missing, now = products, time.time()
    if used:
        missing = products.filter(collection__in=[key for key in collections if manager.part_of(key) not in used])
    found = [] if len(used) == manager.PARTS and not selected else missing.count_by_facets(edges, also=selected)
    options = options_of(products, found)
    by_part: dict[int, list[Counted]] = {part: [] for part in manager.all_parts() if part not in used}
    others: list[Counted] = []
    for each in found:
        if each.flags == (1,):
            others.append(each)
        else:
            by_part.setdefault(manager.part_of(each.collection), []).append(each._replace(flags=()))
    counted = {part: cells_of(some, edges, options) for part, some in by_part.items()}
    remember_many(
        {keys[part]: _Kept(versions[part], now, cells) for part, cells in counted.items() if part in keys}, SECONDS
    )
    return CatalogueCells(
        cells=[*(each.cells for each in used.values()), *counted.values()],
        selected=None if not selected else cells_of(others, edges, options),
        is_current=all(each.version == versions[part] for part, each in used.items()),
    )
