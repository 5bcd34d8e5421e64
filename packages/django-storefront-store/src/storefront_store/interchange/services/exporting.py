"""Export of the catalogue. The order is stable, so that an import into another store yields the same export there."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any, Final, TypeAlias

from django.db.models import Prefetch, QuerySet

from storefront_store.conf import get_model
from storefront_store.interchange.cells import quote
from storefront_store.interchange.errors import MissingLibrary
from storefront_store.interchange.services.groups import numbered_keys
from storefront_store.models import AbstractProduct, ProductImage, Promotion, Review
from storefront_store.services.batching import by_key

Advance: TypeAlias = Callable[[int], object]

FORMATS: Final = ("json", "csv", "xlsx")
COLUMNS: Final = (
    "sku",
    "title",
    "slug",
    "description",
    "unit_price",
    "inventory",
    "is_active",
    "collection",
    "images",
    "options",
    "group",
    "group_title",
    "group_description",
    "varies_by",
)
NUMBERS: Final = frozenset({"unit_price", "inventory", "is_active"})


def export_catalogue(
    stream: IO[str],
    form: str = "json",
    *,
    products: QuerySet[AbstractProduct] | None = None,
    advance: Advance = lambda done: None,
) -> int:
    """Write products to a text stream.

    JSON also contains collections, groups, reviews, the paths of images, and promotions; CSV contains the products with
    their groups and the paths. The files of images and the authors of reviews are not exported.

    Args:
        stream: The output; opened with ``newline=""`` for CSV.
        form: ``"json"`` or ``"csv"``.
        products: The products to export; all by default. Collections and promotions are only exported with all
            products.
        advance: Called with the number of products written since the last call.

    Returns:
        The number of products.
    """
    return _export_csv(stream, products, advance) if form == "csv" else _export_json(stream, products, advance)


def export_workbook(
    stream: IO[bytes], *, products: QuerySet[AbstractProduct] | None = None, advance: Advance = lambda done: None
) -> int:
    """Write products to an Excel workbook, with the columns of CSV.

    Args:
        stream: The output.
        products: The products to export; all by default.
        advance: Called with the number of products written since the last call.

    Returns:
        The number of products.

    Raises:
        MissingLibrary: If openpyxl is not installed.
    """
    try:
        from storefront_store.interchange.services.workbook import (
            Sheet,
        )  # imported here because openpyxl is slow to import
    except ImportError as error:
        raise MissingLibrary("Excel", "xlsx") from error
    sheet = Sheet("Products", COLUMNS, NUMBERS)
    number = 0
    for row in _table(products, advance):
        number += 1
        sheet.add(row)
    sheet.save(stream)
    return number


def _export_json(stream: IO[str], products: QuerySet[Any] | None, advance: Advance) -> int:
    keys = _group_keys()
    stream.write("{\n")
    if products is None:
        _write_list(stream, "collections", _collections())
        stream.write(",\n")
        _write_list(stream, "groups", _groups(keys))
        stream.write(",\n")
    number = _write_list(stream, "products", (_for_json(row, keys) for row in _rows(products, advance, reviews=True)))
    if products is None:
        stream.write(",\n")
        _write_list(stream, "promotions", _promotions())
    stream.write("\n}\n")
    return number


def _write_list(stream: IO[str], name: str, entries: Iterable[dict[str, Any]]) -> int:
    """Write one entry per line, so that exports can be compared with line-based tools."""
    number = 0
    stream.write(f'"{name}": [')
    for number, entry in enumerate(entries, 1):
        stream.write((",\n" if number > 1 else "\n") + json.dumps(entry, ensure_ascii=False))
    stream.write("\n]" if number else "]")
    return number


def _export_csv(stream: IO[str], products: QuerySet[Any] | None, advance: Advance) -> int:
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    number = 0
    for row in _table(products, advance):
        number += 1
        row["is_active"] = str(row["is_active"]).lower()
        writer.writerow([row[name] if name in NUMBERS or row[name] is None else quote(row[name]) for name in COLUMNS])
    return number


def _table(products: QuerySet[Any] | None, advance: Advance) -> Iterator[dict[str, Any]]:
    """Yield the cells of each product; the first row of a group has the fields of the group."""
    keys = _group_keys()
    told: set[Any] = set()
    for row in _rows(products, advance, reviews=False):
        group = row.group
        is_first = group is not None and group.pk not in told
        if group is not None:
            told.add(group.pk)
        yield {
            **_common(row),
            "images": "\n".join(image.image.name for image in row.images.all()),
            "options": json.dumps(row.options, ensure_ascii=False) if row.options else "",
            "group": keys[group.pk] if group is not None else "",
            "group_title": group.title if is_first else "",
            "group_description": group.description if is_first else "",
            "varies_by": json.dumps(group.varies_by, ensure_ascii=False) if group is not None else "",
        }


def _rows(products: QuerySet[Any] | None, advance: Advance, *, reviews: bool) -> Iterator[Any]:
    # Collections and groups are looked up separately: with a join, MariaDB starts from them and sorts the whole table.
    rows = get_model("Product")._base_manager.prefetch_related("collection", "group")
    if products is not None:
        rows = rows.using(products.db).filter(pk__in=products.order_by().values("pk"))
    rows = rows.prefetch_related(Prefetch("images", ProductImage.objects.order_by("pk")))
    if reviews:
        rows = rows.prefetch_related(Prefetch("reviews", Review.objects.order_by("pk")))
    for row in by_key(rows):
        yield row
        advance(1)


def _common(row: Any) -> dict[str, Any]:
    return {
        "sku": row.sku,
        "title": row.title,
        "slug": row.slug,
        "description": row.description,
        "unit_price": row.unit_price,
        "inventory": row.inventory,
        "is_active": row.is_active,
        "collection": row.collection.title,
    }


def _for_json(row: Any, keys: Mapping[Any, str]) -> dict[str, Any]:
    variant = {"group": keys[row.group.pk]} if row.group is not None else {}
    return {
        **_common(row),
        "unit_price": str(row.unit_price),
        "images": [{"image": image.image.name, "alt_text": image.alt_text} for image in row.images.all()],
        **variant,
        **({"options": row.options} if row.options else {}),
        "reviews": [_review(review) for review in row.reviews.all()],
    }


def _review(review: Review) -> dict[str, Any]:
    return {
        "name": review.name,
        "description": review.description,
        "rating": review.rating,
        "date": review.date.isoformat(),
        "is_hidden": review.is_hidden,
    }


def _collections() -> Iterator[dict[str, Any]]:
    rows = get_model("Collection")._base_manager.select_related("featured_product")
    for row in by_key(rows):
        yield {"title": row.title, "featured_product": row.featured_product and row.featured_product.sku}


def _group_keys() -> dict[Any, str]:
    return dict(numbered_keys(get_model("ProductGroup")._base_manager.order_by("pk").only("slug").iterator()))


def _groups(keys: Mapping[Any, str]) -> Iterator[dict[str, Any]]:
    for row in by_key(get_model("ProductGroup")._base_manager.all()):
        yield {
            "key": keys[row.pk],
            "title": row.title,
            "description": row.description,
            "varies_by": row.varies_by,
        }


def _promotions() -> Iterator[dict[str, Any]]:
    numbered = get_model("Product")._base_manager.exclude(sku=None).order_by("pk").only("sku")
    for row in by_key(Promotion.objects.prefetch_related(Prefetch("products", numbered))):
        yield {
            "description": row.description,
            "discount": str(row.discount),
            "starts_at": row.starts_at and row.starts_at.isoformat(),
            "ends_at": row.ends_at and row.ends_at.isoformat(),
            "products": [product.sku for product in row.products.all()],
        }
