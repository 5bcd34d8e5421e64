"""Error responses: bodies, statuses and codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

REASONS: Final[dict[int, str]] = {
    400: "A value is not valid.",
    401: "Nobody is signed in, or the credentials are not valid.",
    403: "The user may not do this.",
    404: "There is nothing at this address, or the user may not see it; or `?format=` names no known format.",
    405: "Other records depend on it.",
    406: "The response cannot be given in an accepted media type.",
    409: "The present state does not allow it.",
    412: "The resource is not the version that `If-Match` names.",
    413: "The body is too large.",
    415: "The media type of the body is not supported.",
    422: "The `Idempotency-Key` was used for another request.",
    429: "Too many requests; `Retry-After` holds the seconds to wait.",
    503: "The service is busy; `Retry-After` holds the seconds to wait.",
    507: "There is no room for the file.",
}
CODES: Final[dict[int, tuple[str, ...]]] = {
    404: ("not_found",),
    405: ("protected",),
    406: ("not_acceptable",),
    409: ("conflict",),
    412: ("precondition_failed",),
    413: ("too_large",),
    415: ("unsupported_media_type",),
    422: ("idempotency_mismatch",),
    429: ("throttled",),
    503: ("busy",),
    507: ("no_storage",),
}


class StoreErrorSerializer(serializers.Serializer[Any]):
    """An error with a message for people and a code for programs."""

    detail = serializers.CharField(help_text="A sentence, in the language of the request.")
    code = serializers.CharField(help_text="A stable name, such as `not_found`.")


class ShortageSerializer(serializers.Serializer[Any]):
    """A product with fewer units available than requested."""

    product_id = serializers.JSONField(help_text="The key of the product.")
    requested = serializers.IntegerField()
    available = serializers.IntegerField()


class StoreConflictSerializer(StoreErrorSerializer):
    """A conflict. Some codes have additional fields."""

    items = ShortageSerializer(many=True, required=False, help_text="With `out_of_stock` and `unavailable`.")
    expected = serializers.FloatField(required=False, help_text="With `total_changed`: the total of the request.")
    total = serializers.FloatField(required=False, help_text="With `total_changed`: the total as it is now.")


class DeletionBlockedSerializer(serializers.Serializer[Any]):
    """The reason why an object can't be deleted."""

    error = serializers.CharField(help_text="A sentence, in the language of the request.")
    code = serializers.CharField(help_text="A stable name: `protected`.")


class StoreFieldErrorsSerializer(serializers.Serializer[Any]):
    """The errors of each field, or ``detail`` and ``code`` if the request can't be parsed."""


class FieldErrorsExtension(OpenApiSerializerExtension):
    """The schema of errors by field."""

    target_class = StoreFieldErrorsSerializer

    def get_name(self, *args: Any, **kwargs: Any) -> str:
        """Return the name of the component."""
        return "StoreFieldErrors"

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema of an object with messages by field, nested like the fields."""
        messages = {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "object"}]}}
        return {
            "type": "object",
            "description": "Messages by field, nested where fields are; or `detail` and `code` if the request can't "
            "be read.",
            "properties": {"detail": {"type": "string"}, "code": {"type": "string"}},
            "additionalProperties": {"anyOf": [messages, {"type": "object", "additionalProperties": True}]},
        }


BODIES: Final[dict[int, type[serializers.Serializer[Any]]]] = {
    400: StoreFieldErrorsSerializer,
    405: DeletionBlockedSerializer,
    409: StoreConflictSerializer,
}


def error_responses(statuses: Iterable[int], codes: Mapping[int, tuple[str, ...]]) -> dict[int, OpenApiResponse]:
    """Return the error responses.

    Args:
        statuses: The statuses derived from the view.
        codes: Additional statuses, and additional codes of any status.
    """
    return {status: _error(status, codes.get(status, ())) for status in sorted({*statuses, *codes})}


def _error(status: int, codes: tuple[str, ...]) -> OpenApiResponse:
    known = (*CODES.get(status, ()), *codes)
    named = " Codes: " + ", ".join(f"`{code}`" for code in known) + "." if known else ""
    return OpenApiResponse(BODIES.get(status, StoreErrorSerializer), f"{REASONS[status]}{named}")
