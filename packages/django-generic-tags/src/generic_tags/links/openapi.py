"""Descriptions of the API for drf-spectacular (extra ``openapi``), without effect where it is not installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, Final, TypeVar

from ..conf import APP_LABEL

T = TypeVar("T")

IS_INSTALLED: Final = find_spec("drf_spectacular") is not None
TAG: Final = APP_LABEL.removeprefix("generic_")
STATUSES: Final = {
    401: "The user is not signed in.",
    403: "The user may not do this.",
    404: "There is no such object.",
    503: "The service is busy; the header Retry-After says when to try again.",
}


def operation(
    summary: str,
    success: Mapping[int, Any],
    *,
    errors: tuple[int, ...] = (),
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    **options: Any,
) -> Callable[[T], T]:
    """Return a decorator that describes an operation.

    Args:
        summary: One line about it.
        success: Serializers of the successful answers by status.
        errors: Statuses of errors; 400 has messages by field, all others ``{detail, code}``.
        path: Descriptions of the parameters in the address.
        query: Descriptions of the query parameters.
        options: Other arguments of ``extend_schema``.
    """
    if not IS_INSTALLED:
        return _unchanged
    from drf_spectacular.types import OpenApiTypes
    from drf_spectacular.utils import OpenApiParameter, extend_schema

    parameters = [
        *(OpenApiParameter(n, OpenApiTypes.STR, "path", description=text) for n, text in (path or {}).items()),
        *(OpenApiParameter(n, OpenApiTypes.STR, "query", description=text) for n, text in (query or {}).items()),
    ]
    responses = {**success, **{status: _error(status) for status in errors}}
    decorate: Any = extend_schema(summary=summary, responses=responses, parameters=parameters, tags=[TAG], **options)
    return decorate


def describe(**operations: Callable[[Any], Any]) -> Callable[[T], T]:
    """Return a class decorator that describes inherited methods of a view."""
    if not IS_INSTALLED:
        return _unchanged
    from drf_spectacular.utils import extend_schema_view

    decorate: Any = extend_schema_view(**operations)
    return decorate


def typed(schema: dict[str, Any]) -> Callable[[T], T]:
    """Return a decorator that describes the type of a serializer field or method."""
    if not IS_INSTALLED:
        return _unchanged
    from drf_spectacular.utils import extend_schema_field

    decorate: Any = extend_schema_field(schema)
    return decorate


def _error(status: int) -> Any:
    from drf_spectacular.utils import OpenApiResponse

    description = "The request is not valid; messages by field." if status == 400 else STATUSES[status]
    return OpenApiResponse(_error_body(status == 400), description=description)


@lru_cache
def _error_body(by_field: bool) -> Any:
    """Return the serializer of an error; one for all operations, and named after the package."""
    from drf_spectacular.utils import inline_serializer
    from rest_framework import serializers

    if by_field:
        messages = serializers.ListField(child=serializers.CharField(), required=False)
        fields: dict[str, Any] = {"detail": serializers.CharField(required=False), "label": messages, "tags": messages}
        return inline_serializer(f"{TAG.capitalize()}FieldErrors", fields)
    return inline_serializer(
        f"{TAG.capitalize()}Error", {"detail": serializers.CharField(), "code": serializers.CharField()}
    )


def _unchanged(value: T) -> T:
    return value
