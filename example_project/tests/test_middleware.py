"""What only pages need costs requests of the API nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.auth import get_user_model
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.module_loading import import_string

ATTRIBUTES = ("session", "user", "_messages")


def seen(path: str) -> list[bool]:
    """Return whether a view at the path gets a session, a user and messages."""
    found: list[bool] = []

    def view(request: HttpRequest) -> HttpResponse:
        found.extend(hasattr(request, name) for name in ATTRIBUTES)
        return HttpResponse()

    handler: Any = view
    kinds = (SessionMiddleware, AuthenticationMiddleware, MessageMiddleware)
    for middleware in map(import_string, reversed(project.MIDDLEWARE)):
        if isinstance(middleware, type) and issubclass(middleware, kinds):
            handler = middleware(handler)
    handler(RequestFactory().get(path))
    return found


@pytest.mark.parametrize(("path", "expected"), [("/store/products/", False), ("/admin/", True), ("/", True)])
def test_pages_have_sessions_and_the_api_has_tokens(path: str, expected: bool) -> None:
    assert seen(path) == [expected] * 3


def test_api_with_session_authentication_has_sessions(settings: Any) -> None:
    session = "rest_framework.authentication.SessionAuthentication"
    classes = [*settings.REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"], session]
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_AUTHENTICATION_CLASSES": classes}

    assert seen("/store/products/") == [True] * 3


@pytest.mark.django_db
def test_session_does_not_authenticate_api_requests(client: Client) -> None:
    user = get_user_model().objects.create_user("ada", "ada@example.com", "pw", is_staff=True, is_superuser=True)
    client.force_login(user)

    assert client.get("/admin/").status_code == 200
    assert client.get("/auth/users/me/").status_code == 401
    assert client.post("/store/collections/", {"title": "Mugs"}).status_code == 401
    assert client.get("/store/products/").status_code == 200
