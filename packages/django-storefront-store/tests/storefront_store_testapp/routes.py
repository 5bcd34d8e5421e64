"""The routes that a resolver knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver


def routes(urlconf: Any = "storefront_store.urls") -> dict[str, list[str]]:
    """Return the names of all routes, with their patterns; those without a name go by their pattern."""
    found: dict[str, list[str]] = {}
    for pattern, name in _walk(get_resolver(urlconf).url_patterns, ""):
        found.setdefault(name or pattern, []).append(pattern)
    return found


def _walk(patterns: Any, prefix: str) -> Iterator[tuple[str, str | None]]:
    for item in patterns:
        pattern = prefix + str(item.pattern)
        if hasattr(item, "url_patterns"):
            yield from _walk(item.url_patterns, pattern)
        else:
            yield pattern, item.name
