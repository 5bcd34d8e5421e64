"""What is known of the rows of one group while a file is read, and what their titles have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from storefront_store.interchange.entries import Entry

EDGE: Final = " \t-\u2013\u2014,:;/|("  # what stands between a common title and its variants


@dataclass(slots=True)
class Family:
    """What is known of the rows of one group after the first reading.

    Attributes:
        rows: How many rows are still to come that belong to it.
        members: How many of its products are imported.
        parent: The row that has what is common, once it was read.
        early: Whether a variant comes before its parent.
        names: The names of its options, in the order in which they come up.
        values: The one value of each name; None, where there are several.
        title: What the titles of its variants begin with.
        taken: The places of its variants, by their options.
        variants: The options and stock of its variants by SKU, for rows that repeat one in another currency.
        first: The first of its products, to which images of the whole belong.
    """

    rows: int = 0
    members: int = 0
    parent: Entry | None = None
    early: bool = False
    names: tuple[str, ...] = ()
    values: dict[str, str | None] | None = None  # made when they are needed: most products are no variants
    title: str | None = None
    taken: dict[tuple[str, ...], str] | None = None
    variants: dict[str, tuple[tuple[str, ...], int | None]] | None = None
    first: Entry | None = None


def common_start(one: str, other: str) -> str:
    """Return what two texts begin with."""
    length = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:length]


def whole_words(common: str, title: str) -> str:
    """Return what titles have in common, without the beginning of a word that goes on."""
    rest = title[len(common) :]
    if rest[:1].isalnum() and common[-1:].isalnum():
        common = re.sub(r"\w+$", "", common)
    return common.rstrip(EDGE)
