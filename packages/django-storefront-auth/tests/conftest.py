from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.cache import cache
from rest_framework.test import APIClient
from storefront_auth_testapp import statuses

PASSWORD = "correct-horse-7"


@pytest.fixture(autouse=True)
def _documented_statuses(request: Any) -> Iterator[None]:
    """Fail a test in which an operation answered with a status that its OpenAPI description does not have."""
    yield
    undocumented = statuses.undocumented()
    assert request.node.get_closest_marker("undocumented") or undocumented == []


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture
def api() -> APIClient:
    return APIClient()


@pytest.fixture
def make_user(db: None) -> Callable[..., Any]:
    numbers = count(1)

    def make(**values: Any) -> Any:
        name = values.pop("username", f"person{next(numbers)}")
        values = {"email": f"{name}@example.com", "password": PASSWORD, **values}
        return get_user_model().objects.create_user(username=name, **values)

    return make


@pytest.fixture
def user(make_user: Callable[..., Any]) -> Any:
    return make_user(username="ann")


@pytest.fixture
def grant() -> Callable[..., Any]:
    """Give a user permissions by their codenames, such as ``change_user``."""

    def give(user: Any, *codenames: str) -> Any:
        permissions = list(Permission.objects.filter(codename__in=codenames))
        assert len(permissions) == len(codenames), codenames
        user.user_permissions.add(*permissions)
        return user

    return give


@pytest.fixture
def login(api: APIClient) -> Callable[..., dict[str, str]]:
    """Log a user in by the API and return the pair of tokens."""

    def log_in(user: Any, password: str = PASSWORD) -> dict[str, str]:
        response = APIClient().post(
            "/auth/jwt/create/", {user.USERNAME_FIELD: user.get_username(), "password": password}
        )
        assert response.status_code == 200, response.data
        return response.json()

    return log_in


@pytest.fixture
def as_user(login: Callable[..., dict[str, str]]) -> Callable[[Any], APIClient]:
    """Return a client that carries the access token of a user."""

    def client(user: Any) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"JWT {login(user)['access']}")
        return client

    return client


@pytest.fixture
def activation_on(settings: Any) -> None:
    """Have new accounts wait for the activation by mail."""
    settings.DJOSER = {**settings.DJOSER, "SEND_ACTIVATION_EMAIL": True}
