"""Who may know of what, for the packages that can't know."""

from __future__ import annotations

from typing import Any


def known_to(queryset: Any, user: Any) -> Any:
    """Return those objects of a tagged or liked model that ``user`` may know of: products that are on sale, for one."""
    return queryset.visible_to(user) if hasattr(queryset, "visible_to") else queryset
