from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.authentication import BaseAuthentication
from rest_framework.test import APIClient

SNAPSHOT = Path(__file__).with_name("urls_snapshot.json")
NEW_PASSWORD = {"current_password": "correct-horse-7", "new_password": "battery-staple-9"}


def routes(patterns: list[Any], prefix: str = "", namespace: str = "") -> list[list[str]]:
    found = []
    for pattern in patterns:
        place = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found += routes(pattern.url_patterns, place, inner)
        elif isinstance(pattern, URLPattern):
            found.append([f"{namespace}{pattern.name}", place])
    return found


def test_routes_and_names_match_snapshot() -> None:
    """Front ends and projects rely on these routes and names."""
    ours = [route for route in routes(get_resolver().url_patterns) if route[1].startswith("auth/")]

    assert sorted(ours) == json.loads(SNAPSHOT.read_text())


@pytest.fixture
def session_client(settings: Any, user: Any) -> Client:
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "storefront_auth.authentication.JWTAuthentication",
            "rest_framework.authentication.SessionAuthentication",
        ],
    }
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


@pytest.fixture
def _session_authenticators(monkeypatch: Any) -> None:
    """The authenticators are bound when the views are imported; give them what the setting says now."""
    from rest_framework.settings import api_settings

    from storefront_auth.api.views.profiles import ProfileView
    from storefront_auth.api.views.users import UserViewSet

    for view in (ProfileView, UserViewSet):
        monkeypatch.setattr(
            view,
            "get_authenticators",
            lambda self: [authenticator() for authenticator in api_settings.DEFAULT_AUTHENTICATION_CLASSES],
        )


@pytest.mark.django_db
@pytest.mark.usefixtures("_session_authenticators")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "users/set_password/", NEW_PASSWORD),
        ("patch", "users/me/", {"email": "evil@example.com", "current_password": "correct-horse-7"}),
        ("delete", "users/me/", {"current_password": "correct-horse-7"}),
        ("put", "profile/", {"display_name": "Evil"}),
    ],
)
def test_session_requires_csrf_token(
    session_client: Client, user: Any, method: str, path: str, body: dict[str, str]
) -> None:
    def ask(**headers: str) -> Any:
        call = getattr(session_client, method)
        return call(f"/auth/{path}", json.dumps(body), content_type="application/json", headers=headers)

    assert session_client.get(f"/auth/{path}").status_code in (200, 405)
    refused = ask()
    session_client.cookies["csrftoken"] = "a" * 32
    allowed = ask(**{"X-CSRFToken": "a" * 32})

    assert refused.status_code == 403
    assert "CSRF" in refused.json()["detail"]
    assert allowed.status_code in (200, 204)


@pytest.mark.django_db
@pytest.mark.usefixtures("_session_authenticators")
def test_large_form_with_session_is_413(session_client: Client) -> None:
    session_client.cookies["csrftoken"] = "a" * 32

    response = session_client.post(
        "/auth/users/set_password/",
        "x=" + "x" * 3_000_000,
        content_type="application/x-www-form-urlencoded",
        headers={"X-CSRFToken": "a" * 32},
    )

    assert response.status_code == 413


@pytest.mark.django_db
def test_large_body_read_by_authenticator_is_413(api: APIClient, monkeypatch: Any) -> None:
    from storefront_auth.api.views.users import UserViewSet

    class SignedBody(BaseAuthentication):
        def authenticate(self, request: Any) -> None:
            assert request.body

    monkeypatch.setattr(UserViewSet, "get_authenticators", lambda self: [SignedBody()])

    response = api.post("/auth/users/", "x=" + "x" * 3_000_000, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 413
    assert response.json()["code"] == "body_too_large"
