"""Postprocessing of the project's OpenAPI schema.

The functions are ``POSTPROCESSING_HOOKS`` of drf-spectacular.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# The properties of response components that may be missing. All others are required.
OPTIONAL: Final[Mapping[str, frozenset[str]]] = {
    "PlacedOrder": frozenset({"key"}),
    "Review": frozenset({"is_hidden"}),
    "StoreConflict": frozenset({"expected", "items", "total"}),
}


def allow_null(result: Any, **kwargs: Any) -> Any:
    """Return the schema with ``nullable`` of OpenAPI 3.0, as in REST framework's pagination, converted to 3.1."""
    if isinstance(result, list):
        for item in result:
            allow_null(item)
    elif isinstance(result, dict):
        if result.pop("nullable", False) is True:
            result["type"] = [result["type"], "null"]
        for item in result.values():
            allow_null(item)
    return result


def require_what_is_answered(result: Any, **kwargs: Any) -> Any:
    """Return the schema with all properties that responses always contain marked as required.

    Requests have separate components (``COMPONENT_SPLIT_REQUEST``), so this does not affect them.
    """
    for name, component in result["components"]["schemas"].items():
        properties = component.get("properties", {})
        is_answered = not name.endswith("Request") and not name.startswith("Paginated")
        if properties and is_answered and "additionalProperties" not in component:
            component["required"] = sorted(properties.keys() - OPTIONAL.get(name, frozenset()))
    return result
