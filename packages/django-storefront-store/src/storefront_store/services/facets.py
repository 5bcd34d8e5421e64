"""Facets: the number of products for each value by which a list can be filtered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import Q

from storefront_store.conf import app_settings
from storefront_store.options import normalise
from storefront_store.querysets import ProductQuerySet
from storefront_store.querysets.facet_keys import LEVELS as RATINGS
from storefront_store.querysets.facet_keys import unpacked
from storefront_store.services.facet_cells import (
    Block,
    Cells,
    OptionSet,
    cells_of,
    count_catalogue,
    options_of,
)
from storefront_store.types import Key


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

    def price_condition(self) -> Q:
        """Return the condition for the price."""
        return Q(**{f"unit_price__{lookup}": price for lookup, price in self.prices.items()})

    def prices_within(self, edges: Sequence[Decimal], bands: set[int]) -> list[Q]:
        """Return the conditions for the prices in some bands that match the filter, one for neighbouring bands.

        Each has at most two bounds. PostgreSQL expects few rows to meet bounds that it does not know; with more of them
        it would sort the rows to group them.
        """
        found = []
        for first in sorted(band for band in bands if band - 1 not in bands):
            last = next(band for band in range(first, len(edges) + 1) if band + 1 not in bands)
            bounds = [(price, lookup) for lookup, price in self.prices.items()]
            bounds += [(edges[first - 1], "gte")] if first else []
            bounds += [(edges[last], "lt")] if last < len(edges) else []
            lower = [bound for bound in bounds if bound[1] in ("gt", "gte")]
            upper = [bound for bound in bounds if bound[1] in ("lt", "lte")]
            tight = [max(lower, key=lambda bound: (bound[0], bound[1] == "gt"))] if lower else []
            tight += [min(upper, key=lambda bound: (bound[0], bound[1] == "lte"))] if upper else []
            found.append(Q(**{f"unit_price__{lookup}": price for price, lookup in tight}))
        return found

    def flags(self, *, has_whole_bands: bool) -> dict[str, Q]:
        """Return the conditions for price and rating that price bands and levels of ratings don't show.

        Args:
            has_whole_bands: Whether the price filter consists of whole bands.
        """
        priced = Q() if has_whole_bands else self.price_condition()
        rated = Q() if self.has_known_rating() else Q(rating_average__gte=self.rating)
        return {name: condition for name, condition in {"priced": priced, "rated": rated}.items() if condition}

    def has_known_rating(self) -> bool:
        """Return whether the levels of ratings show which products match."""
        return self.rating is None or self.rating in RATINGS


@dataclass
class Facets:
    """The counts of a selection. Each facet ignores its own filter, so that its other values can be chosen.

    Attributes:
        count: The number of products in the list.
        body: The counts in the format of the API.
        collections: The keys of all collections that were counted.
        is_current: Whether the counts are those of the current version of the catalogue.
    """

    count: int
    body: dict[str, Any]
    collections: set[Any]
    is_current: bool = True


def count_facets(
    products: ProductQuerySet,
    selection: Selection,
    *,
    parts: Mapping[int, int] | None = None,
    titles: Mapping[Key, str] | None = None,
) -> Facets:
    """Count ``products`` with at most two statements, and one more for options that this process has not cached.

    Args:
        products: A product queryset with all filters except those of ``selection``.
        selection: The other filters.
        parts: The versions of the catalogue's parts, read beforehand, if the products are filtered by visibility only.
            Counts of unchanged parts are then taken from the cache.
        titles: The titles of all collections by key, if they are known.
    """
    edges = [Decimal(str(edge)) for edge in app_settings.PRICE_BANDS]
    table = _Table(selection)
    whole, split = selection.bands(edges)
    collections = products.model._meta.get_field("collection").related_model._base_manager.using(products.db)
    is_current = True
    if parts is not None and selection.has_known_rating():
        if titles is None:
            titles = dict(collections.order_by().values_list("pk", "title"))
        selected = [products.filter(prices) for prices in selection.prices_within(edges, split)]
        counted = count_catalogue(products, edges, parts, collections=titles, selected=selected)
        for cells in counted.cells:
            table.add(cells, whole)
        if counted.selected is not None:
            table.add(counted.selected, split, has_band=False)
        is_current = counted.is_current
    else:
        flags = selection.flags(has_whole_bands=not split)
        found = products.count_by_facets(edges, titles=titles is None, **flags)
        if titles is None:
            titles = {each.collection: each.title for each in found}
        table.add(cells_of(found, edges, options_of(products, found)), whole, flags=tuple(flags))
    known = dict(titles)
    if new := table.collections.keys() - known.keys():  # added since the titles were read
        known.update(collections.filter(pk__in=new).order_by().values_list("pk", "title"))
    return Facets(
        count=table.count,
        body={
            "count": table.count,
            "collections": [
                {"id": key, "title": known.get(key, ""), "count": table.collections[key]}
                for key in sorted(table.collections, key=lambda key: (normalise(known.get(key, "")), str(key)))
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
        is_current=is_current,
    )


class _Table:
    """Adds up combinations. One counts for a facet if it matches all filters except possibly the facet's own."""

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
        # The filters that are missed by each code, by price bands and values of flags.
        self.known: dict[tuple[frozenset[int], tuple[int, ...]], dict[int, tuple[str, ...]]] = {}

    def add(self, cells: Cells, bands: set[int], *, flags: Sequence[str] = (), has_band: bool = True) -> None:
        """Add the counts of ``cells``.

        Args:
            cells: The counts.
            bands: The price bands that match the price filter, if there is no flag for it.
            flags: The names of the flags by which the products were counted.
            has_band: Whether they count for the facet of price bands; otherwise they have been added before.
        """
        missed = [self._missed(options) for options in cells.sets]
        hits = [not names for names in missed]
        by_set = [0] * len(missed)
        for block in cells.blocks:
            self.all_collections.add(block.collection)
            misses = self._misses_of(block, bands, flags)
            by_code: defaultdict[int, int] = defaultdict(int)
            for code, number in zip(block.codes, block.totals if all(hits) else block.totals_with(hits), strict=True):
                by_code[code] += number
            for code, number in by_code.items():
                self._add_code(block.collection, code, misses[code], number, has_band)
            for place, number in block.combinations({code for code, names in misses.items() if not names}):
                by_set[place] += number
        for place, number in enumerate(by_set):
            if number:
                self._add_options(cells.sets[place], missed[place], number)

    def _misses_of(self, block: Block, bands: set[int], flags: Sequence[str]) -> dict[int, tuple[str, ...]]:
        """Return the names of the filters, except those of options, that the products of each code don't match."""
        by_flags, used = self.known.setdefault((frozenset(bands), block.flags), {}), set(block.codes)
        for code in used - by_flags.keys():
            by_flags[code] = self._misses(code, bands, dict(zip(flags, block.flags, strict=False)))
        if self.selection.collection in (None, block.collection):
            return {code: by_flags[code] for code in used}
        return {code: ("collection", *by_flags[code]) for code in used}

    def _misses(self, code: int, bands: set[int], marks: Mapping[str, int]) -> tuple[str, ...]:
        """Return the names of the filters of price, stock and rating that the products of a code don't match."""
        band, level, stocked = unpacked(code)
        chosen = self.selection
        matches = {
            "price": marks.get("priced", band in bands),
            "stock": chosen.in_stock is None or stocked == chosen.in_stock,
            "rating": marks.get("rated", level >= (chosen.rating or 0)),
        }
        return tuple(name for name, match in matches.items() if not match)

    def _add_code(self, collection: Any, code: int, misses: tuple[str, ...], number: int, has_band: bool) -> None:
        """Add the number of products of a code that match the filters of options."""
        band, level, stocked = unpacked(code)
        if not misses:
            self.count += number
        if misses in ((), ("collection",)):
            self.collections[collection] += number
        if has_band and misses in ((), ("price",)):
            self.bands[band] += number
        if misses in ((), ("stock",)):
            self.stock[stocked] += number
        if misses in ((), ("rating",)):
            self.levels[level] += number

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
