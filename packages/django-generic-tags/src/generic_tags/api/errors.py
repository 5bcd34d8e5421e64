"""The one place where the package's exceptions become answers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from generic_tags.exceptions import (
    BusyError,
    InvalidLabelError,
    NotTaggableError,
    ObjectNotFoundError,
    TagExistsError,
    TooManyLabelsError,
)


class ServiceBusy(exceptions.APIException):
    """The database is busy beyond retry."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("Busy. Try again in a moment.")
    default_code = "busy"
    wait = 1  # the default handler makes it the Retry-After header


def as_api_error(error: Exception, field: str) -> Exception:
    """Return the answer to an exception of the package, complaints about labels at ``field``; others unchanged."""
    match error:
        case ObjectNotFoundError() | NotTaggableError():
            return exceptions.NotFound()
        case TooManyLabelsError():
            return exceptions.ValidationError({field: [_("Too many labels.")]}, code="max_length")
        case TagExistsError():
            return exceptions.ValidationError({field: [_("A tag with this label exists already.")]}, code="unique")
        case InvalidLabelError():
            return exceptions.ValidationError({field: [str(error)]}, code=error.code)
        case BusyError():
            return ServiceBusy()
        case RecursionError():  # what the JSON parser says of a body that is nested too deeply
            return exceptions.ParseError()
    return error


class ErrorsMixin:
    """Turn the package's exceptions into answers, and give every ``detail`` its ``code``."""

    label_field = "tags"

    def handle_exception(self, exc: Exception) -> Response:
        """Answer with ``{field: [messages]}`` or ``{detail, code}``."""
        response: Response = super().handle_exception(as_api_error(exc, self.label_field))  # type: ignore[misc]
        data: Any = response.data
        if isinstance(data, dict) and "detail" in data:
            data.setdefault("code", getattr(data["detail"], "code", "error"))
        return response
