"""Entries: products as described by a file, the second stage of a row in an import.

A :class:`~storefront_store.interchange.files.Row` has the values in the file, an :class:`Entry` the product that they
describe, and a :class:`~storefront_store.interchange.services.planning.Plan` the changes to the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, Final

ORDINAL: Final = "#"  # separates the slug of a group from its number among groups with the same slug


class Role(Enum):
    """The role of a row among the products around it."""

    PRODUCT = "product"
    PARENT = "parent"  # common values of its variants; a product itself only if it has no variants
    IMAGES = "images"  # more images of the product above


@dataclass(frozen=True, slots=True)
class Group:
    """A group of variants.

    Attributes:
        key: Its slug, with ``#2`` and so on for the second group of one slug.
        title: The common title of the variants.
        description: The common description of the variants.
        varies_by: The names of the options, in order.
    """

    key: str
    title: str = ""
    description: str | None = None
    varies_by: tuple[str, ...] = ()


def numbered_key(slug: str, number: int) -> str:
    """Return the key of a group: its slug, and its number if it is not the first group with that slug."""
    return slug if number == 1 else f"{slug}{ORDINAL}{number}"


@dataclass(slots=True)
class Entry:
    """A product as described by a file.

    Attributes:
        number: The number of its row.
        place: Its position in the file.
        fields: The fields of the product that the file gives.
        collection: The title of its collection, if given.
        currency: The currency of its price, if a column gives it.
        surcharge: The amount added to the price of its parent.
        reviews: Its reviews as dictionaries of model fields.
        images: The alternative texts of its images, by path under the media root.
        image_urls: The alternative texts of its remote images, by URL.
        row_id: The source's own key; the SKU of a product without one.
        role: The role of the row among the products around it.
        group_key: The key of its group in the file.
        aliases: Other keys of a parent in the file.
        children: The options of its variants by SKU, for a parent that lists them.
        orphan: The error if its parent is not in the file; empty if the parent is optional.
        group_title: The title of its group, if given.
        option_names: The names of its options; empty if an earlier row of the group has them.
        option_values: Their values, in the same order.
        group: Its group.
        options: Its options by name.
        new_slug: The slug of a new product if the file has none.
        owner: The entry to which its images belong, for a row with images only.
        key: The field that identifies its product, and the value of that field.
        only_without_sku: Whether only products without a SKU match.
        notes: Notes on this row for the summary.
    """

    number: int
    place: str
    fields: dict[str, Any] = field(default_factory=dict)
    collection: str | None = None
    currency: str | None = None
    surcharge: Decimal | None = None
    reviews: list[dict[str, Any]] = field(default_factory=list)
    images: dict[str, str] = field(default_factory=dict)
    image_urls: dict[str, str] = field(default_factory=dict)
    row_id: str | None = None
    role: Role = Role.PRODUCT
    group_key: str | None = None
    aliases: tuple[str, ...] = ()
    children: Mapping[str, dict[str, str]] = field(default_factory=dict)
    orphan: str = ""
    group_title: str = ""
    option_names: tuple[str, ...] = ()
    option_values: tuple[str, ...] = ()
    group: Group | None = None
    options: dict[str, str] | None = None
    new_slug: str = ""
    owner: Entry | None = None
    key: tuple[str, Any] = ("", None)
    only_without_sku: bool = False
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The label of the product in a list."""
        parts = (self.fields.get("sku") or self.row_id, self.fields.get("title"))
        return " · ".join(str(part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not imported.

    Attributes:
        number: The number of the row.
        place: Its position in the file.
        reason: The reason.
        failed: Whether it is invalid; otherwise it is skipped intentionally.
    """

    number: int
    place: str
    reason: str
    failed: bool = True
