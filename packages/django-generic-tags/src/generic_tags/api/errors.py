"""Translation of the package's exceptions to error responses."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from generic_tags.exceptions import Busy, InvalidLabel, NotFound, NotRegistered, TagExists, TooManyLabels
from generic_tags.links.rest import ServiceBusy, add_code


def as_api_error(error: Exception, field: str) -> Exception:
    """Return the REST framework exception for an exception of the package, and other exceptions unchanged.

    Args:
        error: The exception that was raised.
        field: The field of the request body that holds the labels.
    """
    match error:
        case NotFound() | NotRegistered():
            return exceptions.NotFound()
        case TooManyLabels():
            return exceptions.ValidationError({field: [_("Too many labels.")]}, code="max_length")
        case TagExists():
            return exceptions.ValidationError({field: [_("A tag with this label already exists.")]}, code="unique")
        case InvalidLabel():
            return exceptions.ValidationError({field: [str(error)]}, code=error.code)
        case Busy():
            return ServiceBusy()
        case RecursionError():  # raised by the JSON parser for a body that is nested too deeply
            return exceptions.ParseError()
    return error


class ErrorHandlingMixin:
    """View mixin that returns ``{field: [messages]}`` or ``{detail, code}`` for exceptions of the package."""

    label_field = "tags"

    def handle_exception(self, exc: Exception) -> Response:
        """Return the response to an exception."""
        response: Any = super().handle_exception(as_api_error(exc, self.label_field))  # type: ignore[misc]
        return add_code(response)
