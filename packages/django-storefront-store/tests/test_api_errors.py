"""Errors beneath the API become responses that a client can parse and that reveal no internals."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousFileOperation
from django.core.management import call_command
from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.models import ProtectedError
from django.http import Http404
from rest_framework.exceptions import ValidationError

from storefront_store import exceptions
from storefront_store.api.errors import exception_handler
from storefront_store.api.pagination import CataloguePagination, LinkPagination, NumberedPagination
from storefront_store.api.search import ProductSearch
from storefront_store.models import Collection

NAMES = {"detail", "code"}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (exceptions.NotFound(), 404, "not_found"),
        (exceptions.InvalidInput("No."), 400, "invalid"),
        (exceptions.Conflict(), 409, "conflict"),
        (exceptions.InvalidTransition(), 409, "invalid_transition"),
        (exceptions.Protected(), 409, "protected"),
        (exceptions.IdempotencyMismatch(), 422, "idempotency_mismatch"),
        (exceptions.Forbidden(), 403, "permission_denied"),
        (exceptions.Busy(), 503, "busy"),
        (exceptions.OrderRefused(), 503, "order_refused"),
        (Http404(), 404, "not_found"),
        (RequestDataTooBig(), 413, "too_large"),
        (SuspiciousFileOperation("/etc/passwd"), 400, "bad_request"),
        (ProtectedError("secret", set()), 409, "protected"),
        (IntegrityError("secret"), 409, "conflict"),
        (OperationalError("secret"), 503, "busy"),
        (InterfaceError("secret"), 503, "busy"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_status_and_code_of_exceptions(error: Exception, status: int, code: str) -> None:
    answer: Any = exception_handler(error, {})

    assert (answer.status_code, answer.data["code"]) == (status, code)
    assert answer.data.keys() == NAMES
    assert "secret" not in answer.data["detail"]
    assert answer.headers.get("Retry-After") == ("1" if status == 503 else None)


def test_error_of_field_is_keyed_by_field() -> None:
    answer: Any = exception_handler(exceptions.InvalidInput("No such cart.", field="cart_id"), {})

    assert answer.data == {"cart_id": ["No such cart."]}


def test_messages_without_field_are_non_field_errors() -> None:
    answer: Any = exception_handler(ValidationError(["No."]), {})

    assert answer.data == {"non_field_errors": ["No."]}


def test_unknown_exceptions_are_not_handled() -> None:
    assert exception_handler(KeyError("a"), {}) is None
    assert exception_handler(OSError("a disk that is not full"), {}) is None


@pytest.mark.django_db
def test_unreachable_database_is_503(as_staff: Any, monkeypatch: Any, caplog: Any) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("connection to 10.0.0.1 refused")

    monkeypatch.setattr(Collection, "save", fail)

    answer = as_staff.post("/store/collections/", {"title": "Mugs"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer.json().keys() == NAMES
    assert "10.0.0.1" not in answer.content.decode()
    assert "The database failed" in caplog.text


def test_schema_operation_parameters() -> None:
    described = [
        *CataloguePagination().get_schema_operation_parameters(None),
        *ProductSearch().get_schema_operation_parameters(None),
    ]

    assert [item["name"] for item in described] == ["page", "page_size", "pagination", "cursor", "search"]
    assert all(item["description"] and item["schema"]["type"] for item in described)
    assert [item["name"] for item in LinkPagination().get_schema_operation_parameters(None)] == ["page", "page_size"]
    assert [item["name"] for item in NumberedPagination().get_schema_operation_parameters(None)] == [
        "page",
        "page_size",
    ]


def test_paginated_response_schema() -> None:
    described = CataloguePagination().get_paginated_response_schema({"type": "array"})

    assert described["properties"].keys() == {"count", "next", "previous", "results"}
    assert described["properties"]["results"] == {"type": "array"}


@pytest.mark.django_db
def test_migrations_match_models() -> None:
    out = StringIO()

    call_command("makemigrations", "storefront_store", check=True, dry_run=True, stdout=out)

    assert "No changes" in out.getvalue()
