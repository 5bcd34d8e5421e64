"""What the schema of the project needs besides the descriptions that the packages bring."""

from __future__ import annotations

from typing import Any


def allow_null(result: Any, **kwargs: Any) -> Any:
    """Say in the words of OpenAPI 3.1 what REST framework's paginations say in those of 3.0, and return the schema.

    It is one of drf-spectacular's ``POSTPROCESSING_HOOKS``.
    """
    if isinstance(result, list):
        for item in result:
            allow_null(item)
    elif isinstance(result, dict):
        if result.pop("nullable", False) is True:
            result["type"] = [result["type"], "null"]
        for item in result.values():
            allow_null(item)
    return result
