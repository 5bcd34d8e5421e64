"""Use cases of product images, which keep files and rows consistent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

from django.core.files.storage import Storage
from django.utils import timezone

from storefront_store.images import FOLDER
from storefront_store.models import AbstractProduct, ProductImage
from storefront_store.services.batching import batches
from storefront_store.services.locks import always, lock
from storefront_store.services.transactions import use_case, using

YOUNG: Final = timedelta(hours=1)  # files may be stored before the transaction of their row is committed


def save_image(
    product: AbstractProduct, save: Callable[[], ProductImage], *, check: Callable[[], object] = always
) -> ProductImage:
    """Save an image and its file while the product is locked, so that it can't be deleted at the same time.

    Files stored by a failed attempt are removed.

    Args:
        product: The product; it is reloaded under its lock.
        save: Stores the file and saves the row.
        check: Called under the lock before anything is stored; raises an exception to refuse it.

    Returns:
        The saved image.

    Raises:
        NotFound: If the product was deleted in the meantime.
    """
    stored: list[tuple[Storage, str]] = []

    @use_case
    def run() -> ProductImage:
        lock(product)
        check()
        image = save()
        if image.image.name not in before:
            stored.append((image.image.storage, str(image.image.name)))
        return image

    before = set(ProductImage.objects.using(using()).filter(product=product.pk).values_list("image", flat=True))
    kept = 0
    try:
        image = run()
        kept = 1
    finally:
        for storage, name in stored[: len(stored) - kept]:
            storage.delete(name)
    return image


def remove_orphans(
    *, older_than: timedelta = YOUNG, dry_run: bool = False, advance: Callable[[int], object] = lambda done: None
) -> int:
    """Remove files to which no image refers, such as those left by a process that was killed.

    Args:
        older_than: Newer files are kept, because their rows may not be committed yet.
        dry_run: Whether to count without removing.
        advance: Called with the number of files processed since the last call.

    Returns:
        The number of orphaned files.
    """
    storage = ProductImage._meta.get_field("image").storage
    removed = 0
    for names in batches(_files(storage)):
        known = set(ProductImage.objects.using(using()).filter(image__in=names).values_list("image", flat=True))
        orphans = [name for name in names if name not in known and _age(storage, name) > older_than]
        for name in orphans:
            if not dry_run:
                storage.delete(name)
        removed += len(orphans)
        advance(len(names))
    return removed


def _files(storage: Any) -> Iterator[str]:
    try:
        _folders, files = storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{FOLDER}/{name}"


def _age(storage: Any, name: str) -> timedelta:
    try:
        moment = storage.get_modified_time(name)
    except FileNotFoundError:
        return timedelta(0)
    return timezone.now() - moment if timezone.is_aware(moment) else timezone.now().replace(tzinfo=None) - moment
