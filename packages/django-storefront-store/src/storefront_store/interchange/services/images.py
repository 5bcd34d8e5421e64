"""Import of product images from the media folder. They are added, never changed or removed."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import SuspiciousFileOperation

from storefront_store.interchange.entries import Entry
from storefront_store.models import AbstractProduct, ProductImage
from storefront_store.services.batching import batches
from storefront_store.services.transactions import using

Pairs = Sequence[tuple[AbstractProduct, Entry]]


def missing_images(entries: Iterable[Entry]) -> set[str]:
    """Return the images of the entries that are missing in the media storage."""
    storage = ProductImage._meta.get_field("image").storage
    return {path for entry in entries for path in entry.images if not _is_stored(storage, path)}


def _is_stored(storage: Any, path: str) -> bool:
    if posixpath.normpath(path) != path:  # a file has only one name, by which it is recognised
        return False
    try:
        with storage.open(path):
            return True
    except (SuspiciousFileOperation, ValueError, OSError):  # outside of the storage, a directory, or not a path
        return False


def add_images(pairs: Pairs, lost: set[str], *, dry_run: bool) -> tuple[Counter[int], int]:
    """Add the images that a product does not have yet. A file is deleted with its row, so it may have only one row.

    Returns:
        The number of new ones by the ``id()`` of the product, and the number of those that another product has.
    """
    pairs = [(product, entry) for product, entry in pairs if entry.images]
    saved = [product.pk for product, _entry in pairs if product.pk]
    known = defaultdict(set)
    rows = ProductImage.objects.using(using())
    for key, path in rows.filter(product__in=saved).values_list("product", "image"):
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
            new.append(ProductImage(product_id=product.pk, image=path, alt_text=alt_text[:255]))
    if not dry_run:
        rows.bulk_create(new)
    return added, len(wanted) - len(new)


def _owned_paths(paths: Iterable[str]) -> set[str]:
    rows = ProductImage.objects.using(using()).values_list("image", flat=True)
    return {path for batch in batches(paths) for path in rows.filter(image__in=batch)}
