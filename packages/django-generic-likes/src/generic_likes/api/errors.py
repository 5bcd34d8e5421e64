"""Translation of the package's exceptions to error responses, and cache headers."""

from __future__ import annotations

from typing import Any

from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from generic_likes.exceptions import Busy, InvalidUser, NotFound, NotRegistered
from generic_likes.links.rest import ServiceBusy, add_code


def as_api_error(error: Exception) -> Exception:
    """Return the REST framework exception for an exception of the package, and other exceptions unchanged."""
    match error:
        case NotFound() | NotRegistered():
            return exceptions.NotFound()
        case InvalidUser():
            return exceptions.NotAuthenticated()
        case Busy():
            return ServiceBusy()
        case RecursionError():  # raised by the JSON parser for a body that is nested too deeply
            return exceptions.ParseError()
    return error


class PersonalMixin:
    """Return ``{detail, code}`` for exceptions of the package, and set ``Cache-Control: no-store`` on all responses."""

    def handle_exception(self, exc: Exception) -> Response:
        """Return the response to an exception."""
        response: Any = super().handle_exception(as_api_error(exc))  # type: ignore[misc]
        return add_code(response)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the response with ``Cache-Control: no-store``."""
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        response["Cache-Control"] = "no-store"
        return response
