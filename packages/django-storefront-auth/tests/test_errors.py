"""Errors raised below the views, and the responses to them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django import VERSION
from django.core import mail
from django.db import DataError, InterfaceError, OperationalError
from django.urls import get_resolver
from rest_framework.test import APIClient

from storefront_auth.api.errors import AccountView
from storefront_auth.services import tokens
from storefront_auth.tokens import RefreshToken

pytestmark = pytest.mark.django_db


@pytest.fixture
def fail(monkeypatch: Any) -> Any:
    """Let the query for the user fail with an error."""

    def start(error: Exception) -> None:
        def find_by_pk(*args: Any, **kwargs: Any) -> None:
            raise error

        monkeypatch.setattr(tokens, "find_by_pk", find_by_pk)

    return start


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (OperationalError("server closed the connection unexpectedly"), 503, "busy"),
        (OperationalError(1213, "Deadlock found when trying to get lock"), 503, "busy"),
        (OperationalError("database is locked"), 503, "busy"),
        (OperationalError(), 503, "busy"),
        (InterfaceError("connection already closed"), 503, "busy"),
        (OperationalError(1153, "Got a packet bigger than 'max_allowed_packet' bytes"), 413, "body_too_large"),
        (DataError("value too long"), 400, "unstorable"),
    ],
    ids=str,
)
@pytest.mark.undocumented
def test_database_errors_are_json_responses(
    api: APIClient, user: Any, fail: Any, error: Exception, status: int, code: str
) -> None:
    token = RefreshToken.for_user(user)
    fail(error)

    answers = [
        api.post("/auth/jwt/refresh/", {"refresh": str(token)}),
        api.get("/auth/users/me/", HTTP_AUTHORIZATION=f"JWT {token.access_token}"),
    ]

    assert [answer.status_code for answer in answers] == [status] * 2
    assert [answer.json()["code"] for answer in answers] == [code] * 2
    assert [answer.get("Retry-After") for answer in answers] == ["1" if status == 503 else None] * 2
    assert not any(str(error.args[-1:]) in answer.content.decode() for answer in answers)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("jwt/create/", {"username": "ann", "password": "s3cret-value"}),
        ("jwt/refresh/", {"refresh": "s3cret-value"}),
        ("users/", {"username": "bea", "email": "bea@example.com", "password": "s3cret-value"}),
        ("users/set_password/", {"current_password": "correct-horse-7", "new_password": "s3cret-value"}),
    ],
)
@pytest.mark.undocumented
def test_error_report_masks_sensitive_parameters(
    api: APIClient, user: Any, as_user: Any, settings: Any, monkeypatch: Any, path: str, form: dict[str, str]
) -> None:
    settings.ADMINS = ["admin@example.com"] if VERSION >= (6, 0) else [("Admin", "admin@example.com")]
    client = as_user(user) if "set_password" in path else api
    client.raise_request_exception = False

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("rest_framework.serializers.Serializer.is_valid", fail)

    response = client.post(f"/auth/{path}", urlencode(form), content_type="application/x-www-form-urlencoded")

    (report,) = mail.outbox
    assert response.status_code == 500
    assert "broken on purpose" in report.body
    assert "********************" in report.body
    assert "s3cret-value" not in report.body


def test_errors_of_api_root_have_codes(api: APIClient, as_user: Any, user: Any) -> None:
    answers = [api.get("/auth/"), as_user(user).post("/auth/")]

    assert [answer.json().get("code") for answer in answers][1] == "method_not_allowed"
    assert all("code" in answer.json() for answer in answers if answer.status_code >= 400)


def test_views_are_exempt_from_atomic_requests() -> None:
    """A commit after the view may raise where no exception handler runs; each service opens its own transaction."""
    views = [pattern.callback for pattern in flatten_patterns(get_resolver().url_patterns)]
    ours = [view for view in views if issubclass(getattr(view, "cls", object), AccountView)]

    assert len(ours) > 20
    assert all(view._non_atomic_requests == {"default"} for view in ours)


def flatten_patterns(patterns: Any) -> Any:
    for pattern in patterns:
        yield from flatten_patterns(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]
