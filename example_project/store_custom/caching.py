"""What is shown to everybody is made once, until the catalogue changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.core.cache import caches

from storefront_store.models import CatalogueVersion

SECONDS: Final = 30  # how long may go unnoticed what is no change of the catalogue: stock, and promotions that begin
MISSING: Final = object()


def catalogue_version() -> int:
    """Return the number that every change of the catalogue raises, on whichever node and through whichever door."""
    version: int = CatalogueVersion.objects.current()
    return version


def remembered(name: str, version: int, make: Callable[[], Any]) -> Any:
    """Return what ``make`` returns, or has returned for this version of the catalogue.

    The version is part of the key, so nothing has to be thrown away: what is out of date is not asked for again.
    """
    key = f"{name}:{version}"
    value = caches["pages"].get(key, MISSING)
    if value is MISSING:
        value = make()
        caches["pages"].set(key, value, SECONDS)
    return value
