"""What a product's entry brings along: reviews and pictures. They are added, never changed or removed."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import SuspiciousFileOperation, ValidationError

from storefront_store.interchange.services.errors import BadRow
from storefront_store.interchange.services.mapping import Entry
from storefront_store.models import ProductImage, Review
from storefront_store.services.batching import batches

Pairs = Sequence[tuple[Any, Entry]]


def check_reviews(entry: Entry) -> None:
    """Hold the reviews of an entry to the rules that the API keeps.

    Raises:
        BadRow: If one of them breaks a rule.
    """
    for number, review in enumerate(entry.reviews, 1):
        try:
            Review(**review).clean_fields(exclude={"product", "author", "date"})
        except ValidationError as error:
            reasons = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
            raise BadRow(f"review {number}: {reasons[:200]}") from error


def add_reviews(pairs: Pairs, *, dry_run: bool) -> Counter[int]:
    """Add the reviews that a product does not have yet, by name, text and rating.

    Returns:
        How many are new, by the ``id()`` of the product.
    """
    pairs = [(product, entry) for product, entry in pairs if entry.reviews]
    saved = [product.pk for product, _entry in pairs if product.pk]
    rows = Review.objects.filter(product__in=saved).values_list("product", "name", "description", "rating")
    known: Counter[tuple[Any, ...]] = Counter(rows)
    added: Counter[int] = Counter()
    new = []
    for product, entry in pairs:
        for review in entry.reviews:
            opinion = (product.pk, review.get("name"), review.get("description"), review.get("rating"))
            if known[opinion]:
                known[opinion] -= 1
            else:
                added[id(product)] += 1
                new.append((product, review))
    if not dry_run:
        _insert_reviews(new)
    return added


def _insert_reviews(new: Sequence[tuple[Any, dict[str, Any]]]) -> None:
    rows = Review.objects.bulk_create(Review(product=product, **review) for product, review in new)
    dated = []
    for row, (_product, review) in zip(rows, new, strict=True):
        if review.get("date", row.date) != row.date:  # an insert always sets today
            row.date = review["date"]
            dated.append(row)
    Review.objects.bulk_update(dated, ["date"])


def missing_images(entries: Iterable[Entry]) -> set[str]:
    """Return those pictures of the entries that are not in the media storage."""
    storage = ProductImage._meta.get_field("image").storage
    return {path for entry in entries for path in entry.images if not _is_stored(storage, path)}


def _is_stored(storage: Any, path: str) -> bool:
    if posixpath.normpath(path) != path:  # a file has one name, by which it is known again
        return False
    try:
        with storage.open(path):
            return True
    except (SuspiciousFileOperation, ValueError, OSError):  # outside of the storage, a folder, or no path at all
        return False


def add_images(pairs: Pairs, lost: set[str], *, dry_run: bool) -> tuple[Counter[int], int]:
    """Add the pictures that a product does not have yet, by their path. A file goes with its row, so it has but one.

    Returns:
        How many are new, by the ``id()`` of the product; and how many another product has already.
    """
    pairs = [(product, entry) for product, entry in pairs if entry.images]
    saved = [product.pk for product, _entry in pairs if product.pk]
    known = defaultdict(set)
    for key, path in ProductImage.objects.filter(product__in=saved).values_list("product", "image"):
        known[key].add(path)
    wanted = [
        (product, path, alt_text)
        for product, entry in pairs
        for path, alt_text in entry.images.items()
        if path not in lost and path not in known[product.pk]
    ]
    owned = _owned_paths(path for _product, path, _alt_text in wanted)
    added: Counter[int] = Counter()
    new = []
    for product, path, alt_text in wanted:
        if path not in owned:
            owned.add(path)
            added[id(product)] += 1
            new.append(ProductImage(product=product, image=path, alt_text=alt_text[:255]))
    if not dry_run:
        ProductImage.objects.bulk_create(new)
    return added, len(wanted) - len(new)


def _owned_paths(paths: Iterable[str]) -> set[str]:
    rows = ProductImage.objects.values_list("image", flat=True)
    return {path for batch in batches(paths) for path in rows.filter(image__in=batch)}
