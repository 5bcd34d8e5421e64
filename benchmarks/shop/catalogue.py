"""The rows that every shop is filled with: the same products, prices, stock, images and reviews for all.

Everything follows from the number of a product, so that nothing has to be kept or sent around. It needs nothing but
Python: the seeds of all shops import it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Final

COLLECTIONS: Final = 24
QUALITIES: Final = ("Bright", "Classic", "Folding", "Light", "Quiet", "Sturdy")
THINGS: Final = ("Basket", "Camera", "Drawer", "Folder", "Kettle", "Lamp", "Mirror", "Rack", "Table", "Vase")
RARE_WORD: Final = "quokka"
HITS: Final = 20
FREQUENT_WORD: Final = "walnut"
FREQUENT_HITS: Final = 2_600  # at most
PAGE_SIZE: Final = 10
LINES: Final = 5  # of a cart
FILTERED_COLLECTION: Final = 5
PRICES: Final = (Decimal("50.00"), Decimal("100.00"))
STOCK: Final = 1_000_000  # no run sells it out
BUYERS: Final = 8
ADMIN: Final = "admin"
RATINGS: Final = 10  # of a product at most
PASSWORD: Final = "a-long-password-of-a-buyer"  # noqa: S105  (of accounts in a database that is thrown away)


@dataclass(frozen=True, slots=True)
class Product:
    """One product, whatever model a shop keeps it in."""

    number: int
    title: str
    slug: str
    description: str
    price: Decimal
    collection: int
    image: str | None
    ratings: tuple[int, ...]

    @property
    def sku(self) -> str:
        """The article number."""
        return f"P{self.number:07}"


class Catalogue:
    """All products of a shop of a given size."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.rare_step = max(size // HITS, 1)
        self.frequent_step = max(size // FREQUENT_HITS, 1)

    def product(self, number: int) -> Product:
        """Return the product of a number, from 1."""
        quality, thing = QUALITIES[number % len(QUALITIES)], THINGS[number * 7 % len(THINGS)]
        title = f"{quality} {thing} {number:07}"
        rare = f" Approved by a {RARE_WORD}." if self.is_rare(number) else ""
        frequent = f" Made of {FREQUENT_WORD}." if self.is_frequent(number) else ""
        return Product(
            number=number,
            title=title,
            slug=title.lower().replace(" ", "-"),
            description=f"A {quality.lower()} {thing.lower()} for every day, made to last and easy to clean."
            f"{rare}{frequent}",
            price=Decimal(106 + number * 7919 % 24_900) / 100,
            collection=1 + number % COLLECTIONS,
            image=f"store/images/{number % 50}.jpg" if number % 10 < 3 else None,
            ratings=tuple(1 + (number + index) % 5 for index in range(number * 7 % (RATINGS + 1))),
        )

    def is_rare(self, number: int) -> bool:
        """Tell whether a product is one of those that the search is for."""
        return number % self.rare_step == 0 and number <= self.rare_step * HITS

    def is_frequent(self, number: int) -> bool:
        """Tell whether a product is one of those that the search with many hits is for."""
        return number % self.frequent_step == 0 and number <= self.frequent_step * FREQUENT_HITS

    def products(self) -> Iterator[Product]:
        """Make all products, in the order of their numbers."""
        return map(self.product, range(1, self.size + 1))

    @cached_property
    def titles(self) -> list[str]:
        """All titles in order."""
        return sorted(product.title for product in self.products())

    @property
    def deep_page(self) -> int:
        """The number of the page nine tenths down the list."""
        return max(self.size * 9 // 10 // PAGE_SIZE, 1)

    def page(self, number: int) -> list[str]:
        """Return the titles on a page of the list that is sorted by title."""
        return self.titles[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]

    @cached_property
    def filtered(self) -> list[Decimal]:
        """The prices that the filter by collection and price finds, in order."""
        low, high = PRICES
        return sorted(
            product.price
            for product in self.products()
            if product.collection == FILTERED_COLLECTION and low <= product.price <= high
        )

    @cached_property
    def found(self) -> set[str]:
        """The titles that the search for the rare word finds."""
        return {self.product(number).title for number in range(1, self.size + 1) if self.is_rare(number)}

    @cached_property
    def found_often(self) -> set[str]:
        """The titles that the search for the frequent word finds."""
        return {self.product(number).title for number in range(1, self.size + 1) if self.is_frequent(number)}

    def some_numbers(self, count: int) -> list[int]:
        """Return numbers of products from all over the catalogue."""
        return [1 + index * 7919 % self.size for index in range(count)]

    def reviewed_numbers(self, count: int) -> list[int]:
        """Return numbers of products that have as many reviews as a product can have."""
        rated = (number for number in range(1, self.size + 1) if number * 7 % (RATINGS + 1) == RATINGS)
        return list(islice(rated, count))

    def lines(self, index: int) -> list[int]:
        """Return the numbers of the products in a cart: different ones, and others for each cart."""
        return [1 + (index * LINES + line) * 7919 % self.size for line in range(LINES)]


def collection_title(number: int) -> str:
    """Return the title of a collection, from 1."""
    return f"Collection {number:02}"


def buyer(number: int) -> str:
    """Return the user name of a buyer, from 0."""
    return f"buyer{number}"
