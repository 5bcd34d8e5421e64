"""Facets: the number of products for each value by which a list can be filtered."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, TypeAlias

from django.db.models import Q

from storefront_store.conf import app_settings
from storefront_store.counts import cached_many, query_digest, remember_many
from storefront_store.models import CatalogueVersion
from storefront_store.options import normalise
from storefront_store.querysets import ProductQuerySet
from storefront_store.querysets.facet_keys import LEVELS as RATINGS
from storefront_store.querysets.facets import FACETS

MOST_SETS: Final = 50_000  # number of option sets cached per process
SECONDS: Final = 24 * 3600  # for which the counts of an unchanged part of the catalogue are cached

OptionSet: TypeAlias = tuple[tuple[str, str, str, str], ...]  # name and value, normalised and as written
Row: TypeAlias = tuple[Any, int, int, int, int, int, int, int]


@dataclass(frozen=True)
class Selection:
    """The filters of a list that have facets.

    Attributes:
        collection: The key of a collection, or None.
        prices: The bounds of the list price, by lookup: ``gt``, ``gte``, ``lt`` and ``lte``.
        in_stock: Whether products must be in stock or out of stock; None for both.
        rating: The lowest average rating, or None.
        options: The accepted values of each option, by name.
    """

    collection: Any = None
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    in_stock: bool | None = None
    rating: Decimal | None = None
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def bands(self, edges: Sequence[Decimal]) -> tuple[set[int], set[int]]:
        """Return the price bands covered by the price filter, and those covered in part."""
        whole, split = set(), set()
        for band, (low, high) in enumerate(pairwise([Decimal(0), *edges, Decimal("Infinity")])):
            above = all(price <= low for lookup, price in self.prices.items() if lookup == "gte")
            above = above and all(price < low for lookup, price in self.prices.items() if lookup == "gt")
            below = all(high <= price for lookup, price in self.prices.items() if lookup in ("lt", "lte"))
            beyond = any(
                high <= price if lookup in ("gt", "gte") else low > price or (lookup == "lt" and low == price)
                for lookup, price in self.prices.items()
            )
            if above and below:
                whole.add(band)
            elif not beyond:
                split.add(band)
        return whole, split

    def flags(self) -> dict[str, Q]:
        """Return the conditions for price and rating."""
        priced = Q(**{f"unit_price__{lookup}": price for lookup, price in self.prices.items()})
        rated = Q() if self.rating is None else Q(rating_average__gte=self.rating)
        return {name: condition for name, condition in {"priced": priced, "rated": rated}.items() if condition}


@dataclass
class Facets:
    """The counts of a selection. Each facet ignores its own filter, so that its other values can be chosen.

    Attributes:
        count: The number of products in the list.
        body: The counts in the format of the API.
        collections: The keys of all collections that were counted.
    """

    count: int
    body: dict[str, Any]
    collections: set[Any]


def count_facets(products: ProductQuerySet, selection: Selection, *, parts: Mapping[int, int] | None = None) -> Facets:
    """Count ``products`` with two statements, and a third for options that this process has not cached.

    Args:
        products: A product queryset with all filters except those of ``selection``.
        selection: The other filters.
        parts: The versions of the catalogue's parts, read beforehand, if the products are filtered by visibility only.
            Counts of unchanged parts are then taken from the cache.
    """
    edges = [Decimal(str(edge)) for edge in app_settings.PRICE_BANDS]
    table = _Table(selection)
    titles: dict[Any, str] = {}
    rest: Any = products
    if parts is not None and (selection.rating is None or selection.rating in RATINGS):
        whole, split = selection.bands(edges)
        collections = products.model._meta.get_field("collection").related_model._base_manager.using(products.db)
        titles.update(collections.values_list("pk", "title"))
        for cells in _whole(products, edges, parts, titles):
            table.add(cells, cells.in_bands(whole, split, int(selection.rating or 0)))
        rest = _in_bands(products, edges, split) if split else None
    if rest is not None:
        flags = selection.flags()
        rows = list(rest.count_by_facets(edges, titles=not titles, **flags))
        if not titles:
            titles.update((row[0], row[len(FACETS)]) for row in rows)
            rows = [(*row[: len(FACETS)], *row[len(FACETS) + 1 :]) for row in rows]
        cells = _Cells(products, rows)
        table.add(cells, cells.flagged("priced" in flags, "rated" in flags))
    return Facets(
        count=table.count,
        body={
            "count": table.count,
            "collections": [
                {"id": key, "title": titles[key], "count": table.collections[key]}
                for key in sorted(table.collections, key=lambda key: (normalise(titles[key]), str(key)))
            ],
            "options": table.options_body(),
            "prices": _price_bands(edges, table.bands),
            "ratings": [
                {"rating__gte": value, "count": sum(table.levels[level] for level in RATINGS if level >= value)}
                for value in RATINGS
            ],
            "in_stock": {"true": table.stock[True], "false": table.stock[False]},
        },
        collections=table.all_collections,
    )


class _Cells:
    """Counted combinations, with each set of options stored once."""

    def __init__(self, products: Any, rows: Iterable[tuple[Any, ...]]) -> None:
        places: dict[str, int] = {}
        self.rows = [
            (collection, band, stocked, level, places.setdefault(digest, len(places)), *rest)
            for collection, band, stocked, level, digest, *rest in rows
        ]
        options = _options(products, places)
        self.sets = [options[digest] for digest in places]

    def in_bands(self, whole: set[int], split: set[int], rating: int) -> Iterator[Row]:
        """Yield the rows outside the bands ``split``, with flags for price and rating derived from band and level."""
        for collection, band, stocked, level, options, number in self.rows:
            if band not in split:
                yield collection, band, stocked, level, options, band in whole, level >= rating, number

    def flagged(self, priced: bool, rated: bool) -> Iterator[Row]:
        """Yield the rows with flags for price and rating, which are read from the rows if there are such filters."""
        for collection, band, stocked, level, options, *rest in self.rows:
            marks = iter(rest)
            first, second = next(marks) if priced else 1, next(marks) if rated else 1
            yield collection, band, stocked, level, options, first, second, next(marks)


_known_options: dict[str, OptionSet] = {}  # by digest, which ignores the spelling


def _options(products: Any, digests: Iterable[str]) -> Mapping[str, OptionSet]:
    """Return the options for digests, cached per process."""
    unknown = [digest for digest in digests if digest not in _known_options]
    if unknown:
        if len(_known_options) > MOST_SETS:
            _known_options.clear()
            unknown = list(digests)
        for digest, options in products.options_by_digest(unknown).items():
            _known_options[digest] = tuple(
                (normalise(name), normalise(value), name, value) for name, value in options.items()
            )
    return {digest: _known_options.get(digest, ()) for digest in digests}


def _in_bands(products: Any, edges: Sequence[Decimal], bands: set[int]) -> Any:
    """Return the products in some price bands."""
    condition = Q()
    for band in bands:
        condition |= Q(
            **({"unit_price__gte": edges[band - 1]} if band else {}),
            **({"unit_price__lt": edges[band]} if band < len(edges) else {}),
        )
    return products.filter(condition)


def _whole(products: Any, edges: Sequence[Decimal], parts: Mapping[int, int], titles: Iterable[Any]) -> list[_Cells]:
    """Return the counts of all products, from the cache for unchanged parts of the catalogue."""
    versions = CatalogueVersion.objects
    question = hashlib.sha256(f"{query_digest(products)}\n{edges!r}".encode()).hexdigest()
    keys = {
        part: f"storefront_store:cells:{question}:{part}:{parts[part]}"
        for part in versions.all_parts()
        if part in parts
    }
    kept = cached_many(keys.values())
    known = {part: kept[key] for part, key in keys.items() if key in kept}
    if len(known) == versions.PARTS:
        return list(known.values())
    missing = products
    if known:
        missing = products.filter(collection__in=[key for key in titles if versions.part_of(key) not in known])
    rows: dict[int, list[tuple[Any, ...]]] = {part: [] for part in versions.all_parts() if part not in known}
    of_collection: dict[Any, list[tuple[Any, ...]]] = {}
    for row in missing.count_by_facets(edges):
        if row[0] not in of_collection:
            of_collection[row[0]] = rows.setdefault(versions.part_of(row[0]), [])
        of_collection[row[0]].append(row)
    counted = {part: _Cells(products, found) for part, found in rows.items()}
    remember_many({keys[part]: cells for part, cells in counted.items() if part in keys}, SECONDS)
    return [*known.values(), *counted.values()]


class _Table:
    """Adds up the rows. A row counts for a facet if it matches all filters except possibly the facet's own."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.wanted = {
            normalise(name): {normalise(value) for value in values} for name, values in selection.options.items()
        }
        self.count = 0
        self.collections: Counter[Any] = Counter()
        self.all_collections: set[Any] = set()
        self.bands: Counter[int] = Counter()
        self.stock: Counter[int] = Counter()
        self.levels: Counter[int] = Counter()
        self.options: Counter[tuple[str, str]] = Counter()
        self.spellings: dict[tuple[str, str], tuple[str, str]] = {}

    def add(self, cells: _Cells, rows: Iterator[Row]) -> None:
        """Add the flagged rows of ``cells``."""
        wanted, in_stock = self.selection.collection, self.selection.in_stock
        missed = [self._missed(options) for options in cells.sets]
        by_set = [0] * len(missed)
        collections, bands, stock, levels = self.collections, self.bands, self.stock, self.levels
        for collection, band, stocked, level, options, priced, rated, number in rows:
            elsewhere = wanted is not None and collection != wanted
            short = in_stock is not None and stocked != in_stock
            others = elsewhere + short + (not priced) + (not rated)
            self.all_collections.add(collection)
            if others > 1:
                continue
            if not others:
                by_set[options] += number
            if missed[options]:
                continue
            if not others:
                self.count += number
            if elsewhere or not others:
                collections[collection] += number
            if not priced or not others:
                bands[band] += number
            if short or not others:
                stock[stocked] += number
            if not rated or not others:
                levels[level] += number
        for index, number in enumerate(by_set):
            if number:
                self._add_options(cells.sets[index], missed[index], number)

    def _missed(self, options: OptionSet) -> set[str]:
        """Return the names of the filtered options that are missing or have another value."""
        values = {name: value for name, value, *_spelling in options}
        return {name for name, wanted in self.wanted.items() if values.get(name) not in wanted}

    def _add_options(self, options: OptionSet, missed: set[str], number: int) -> None:
        if len(missed) > 1:
            return
        for name, value, *spelling in options:
            if missed <= {name}:
                self.options[name, value] += number
                self.spellings.setdefault((name, value), (spelling[0], spelling[1]))

    def options_body(self) -> list[dict[str, Any]]:
        """Return the options by name, each with its values in order of descending frequency."""
        names: dict[str, dict[str, Any]] = {}
        for name, value in sorted(self.options, key=lambda key: (key[0], -self.options[key], key[1])):
            spelling = self.spellings[name, value]
            entry = names.setdefault(name, {"name": spelling[0], "values": []})
            entry["values"].append({"value": spelling[1], "count": self.options[name, value]})
        return list(names.values())


def _price_bands(edges: Sequence[Decimal], counted: Mapping[int, int]) -> list[dict[str, Any]]:
    bounds = [None, *edges, None]
    return [
        {"unit_price__gte": bounds[index], "unit_price__lt": bounds[index + 1], "count": counted[index]}
        for index in range(len(edges) + 1)
        if counted[index]
    ]
