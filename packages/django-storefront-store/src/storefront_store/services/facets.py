"""The numbers beside a list of products: how many there are by each value that the list can be filtered by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q

from storefront_store.conf import app_settings
from storefront_store.models import CatalogueVersion
from storefront_store.options import normalise
from storefront_store.querysets import ProductQuerySet

RATINGS: Final = (4, 3, 2, 1)


@dataclass(frozen=True)
class Selection:
    """What a list is filtered by, as far as there are facets for it.

    Attributes:
        collection: The key of a collection, or None.
        price: A condition on the list price, or None.
        in_stock: Whether something must be left, or nothing; None if that does not matter.
        rating: The lowest average rating, or None.
        options: The values, any of which an option must have, by its name.
    """

    collection: Any = None
    price: Q | None = None
    in_stock: bool | None = None
    rating: Decimal | None = None
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass
class Facets:
    """The numbers of a selection. Each facet leaves its own filter out, so that its other values can be chosen.

    Attributes:
        version: The version of the catalogue that was counted; None if there was nothing to count.
        count: How many products the list has.
        body: The numbers in the shape of the API.
        collections: The keys of all collections that were counted.
    """

    version: int | None
    count: int
    body: dict[str, Any]
    collections: set[Any]


def count_facets(products: ProductQuerySet, selection: Selection) -> Facets:
    """Count ``products`` in two statements.

    Args:
        products: A product queryset with all filters but those of ``selection``.
        selection: What the products are filtered by besides.
    """
    version = CatalogueVersion.objects.filter(pk=CatalogueVersion.objects.ROW).values("version")
    edges = [Decimal(str(edge)) for edge in app_settings.PRICE_BANDS]
    flags = {"priced": selection.price} if selection.price is not None else {}
    if selection.rating is not None:
        flags["rated"] = Q(pk__in=products.model._default_manager.rated_at_least(selection.rating).values("pk"))
    rows = products.count_by_facets(edges, version, **flags)
    table = _Table(selection)
    for row in rows:
        table.add(row)
    ratings = _narrow(products, selection).count_by_rating(RATINGS)
    return Facets(
        version=rows[0]["catalogue_version"] if rows else None,
        count=table.count,
        body={
            "count": table.count,
            "collections": [
                {"id": key, "title": title, "count": table.collections[key, title]}
                for key, title in sorted(table.collections, key=lambda pair: (normalise(pair[1]), str(pair[0])))
            ],
            "options": table.options_body(),
            "prices": _price_bands(edges, table.bands),
            "ratings": [{"rating__gte": value, "count": number} for value, number in ratings.items()],
            "in_stock": {"true": table.stock[True], "false": table.stock[False]},
        },
        collections={key for key, _title in table.all_collections},
    )


class _Table:
    """Adds the rows up. A row counts for a facet if it fails no other filter than the facet's own."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.wanted = {
            normalise(name): {normalise(value) for value in values} for name, values in selection.options.items()
        }
        self.count = 0
        self.collections: Counter[tuple[Any, str]] = Counter()
        self.all_collections: set[tuple[Any, str]] = set()
        self.bands: Counter[int] = Counter()
        self.stock: Counter[bool] = Counter()
        self.options: Counter[tuple[str, str]] = Counter()
        self.spellings: dict[tuple[str, str], tuple[str, str]] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        number, collection = row["number"], (row["collection"], row["collection__title"])
        options = {normalise(name): (name, value) for name, value in row["options"].items()}
        failed = self._failed(row, options)
        self.all_collections.add(collection)
        if not failed:
            self.count += number
        if failed <= {"collection"}:
            self.collections[collection] += number
        if failed <= {"price"}:
            self.bands[row["band"]] += number
        if failed <= {"in_stock"}:
            self.stock[bool(row["stocked"])] += number
        if len(failed) > 1:
            return
        for name, spelling in options.items():
            if failed <= {f"option {name}"}:
                key = name, normalise(spelling[1])
                self.options[key] += number
                self.spellings.setdefault(key, spelling)

    def _failed(self, row: Mapping[str, Any], options: Mapping[str, tuple[str, str]]) -> set[str]:
        chosen = self.selection
        failed = {
            f"option {name}"
            for name, values in self.wanted.items()
            if name not in options or normalise(options[name][1]) not in values
        }
        if chosen.collection is not None and row["collection"] != chosen.collection:
            failed.add("collection")
        if not row.get("priced", 1):
            failed.add("price")
        if chosen.in_stock is not None and bool(row["stocked"]) != chosen.in_stock:
            failed.add("in_stock")
        if not row.get("rated", 1):
            failed.add("rating")
        return failed

    def options_body(self) -> list[dict[str, Any]]:
        """Return the options by name, each with its values from the most frequent on."""
        names: dict[str, dict[str, Any]] = {}
        for name, value in sorted(self.options, key=lambda key: (key[0], -self.options[key], key[1])):
            spelling = self.spellings[name, value]
            entry = names.setdefault(name, {"name": spelling[0], "values": []})
            entry["values"].append({"value": spelling[1], "count": self.options[name, value]})
        return list(names.values())


def _narrow(products: Any, selection: Selection) -> Any:
    """Return the products of the list, but for the filter by rating."""
    if selection.collection is not None:
        products = products.filter(collection=selection.collection)
    if selection.price is not None:
        products = products.filter(selection.price)
    if selection.in_stock is not None:
        products = products.in_stock() if selection.in_stock else products.out_of_stock()
    for name, values in selection.options.items():
        products = products.with_option(name, values)
    return products


def _price_bands(edges: Sequence[Decimal], counted: Mapping[int, int]) -> list[dict[str, Any]]:
    bounds = [None, *edges, None]
    return [
        {"unit_price__gte": bounds[index], "unit_price__lt": bounds[index + 1], "count": counted[index]}
        for index in range(len(edges) + 1)
        if counted[index]
    ]
