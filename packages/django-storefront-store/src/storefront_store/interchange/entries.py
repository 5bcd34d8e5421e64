"""A product as a file describes it: the second of the three shapes that a row has on its way.

A :class:`~storefront_store.interchange.files.Row` is what stands in the file, an :class:`Entry` what it means, and a
:class:`~storefront_store.interchange.services.planning.Plan` what it does to the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any


class Role(Enum):
    """What a row is to the products around it."""

    PRODUCT = "product"
    PARENT = "parent"  # what its variants have in common; sold by itself only if it has none
    IMAGES = "images"  # more images of the product above


@dataclass(frozen=True, slots=True)
class Group:
    """A group of variants.

    Attributes:
        key: Its slug, with ``#2`` and so on for the second group of one slug.
        title: What the variants have in common.
        description: The same.
        varies_by: The names of the options, in order.
    """

    key: str
    title: str = ""
    description: str | None = None
    varies_by: tuple[str, ...] = ()


@dataclass(slots=True)
class Entry:
    """A product as a file describes it.

    Attributes:
        number: The number of its row.
        place: Where it stands in the file.
        fields: The product's fields that the file gives.
        collection: The title of its collection, if given.
        currency: What it is priced in, if a column tells.
        surcharge: What is added to the price of its parent.
        reviews: What people said of it, by the fields of a review.
        images: The alternative texts of its images, by their paths under the media root.
        image_urls: The alternative texts of its images elsewhere, by their addresses.
        row_id: The source's own key; the SKU of a product that has none.
        role: What the row is to the products around it.
        group_key: What the file calls its group.
        aliases: What else the file calls it, for a parent.
        children: The options of its variants by SKU, for a parent that lists them.
        orphan: What is wrong if its parent is not in the file; nothing, if it can do without.
        group_title: The title of its group, if given.
        option_names: The names of its options; empty, if an earlier row of the group has them.
        option_values: Their values, in the same order.
        group: The group that it belongs to.
        options: Its options, by name.
        new_slug: The slug to give it if it is new and the file gives none.
        owner: The entry that its images belong to, for a row that has nothing else.
        key: The field by which its product is known again, and the value of that field.
        only_without_sku: Whether products with a SKU are other products.
        notes: What a person should be told of this row.
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
        """What to call the product in a list."""
        parts = (self.fields.get("sku") or self.row_id, self.fields.get("title"))
        return " · ".join(str(part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that becomes no product.

    Attributes:
        number: The number of the row.
        place: Where it stands in the file.
        reason: Why.
        failed: Whether something is wrong with it; otherwise it is left out on purpose.
    """

    number: int
    place: str
    reason: str
    failed: bool = True
