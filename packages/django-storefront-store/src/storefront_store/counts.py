"""Caching of counts that are expensive to compute."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.core.cache import cache
from django.db.models import QuerySet

from storefront_store.internals import statement_of

LARGE: Final = 10_000  # number of rows from which a count may be out of date for a short time

logger: Final = logging.getLogger(__name__)


def query_digest(queryset: QuerySet[Any]) -> str:
    """Return a digest of the query of a queryset, regardless of its ordering.

    Raises:
        EmptyResultSet: If the queryset can't have rows.
    """
    sql, params = statement_of(queryset.order_by().values("pk"))
    return hashlib.sha256(f"{queryset.db}\n{sql}\n{params!r}".encode("utf-8", "surrogatepass")).hexdigest()


def cached(key: str) -> Any:
    """Return the cached value, or None."""
    try:
        return cache.get(key)
    except Exception:  # If the cache fails, count again instead of failing the request.
        logger.warning("The cache failed", exc_info=True)
        return None


def remember(key: str, value: Any, seconds: int) -> None:
    """Store ``value`` in the cache; failures of the cache are ignored."""
    try:
        cache.set(key, value, seconds)
    except Exception:
        logger.warning("The cache failed", exc_info=True)


def cached_many(keys: Iterable[str]) -> dict[str, Any]:
    """Return the cached values of some keys."""
    try:
        return dict(cache.get_many(list(keys)))
    except Exception:
        logger.warning("The cache failed", exc_info=True)
        return {}


def remember_many(values: Mapping[str, Any], seconds: int) -> None:
    """Store several values in the cache; failures of the cache are ignored."""
    try:
        cache.set_many(dict(values), seconds)
    except Exception:
        logger.warning("The cache failed", exc_info=True)
