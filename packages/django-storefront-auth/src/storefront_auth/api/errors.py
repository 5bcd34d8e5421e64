"""One place that turns what the use cases raise into answers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.exceptions import InvalidToken

from storefront_auth import parsers
from storefront_auth.authentication import CHALLENGE
from storefront_auth.exceptions import (
    AccountInUseError,
    DeadTokenError,
    FieldRefusedError,
    InvalidLinkError,
    WrongPasswordError,
)


class Conflict(APIException):
    """The account is in use."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("The account cannot be deleted because other records depend on it.")
    default_code = "account_in_use"


def translate(error: Exception) -> Exception:
    """Return the exception of DRF that says what ``error`` says."""
    match error:
        case DeadTokenError():
            return InvalidToken()
        case InvalidLinkError():
            return ValidationError({"token": [_("The link is invalid or has expired.")]}, code="invalid_link")
        case WrongPasswordError():
            return ValidationError({"current_password": [_("Invalid password.")]}, code="invalid_password")
        case FieldRefusedError(field=field, messages=messages):
            return ValidationError({field: list(messages)})
        case AccountInUseError():
            return Conflict()
        case RequestDataTooBig():
            # Where somebody else asked for the whole body before the parser did.
            return parsers.BodyTooLarge()
    return error


class AccountView(APIView):
    """What all views of the package have in common.

    Every ``detail`` has a ``code``, no answer is kept by a cache, and no body breaks the parser.
    """

    parser_classes = [parsers.JSONParser, parsers.FormParser, parsers.MultiPartParser]

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
