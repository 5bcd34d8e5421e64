"""State of the rows of a group while a file is read, and common beginnings of titles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from storefront_store.interchange.entries import Entry

EDGE: Final = " \t-\u2013\u2014,:;/|("  # separators between a common title and its variants
SHORTEST_TITLE: Final = 3


@dataclass(slots=True)
class Family:
    """What the first pass has found out about the rows of one group.

    Attributes:
        rows: The number of its rows that are still to be read.
        members: The number of its imported products.
        parent: The row with the common values, once it was read.
        early: Whether a variant comes before its parent.
        names: The names of its options, in the order in which they occur.
        values: The only value of each name; None if there are several.
        title: The common beginning of the titles of its variants.
        taken: The positions of its variants by options.
        variants: The options and stock of its variants by SKU, for rows that repeat one in another currency.
        first: The first of its products, which gets the images of the group.
    """

    rows: int = 0
    members: int = 0
    parent: Entry | None = None
    early: bool = False
    names: tuple[str, ...] = ()
    values: dict[str, str | None] | None = None  # created when needed, because most products are not variants
    title: str | None = None
    taken: dict[tuple[str, ...], str] | None = None
    variants: dict[str, tuple[tuple[str, ...], int | None]] | None = None
    first: Entry | None = None

    def is_alike(self) -> bool:
        """Return whether the variants have a common title, or options that differ.

        Some shops put the category of a product where its group belongs. Such products have nothing in common.
        """
        differ = any(value is None for value in (self.values or {}).values())
        return differ or self.members < 2 or len((self.title or "").rstrip(EDGE)) >= SHORTEST_TITLE


def common_start(one: str, other: str) -> str:
    """Return the common beginning of two texts."""
    length = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:length]


def whole_words(common: str, title: str) -> str:
    """Return the common beginning of titles without an incomplete word at its end."""
    rest = title[len(common) :]
    if rest[:1].isalnum() and common[-1:].isalnum():
        common = re.sub(r"\w+$", "", common)
    return common.rstrip(EDGE)
