"""Reads a product out of a row: which column holds which field, and what it means."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from storefront_store.interchange.services import values
from storefront_store.interchange.services.errors import BadRow, UnreadableFile
from storefront_store.interchange.services.presets import FIELDS, PRESETS, REQUIRED, Preset, canonical, recognise
from storefront_store.interchange.services.sources import MISSING, CsvSource, Row, Source, lookup

REMOTE: Final = ("http://", "https://", "//")
CONVERTERS: Final[dict[str, Callable[[Any], Any]]] = {
    "title": values.label,
    "slug": values.label,
    "sku": values.label,
    "id": values.label,
    "description": values.text,
    "unit_price": values.money,
    "currency": values.text,
    "inventory": values.integer,
    "is_active": values.boolean,
    "collection": values.label,
}
REVIEW_CONVERTERS: Final[dict[str, Callable[[Any], Any]]] = {
    "name": values.text,
    "description": values.text,
    "rating": values.integer,
    "date": values.day,
    "is_hidden": values.boolean,
}
REVIEW_COLUMNS: Final = {
    "name": ("name", "reviewerName", "author", "user"),
    "description": ("description", "comment", "text", "body"),
    "rating": ("rating", "stars"),
    "date": ("date", "created_at", "createdAt"),
    "is_hidden": ("is_hidden",),
}


@dataclass(slots=True)
class Entry:
    """A product as a file describes it.

    Attributes:
        place: Where it stands in the file.
        fields: The product's fields that the file gives.
        collection: The title of its collection, if given.
        currency: What it is priced in, if given.
        reviews: What people said of it, by the fields of a review.
        images: The alternative texts of its pictures, by their paths under the media root.
        remote_images: How many pictures there are elsewhere.
        row_id: The source's own key; the article number of a product that has none.
    """

    place: str
    fields: dict[str, Any]
    collection: str | None = None
    currency: str | None = None
    reviews: list[dict[str, Any]] = field(default_factory=list)
    images: dict[str, str] = field(default_factory=dict)
    remote_images: int = 0
    row_id: str | None = None


@dataclass(frozen=True)
class FieldMapping:
    """Which column of a file holds which field.

    Attributes:
        preset: The shape of the file.
        paths: The column by field; an inner one as ``outer.inner``.
    """

    preset: Preset
    paths: Mapping[str, str]

    def prepare(self, rows: Iterable[Row]) -> Iterable[Row]:
        """Do what the preset does to rows before they can be read one by one."""
        return self.preset.prepare(rows, self.paths)

    def read(self, row: Row) -> Entry:
        """Read one product.

        Raises:
            BadRow: If something in the row is not what its field takes.
        """
        if row.problem:
            raise BadRow(row.problem)
        found = {name: lookup(row.values, path) for name, path in self.paths.items()}
        given = {
            name: values.convert(name, value, CONVERTERS)
            for name, value in found.items()
            if name in CONVERTERS and value is not MISSING and value is not None
        }
        if found.get("description", MISSING) is None:
            given["description"] = None
        entry = Entry(row.place, given, currency=given.pop("currency", None))
        entry.collection = self._collection(given.pop("collection", None))
        entry.row_id = given.pop("id", None) or None
        if not given.get("sku"):
            given.pop("sku", None)
        entry.reviews = [_review(number, review) for number, review in enumerate(_listed(found, "reviews"), 1)]
        for image in _listed(found, "images"):
            _add_image(entry, image)
        return entry

    def _collection(self, title: str | None) -> str | None:
        if title and self.preset.separator:
            title = title.rsplit(self.preset.separator, 1)[-1].strip()
        return title or None


def choose_mapping(source: Source, preset: str | None, columns: Mapping[str, str]) -> FieldMapping:
    """Find out which column of a file holds which field.

    Args:
        source: The file.
        preset: The name of its shape; recognised by its columns, if not given.
        columns: Columns named by hand, by field: they win.

    Raises:
        UnreadableFile: If a column named by hand is not there, or none was found for the title or the price.
    """
    unknown = [name for name in columns if name not in FIELDS]
    if unknown:
        raise UnreadableFile(f"There is no field “{unknown[0]}”. The fields are: {', '.join(FIELDS)}.")
    for column in columns.values():
        _check_column(source, column)
    shape = PRESETS[preset] if preset else recognise(source.columns)
    paths = {**_paths(source, shape), **columns}
    lacking = [name for name in REQUIRED if name not in paths]
    if lacking:
        raise UnreadableFile(
            f"No column was found for: {', '.join(lacking)}. Name it with --map {lacking[0]}=COLUMN. "
            f"The columns are: {_shortened(source.columns)}."
        )
    return FieldMapping(shape, paths)


def _paths(source: Source, shape: Preset) -> dict[str, str]:
    """Choose for each field the best column that is there, but not one that only a few odd rows have."""
    names = {canonical(column): column for column in reversed(list(source.columns))}
    paths = {}
    for name, candidates in shape.columns.items():
        counts = {names[column]: source.columns[names[column]] for column in candidates if column in names}
        usual = [column for column, count in counts.items() if 2 * count >= max(counts.values())]
        if usual:
            paths[name] = usual[0]
    return paths


def _check_column(source: Source, column: str) -> None:
    known = column in source.columns
    if not known and not isinstance(source, CsvSource):
        known = column.partition(".")[0] in source.columns
    if not known:
        raise UnreadableFile(f"There is no column “{column}”. The columns are: {_shortened(source.columns)}.")


def _shortened(columns: Collection[str], limit: int = 40) -> str:
    shown = ", ".join(column[:40] for column in islice(columns, limit))
    return shown + (f" and {len(columns) - limit} more" if len(columns) > limit else "")


def _listed(found: Mapping[str, Any], name: str) -> list[Any]:
    """Return a list. A text, as CSV has it, is one entry a line; a number tells how many there are elsewhere."""
    value = found.get(name, MISSING)
    if value is MISSING or value is None or isinstance(value, (int, Decimal)):
        return []
    if isinstance(value, str):
        return value.splitlines()
    if not isinstance(value, list):
        raise BadRow(f"{name}: not a list")
    return value


def _review(number: int, review: Any) -> dict[str, Any]:
    if not isinstance(review, dict):
        raise BadRow(f"review {number} is not an object")
    found = {
        name: next((review[column] for column in columns if review.get(column) is not None), None)
        for name, columns in REVIEW_COLUMNS.items()
    }
    try:
        return {
            name: values.convert(name, value, REVIEW_CONVERTERS) for name, value in found.items() if value is not None
        }
    except BadRow as error:
        raise BadRow(f"review {number}: {error.message}") from error


def _add_image(entry: Entry, image: Any) -> None:
    """Keep a path, or an object with one; what else a list of pictures may hold means nothing here."""
    described = image if isinstance(image, dict) else {"image": image}
    path, alt_text = (described.get(name) or "" for name in ("image", "alt_text"))
    if not isinstance(path, str) or not isinstance(alt_text, str):
        return
    if path.startswith(REMOTE):
        entry.remote_images += 1
    elif path:
        path, alt_text = (values.convert("images", value, IMAGE) for value in (path, alt_text))
        entry.images.setdefault(path, alt_text)


IMAGE: Final[dict[str, Callable[[Any], Any]]] = {"images": values.text}
