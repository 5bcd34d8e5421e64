"""One place that turns what the use cases raise into answers."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError, transaction
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from rest_framework import status
from rest_framework.exceptions import APIException, ErrorDetail, NotFound, ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.exceptions import InvalidToken

from storefront_auth.api import parsers
from storefront_auth.authentication import CHALLENGE
from storefront_auth.exceptions import (
    AccountGone,
    AccountInUse,
    FieldRefused,
    InvalidLink,
    TokenNotValid,
    WrongPassword,
)

logger = logging.getLogger(__name__)

# ER_NET_PACKET_TOO_LARGE of MySQL and MariaDB, which counts it among the failures of the server.
_PACKET_TOO_LARGE = 1153


class Busy(APIException):
    """The database is away, or gave up this request for the sake of another one."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("Busy. Try again in a moment.")
    default_code = "busy"
    wait = 1  # DRF makes Retry-After of it


class Conflict(APIException):
    """The account is in use."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("The account cannot be deleted because other records depend on it.")
    default_code = "account_in_use"


def translate(error: Exception) -> Exception:
    """Return the exception of DRF that says what ``error`` says."""
    match error:
        case TokenNotValid():
            return InvalidToken()
        case InvalidLink():
            return ValidationError({"token": [_("The link is invalid or has expired.")]}, code="invalid_link")
        case WrongPassword():
            return ValidationError({"current_password": [_("Invalid password.")]}, code="invalid_password")
        case FieldRefused(field=field, messages=messages):
            return ValidationError({field: list(messages)})
        case AccountGone():
            return NotFound()
        case AccountInUse():
            return Conflict()
        case DataError():
            return ParseError(_("One of the values can't be stored."), code="unstorable")
        case OperationalError(args=(code, *_rest)) if code == _PACKET_TOO_LARGE:
            return parsers.BodyTooLarge()
        case OperationalError() | InterfaceError():
            logger.error("The database failed", exc_info=error)
            return Busy()
        case RequestDataTooBig():
            # Where somebody else asked for the whole body before the parser did.
            return parsers.BodyTooLarge()
    return error


class AccountView(APIView):
    """What all views of the package have in common.

    Every ``detail`` has a ``code``, no answer is kept by a cache, no body breaks the parser, and no report of an error
    shows what a form held.
    """

    parser_classes = [parsers.JSONParser, parsers.FormParser, parsers.MultiPartParser]

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> Any:
        # Each use case is a transaction. One around the request would end where nobody translates what its commit
        # raises, and would take back that a refused refresh token ended all others.
        return transaction.non_atomic_requests(super().as_view(*args, **kwargs))

    # Reports of errors show forms, and these hold passwords and tokens.
    @method_decorator(sensitive_post_parameters())
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **kwargs)

    def get_authenticate_header(self, request: Request) -> str:
        return super().get_authenticate_header(request) or CHALLENGE

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(translate(exc))
        detail = response.data.get("detail") if isinstance(response.data, dict) else None
        if isinstance(detail, ErrorDetail):
            response.data.setdefault("code", detail.code)
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
