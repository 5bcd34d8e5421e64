"""Position of this package's authenticator among those of a project."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.test import APIClient

from storefront_auth import recommended
from storefront_auth.api.errors import AccountView
from storefront_auth.authentication import JWTAuthentication

OURS = "storefront_auth.authentication.JWTAuthentication"
SESSION = "rest_framework.authentication.SessionAuthentication"
BASIC = "rest_framework.authentication.BasicAuthentication"
SIMPLE_JWT = "rest_framework_simplejwt.authentication.JWTAuthentication"


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        (None, [OURS]),
        ({}, [OURS]),
        ({"PAGE_SIZE": 7}, [SESSION, BASIC, OURS]),
        ({"DEFAULT_AUTHENTICATION_CLASSES": (SESSION,)}, [SESSION, OURS]),
        ({"DEFAULT_AUTHENTICATION_CLASSES": [SIMPLE_JWT, SESSION]}, [SESSION, OURS, SIMPLE_JWT]),
        ({"DEFAULT_AUTHENTICATION_CLASSES": [SESSION, OURS]}, [SESSION, OURS]),
        ({"DEFAULT_AUTHENTICATION_CLASSES": []}, [OURS]),
    ],
)
def test_authenticators_of_project_are_kept(theirs: dict[str, Any] | None, expected: list[str]) -> None:
    merged = recommended.rest_framework(theirs)

    assert merged["DEFAULT_AUTHENTICATION_CLASSES"] == expected
    assert {**merged, **(theirs or {})}.keys() == merged.keys()


@pytest.mark.django_db
def test_anonymous_request_is_401_when_session_authentication_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    classes = [SessionAuthentication, BasicAuthentication, JWTAuthentication]
    monkeypatch.setattr(AccountView, "authentication_classes", classes)

    answer = APIClient().get("/auth/profile/")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("JWT ")
