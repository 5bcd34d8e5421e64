"""Visibility of objects to users, for the settings ``VISIBLE`` of tags and likes."""

from __future__ import annotations

from typing import Any


def known_to(queryset: Any, user: Any) -> Any:
    """Return the objects of a tagged or liked model that ``user`` may see, such as products that are on sale."""
    return queryset.visible_to(user) if hasattr(queryset, "visible_to") else queryset
