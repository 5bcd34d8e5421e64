"""Cache for public data, which is invalidated by changes of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.core.cache import caches

from storefront_store.models import CatalogueVersion

SECONDS: Final = 30  # maximum age, because stock and the start of promotions do not change the version
MISSING: Final = object()


def catalogue_version() -> int:
    """Return the version of the catalogue, which every change increments, on all nodes and from any code path."""
    version: int = CatalogueVersion.objects.current()
    return version


def remembered(name: str, version: int, make: Callable[[], Any]) -> Any:
    """Return the cached value for this version of the catalogue, or the new result of ``make``.

    The version is part of the cache key, so outdated entries need not be deleted.

    Args:
        name: The name of the value.
        version: The version from :func:`catalogue_version`.
        make: Function that computes the value.
    """
    key = f"{name}:{version}"
    value = caches["pages"].get(key, MISSING)
    if value is MISSING:
        value = make()
        caches["pages"].set(key, value, SECONDS)
    return value
