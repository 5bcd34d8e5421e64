"""Writes the catalogue out, in the order in which it came in: importing it elsewhere and exporting it there
gives the same file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TextIO

from django.db.models import Prefetch

from storefront_store.conf import get_model
from storefront_store.models import ProductImage, Promotion, Review
from storefront_store.services.batching import by_key

FORMATS: Final = ("json", "csv")
CSV_COLUMNS: Final = (
    "sku",
    "title",
    "slug",
    "description",
    "unit_price",
    "inventory",
    "is_active",
    "collection",
    "images",
)


def export_catalogue(
    stream: TextIO, form: str = "json", *, advance: Callable[[int], object] = lambda done: None
) -> int:
    """Write all products to a stream.

    JSON holds collections, reviews, the paths of pictures and promotions as well; CSV the products and the paths
    alone. The pictures' files and the authors of reviews stay behind.

    Args:
        stream: Where to; opened with ``newline=""`` for CSV.
        form: One of :data:`FORMATS`.
        advance: Told the number of products written since the last call.

    Returns:
        The number of products.
    """
    return _export_csv(stream, advance) if form == "csv" else _export_json(stream, advance)


def _export_json(stream: TextIO, advance: Callable[[int], object]) -> int:
    stream.write("{\n")
    _write_list(stream, "collections", _collections())
    stream.write(",\n")
    number = _write_list(stream, "products", _products(advance, with_reviews=True))
    stream.write(",\n")
    _write_list(stream, "promotions", _promotions())
    stream.write("\n}\n")
    return number


def _write_list(stream: TextIO, name: str, entries: Iterable[dict[str, Any]]) -> int:
    """Write one entry a line, so that two exports can be compared line by line."""
    number = 0
    stream.write(f'"{name}": [')
    for number, entry in enumerate(entries, 1):
        stream.write((",\n" if number > 1 else "\n") + json.dumps(entry, ensure_ascii=False))
    stream.write("\n]" if number else "]")
    return number


def _export_csv(stream: TextIO, advance: Callable[[int], object]) -> int:
    writer = csv.writer(stream)
    writer.writerow(CSV_COLUMNS)
    number = 0
    for product in _products(advance, with_reviews=False):
        number += 1
        product["images"] = "\n".join(image["image"] for image in product["images"])
        product["is_active"] = str(product["is_active"]).lower()
        writer.writerow([product[column] for column in CSV_COLUMNS])
    return number


def _collections() -> Iterator[dict[str, Any]]:
    rows = get_model("Collection")._base_manager.select_related("featured_product")
    for row in by_key(rows):
        yield {"title": row.title, "featured_product": row.featured_product and row.featured_product.sku}


def _products(advance: Callable[[int], object], *, with_reviews: bool) -> Iterator[dict[str, Any]]:
    # the collections are looked up apart: in a join, MariaDB would begin with them and sort the whole table each time
    rows = get_model("Product")._base_manager.prefetch_related("collection")
    rows = rows.prefetch_related(Prefetch("images", ProductImage.objects.order_by("pk")))
    if with_reviews:
        rows = rows.prefetch_related(Prefetch("reviews", Review.objects.order_by("pk")))
    for row in by_key(rows):
        product = {
            "sku": row.sku,
            "title": row.title,
            "slug": row.slug,
            "description": row.description,
            "unit_price": str(row.unit_price),
            "inventory": row.inventory,
            "is_active": row.is_active,
            "collection": row.collection.title,
            "images": [{"image": image.image.name, "alt_text": image.alt_text} for image in row.images.all()],
        }
        if with_reviews:
            product["reviews"] = [_review(review) for review in row.reviews.all()]
        yield product
        advance(1)


def _review(review: Review) -> dict[str, Any]:
    return {
        "name": review.name,
        "description": review.description,
        "rating": review.rating,
        "date": review.date.isoformat(),
        "is_hidden": review.is_hidden,
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
