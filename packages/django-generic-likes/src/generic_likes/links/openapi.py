"""Descriptions of the API for drf-spectacular (extra ``openapi``), without effect if it is not installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, Final, TypeVar

from ..conf import APP_LABEL

T = TypeVar("T")

IS_INSTALLED: Final = find_spec("drf_spectacular") is not None
TAG: Final = APP_LABEL.removeprefix("generic_").capitalize()
JSON: Final = "application/json"
STATUSES: Final = {
    401: "The user is not signed in, or the credentials are not valid.",
    403: "The user may not do this.",
    404: "There is no such object, or `?format=` names no known format.",
    406: "The response cannot be given in an accepted media type.",
    413: "The body is too large.",
    415: "The media type of the body is not supported.",
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
        summary: A one-line description.
        success: Serializers of the successful responses, by status.
        errors: Status codes of errors besides those that every operation has. 400 has messages by field, all others
            have ``{detail, code}``.
        path: Descriptions of the parameters in the URL.
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
        OpenApiParameter("Retry-After", int, "header", description="Seconds to wait.", response=[503]),
    ]
    body = (413, 415) if options.get("request") else ()
    statuses = sorted({401, 404, 406, 503, *errors, *body})
    responses = {**success, **{status: _error(status) for status in statuses}}
    decorate: Any = extend_schema(summary=summary, responses=responses, parameters=parameters, tags=[TAG], **options)
    return lambda view: _in_json(decorate(view))


def _in_json(method: Any) -> Any:
    """Describe the request body as JSON only, if the view accepts it, which keeps the schema short."""
    present = method.kwargs["schema"]

    def map_parsers(self: Any) -> list[str]:
        types: list[str] = present.map_parsers(self)
        return [JSON] if JSON in types else types

    method.kwargs["schema"] = type("JSONSchema", (present,), {"map_parsers": map_parsers})
    return method


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
    """Return the serializer of an error, which all operations share and which is named after the package."""
    from drf_spectacular.extensions import OpenApiSerializerExtension
    from drf_spectacular.utils import inline_serializer
    from rest_framework import serializers

    if not by_field:
        return inline_serializer(f"{TAG}Error", {"detail": serializers.CharField(), "code": serializers.CharField()})
    body = type(f"{TAG}FieldErrorsSerializer", (serializers.Serializer,), {})

    class FieldErrors(OpenApiSerializerExtension):
        """The schema of errors by field."""

        target_class = body

        def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
            """Return an object with lists of messages by field, or one message."""
            messages = {"type": "array", "items": {"type": "string"}}
            return {"type": "object", "additionalProperties": {"oneOf": [messages, {"type": "string"}]}}

    return body


def _unchanged(value: T) -> T:
    return value
