"""The base class of the views, and the translation of the package's exceptions to error responses."""

from __future__ import annotations

import logging
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError, transaction
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, ErrorDetail, NotFound, ParseError, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from storefront_auth import exceptions
from storefront_auth.api import parsers
from storefront_auth.authentication import CHALLENGE, JWTAuthentication, invalid_token

logger: Final = logging.getLogger(__name__)

# ER_NET_PACKET_TOO_LARGE of MySQL and MariaDB, which is raised as an OperationalError.
_PACKET_TOO_LARGE = 1153
# SQLite raises OperationalError for missing tables too; other databases raise ProgrammingError.
_NOT_MIGRATED = ("no such table", "no such column")


class Busy(APIException):
    """503: the database is unavailable, or aborted the transaction in favour of another one."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail: Any = _("The service is busy. Try again in a moment.")
    default_code = "busy"
    wait = 1  # DRF sends it as Retry-After


class Conflict(APIException):
    """409: the account is in use."""

    status_code = status.HTTP_409_CONFLICT
    default_detail: Any = _("The account cannot be deleted because other records depend on it.")
    default_code = "account_in_use"


def translate(error: Exception) -> Exception:
    """Return the Django REST framework exception for ``error``.

    Args:
        error: The exception that a view raised.

    Returns:
        An ``APIException`` for exceptions of this package or of the database, and ``error`` itself for others.
    """
    match error:
        case exceptions.TokenNotValid():
            return invalid_token(error)
        case exceptions.InvalidLink():
            return ValidationError({"token": [_("The link is invalid or has expired.")]}, code="invalid_link")
        case exceptions.WrongPassword():
            return ValidationError({"current_password": [_("Invalid password.")]}, code="invalid_password")
        case exceptions.FieldRefused(field=field, messages=messages):
            return ValidationError({field: list(messages)})
        case exceptions.NotPermitted():
            return PermissionDenied()
        case exceptions.AccountGone():
            return NotFound()
        case exceptions.AccountInUse():
            return Conflict()
        case exceptions.Busy():
            return Busy()
        case RequestDataTooBig():
            # Other code, such as middleware, read the whole body before the parser.
            return parsers.BodyTooLarge()
    return _translate_database(error)


def _translate_database(error: Exception) -> Exception:
    match error:
        case DataError():
            return ParseError(_("One of the values can't be stored."), code="unstorable")
        case OperationalError(args=(code, *_rest)) if code == _PACKET_TOO_LARGE:
            return parsers.BodyTooLarge()
        case OperationalError(args=(str(reason), *_rest)) if reason.startswith(_NOT_MIGRATED):
            return error  # a missing migration is a deployment error, not a busy database
        case OperationalError() | InterfaceError():
            logger.error("The database failed", exc_info=error)
            return Busy()
    return error


class AccountView(APIView):
    """Base class of the views of this package.

    Errors have a ``code`` beside ``detail``, responses are not cached, invalid bodies are client errors, and error
    reports hide form data.
    """

    parser_classes: Any = [parsers.JSONParser, parsers.FormParser, parsers.MultiPartParser]

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> Any:
        """Return the view, outside of ``ATOMIC_REQUESTS``."""
        # Each use case runs in its own transaction. With a transaction around the request, errors of the commit would
        # not be translated, and rejecting a reused refresh token would roll back the end of the user's other tokens.
        return transaction.non_atomic_requests(super().as_view(*args, **kwargs))

    # Error reports show form data, which contains passwords and tokens.
    @method_decorator(sensitive_post_parameters())
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the response to the request."""
        self.http_request: HttpRequest = request  # Django's request, which authentication backends expect
        return super().dispatch(request, *args, **kwargs)

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Return the authenticators, with tokens first so that anonymous requests get 401 and not 403."""
        return sorted(super().get_authenticators(), key=lambda one: not isinstance(one, JWTAuthentication))

    @property
    def account(self) -> Any:
        """The user who asks, on routes that are not for anonymous requests."""
        return self.request.user

    def get_authenticate_header(self, request: Request) -> str:
        """Return the value of ``WWW-Authenticate``, with which anonymous requests get 401."""
        return super().get_authenticate_header(request) or CHALLENGE

    def handle_exception(self, exc: Exception) -> Response:
        """Return the response to an exception."""
        response = super().handle_exception(translate(exc))
        detail = response.data.get("detail") if isinstance(response.data, dict) else None
        if isinstance(detail, ErrorDetail):
            response.data.setdefault("code", detail.code)
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the response with the headers that all responses have."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
