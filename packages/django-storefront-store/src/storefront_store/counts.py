"""Numbers that are expensive to count, kept in the cache for a while."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.core.cache import cache
from django.db.models import QuerySet

from storefront_store.internals import statement_of

logger: Final = logging.getLogger(__name__)


def query_digest(queryset: QuerySet[Any]) -> str:
    """Return a digest of what a queryset asks for, whatever its order.

    Raises:
        EmptyResultSet: If it asks for nothing.
    """
    sql, params = statement_of(queryset.order_by().values("pk"))
    return hashlib.sha256(f"{queryset.db}\n{sql}\n{params!r}".encode("utf-8", "surrogatepass")).hexdigest()


def cached(key: str) -> Any:
    """Return what is kept in the cache, or None."""
    try:
        return cache.get(key)
    except Exception:  # a dead cache costs a count, not the page
        logger.warning("The cache failed", exc_info=True)
        return None


def remember(key: str, value: Any, seconds: int) -> None:
    """Keep ``value`` in the cache for a while, if that works."""
    try:
        cache.set(key, value, seconds)
    except Exception:
        logger.warning("The cache failed", exc_info=True)


def cached_many(keys: Iterable[str]) -> dict[str, Any]:
    """Return what is kept in the cache under some keys."""
    try:
        return dict(cache.get_many(list(keys)))
    except Exception:
        logger.warning("The cache failed", exc_info=True)
        return {}


def remember_many(values: Mapping[str, Any], seconds: int) -> None:
    """Keep several values in the cache for a while, if that works."""
    try:
        cache.set_many(dict(values), seconds)
    except Exception:
        logger.warning("The cache failed", exc_info=True)
