"""The exception handler of the API."""

from __future__ import annotations

import logging
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connections,
    transaction,
)
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ErrorDetail
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler as rest_exception_handler

from storefront_store import exceptions
from storefront_store.databases import is_not_migrated
from storefront_store.images import FULL_DISK, UNWRITABLE

logger: Final = logging.getLogger(__name__)

RETRY_AFTER: Final = "1"  # seconds
STATUSES: Final[dict[type[exceptions.StoreError], int]] = {
    exceptions.NotFound: status.HTTP_404_NOT_FOUND,
    exceptions.InvalidInput: status.HTTP_400_BAD_REQUEST,
    exceptions.Conflict: status.HTTP_409_CONFLICT,
    exceptions.IdempotencyMismatch: status.HTTP_422_UNPROCESSABLE_ENTITY,
    exceptions.PreconditionFailed: status.HTTP_412_PRECONDITION_FAILED,
    exceptions.Forbidden: status.HTTP_403_FORBIDDEN,
    exceptions.Busy: status.HTTP_503_SERVICE_UNAVAILABLE,
    exceptions.OrderRefused: status.HTTP_503_SERVICE_UNAVAILABLE,
}


class PayloadTooLarge(APIException):
    """The body is larger than the project accepts."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail: Any = _("The request body is too large.")
    default_code = "too_large"


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the response for ``error``, or None for an unexpected exception, which Django then reports.

    Exceptions of the store are handled here. All others go to the EXCEPTION_HANDLER of the project first, if it has
    one.

    Args:
        error: The exception raised in a view.
        context: The context from REST framework.
    """
    if isinstance(error, exceptions.StoreError):
        _roll_back()
        return _store_error(error)
    host_handler: Any = api_settings.EXCEPTION_HANDLER
    if host_handler in (exception_handler, rest_exception_handler):
        response = rest_exception_handler(error, context)
        if response is not None:
            return _with_code(response)
    else:
        response = host_handler(error, context)
        if response is not None:
            return response
    answer = _foreign_error(error)
    if answer is not None:
        _roll_back()
    return answer


def _roll_back() -> None:
    """Mark the transactions of databases with ``ATOMIC_REQUESTS`` for rollback."""
    for connection in connections.all(initialized_only=True):
        if connection.settings_dict["ATOMIC_REQUESTS"] and connection.in_atomic_block:
            transaction.set_rollback(True, using=connection.alias)


def _store_error(error: exceptions.StoreError) -> Response:
    code = next(value for kind, value in STATUSES.items() if isinstance(error, kind))
    if error.field is not None and code == status.HTTP_400_BAD_REQUEST:
        return Response({error.field: [str(error.message)]}, status=code)
    body: dict[str, Any] = {"detail": str(error.message), "code": error.code}
    if isinstance(error, exceptions.OutOfStock | exceptions.Unavailable):
        body["items"] = [
            {"product_id": item.product_id, "requested": item.requested, "available": item.available}
            for item in error.items
        ]
    if isinstance(error, exceptions.TotalChanged):
        body |= {"expected": error.expected, "total": error.total}
    headers = {"Retry-After": RETRY_AFTER} if code == status.HTTP_503_SERVICE_UNAVAILABLE else None
    return Response(body, status=code, headers=headers)


def _with_code(response: Response) -> Response:
    """Add a ``code`` to each ``detail``."""
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    if isinstance(detail, ErrorDetail) and "code" not in response.data:
        response.data["code"] = detail.code
    elif isinstance(response.data, list):
        response.data = {"non_field_errors": response.data}
    return response


def _foreign_error(error: Exception) -> Response | None:
    """Return the response for exceptions of the database, the file storage and Django's security checks."""
    if isinstance(error, RequestDataTooBig):
        return _answer(status.HTTP_413_REQUEST_ENTITY_TOO_LARGE, PayloadTooLarge.default_detail, "too_large")
    if isinstance(error, SuspiciousOperation):
        return _answer(status.HTTP_400_BAD_REQUEST, _("The request can't be understood."), "bad_request")
    if isinstance(error, ProtectedError):
        return _answer(status.HTTP_409_CONFLICT, _("Other things depend on this one."), "protected")
    if isinstance(error, IntegrityError):
        logger.warning("A write was refused by the database", exc_info=error)
        return _answer(status.HTTP_409_CONFLICT, _("This conflicts with existing data."), "conflict")
    if isinstance(error, DataError):
        logger.warning("A value was refused by the database", exc_info=error)
        return _answer(status.HTTP_400_BAD_REQUEST, _("A value is out of range."), "out_of_range")
    if isinstance(error, ProgrammingError | OperationalError) and is_not_migrated(error):
        logger.critical("Tables or columns of the database are missing: run manage.py migrate", exc_info=error)
        message = _("The database is not up to date. Run: python manage.py migrate")
        return _later(message, "not_migrated")
    if isinstance(error, OperationalError | InterfaceError):
        logger.error("The database failed", exc_info=error)
        return _later(exceptions.Busy.message, exceptions.Busy.code)
    if isinstance(error, OSError) and error.errno in FULL_DISK:
        logger.error("A file could not be stored", exc_info=error)
        return _answer(status.HTTP_507_INSUFFICIENT_STORAGE, _("There is no room for this file."), "no_storage")
    if isinstance(error, OSError) and error.errno in UNWRITABLE:
        logger.error("A file could not be stored", exc_info=error)
        return _later(_("Files can't be stored at the moment."), "storage_unavailable")
    return None


def _later(detail: Any, name: str) -> Response:
    response = _answer(status.HTTP_503_SERVICE_UNAVAILABLE, detail, name)
    response["Retry-After"] = RETRY_AFTER
    return response


def _answer(code: int, detail: Any, name: str) -> Response:
    return Response({"detail": str(detail), "code": name}, status=code)
