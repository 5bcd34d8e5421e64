"""The routes that a resolver knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver


def routes(urlconf: Any = "storefront_store.urls") -> dict[str, list[str]]:
    """Return the names of all routes, with their patterns; those without a name go by their pattern."""
    found: dict[str, list[str]] = {}
    for pattern, name, _ in _walk(get_resolver(urlconf).url_patterns, ""):
        found.setdefault(name or pattern, []).append(pattern)
    return found


def readable_routes(urlconf: Any = "storefront_store.urls") -> set[str]:
    """Return the names of the routes that answer GET."""
    return {
        name or pattern
        for pattern, name, view in _walk(get_resolver(urlconf).url_patterns, "")
        if "get" in (getattr(view, "actions", None) or {"get": ""})
    }


def _walk(patterns: Any, prefix: str) -> Iterator[tuple[str, str | None, Any]]:
    for item in patterns:
        pattern = prefix + str(item.pattern)
        if hasattr(item, "url_patterns"):
            yield from _walk(item.url_patterns, pattern)
        elif item.name != "missing-slash":  # which answers for all the others
            yield pattern, item.name, item.callback
