"""What the schema of the project needs besides the descriptions that the packages bring.

The functions are ``POSTPROCESSING_HOOKS`` of drf-spectacular.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# Of components that are answered: what can be missing. All else that a serializer has is always there.
OPTIONAL: Final[Mapping[str, frozenset[str]]] = {
    "PlacedOrder": frozenset({"key"}),
    "Review": frozenset({"is_hidden"}),
    "StoreConflict": frozenset({"expected", "items", "total"}),
}


def allow_null(result: Any, **kwargs: Any) -> Any:
    """Say in the words of OpenAPI 3.1 what REST framework's paginations say in those of 3.0, and return the schema."""
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
    """Name the properties that answers always have, also those that requests may leave out, and return the schema.

    Requests have components of their own (``COMPONENT_SPLIT_REQUEST``), so that these are about answers alone.
    """
    for name, component in result["components"]["schemas"].items():
        properties = component.get("properties", {})
        is_answered = not name.endswith("Request") and not name.startswith("Paginated")
        if properties and is_answered and "additionalProperties" not in component:
            component["required"] = sorted(properties.keys() - OPTIONAL.get(name, frozenset()))
    return result
