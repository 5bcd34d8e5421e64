"""The one place where the package's exceptions become answers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response

from generic_likes.exceptions import BusyError, NotLikeableError, ObjectNotFoundError


class ServiceBusy(exceptions.APIException):
    """The database is busy beyond retry."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("Busy. Try again in a moment.")
    default_code = "busy"
    wait = 1  # the default handler makes it the Retry-After header


def as_api_error(error: Exception) -> Exception:
    """Return the answer to an exception of the package; others unchanged."""
    match error:
        case ObjectNotFoundError() | NotLikeableError():
            return exceptions.NotFound()
        case BusyError():
            return ServiceBusy()
    return error


class PersonalMixin:
    """Answers that differ by user are stored nowhere; every ``detail`` has its ``code``."""

    def handle_exception(self, exc: Exception) -> Response:
        """Answer with ``{detail, code}``."""
        response: Response = super().handle_exception(as_api_error(exc))  # type: ignore[misc]
        data: Any = response.data
        if isinstance(data, dict) and "detail" in data:
            data.setdefault("code", getattr(data["detail"], "code", "error"))
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Forbid storing the answer."""
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        response["Cache-Control"] = "no-store"
        return response
