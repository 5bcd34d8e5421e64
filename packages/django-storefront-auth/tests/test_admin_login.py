from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from rest_framework.test import APIClient
from storefront_auth_testapp.logins import log_in

pytestmark = pytest.mark.django_db


def admin_login(client: Client, password: str) -> Any:
    return client.post("/admin/login/", {"username": "root", "password": password})


def test_admin_login_is_throttled(client: Client, make_user: Any, password: str) -> None:
    make_user(username="root", is_staff=True, is_superuser=True)

    statuses = [admin_login(client, "wrong").status_code for _ in range(5)]
    blocked = admin_login(client, password)

    assert statuses == [200] * 5
    assert blocked.status_code == 429
    assert int(blocked["Retry-After"]) in range(290, 302)
    assert client.get("/admin/").status_code == 302


def test_admin_login_is_blocked_without_middleware(
    client: Client, make_user: Any, password: str, settings: Any
) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "LoginThrottle" not in name]
    make_user(username="root", is_staff=True, is_superuser=True)
    for _ in range(5):
        admin_login(client, "wrong")

    assert admin_login(client, password).status_code == 200
    assert client.get("/admin/").status_code == 302


def test_admin_and_api_share_failure_counters(client: Client, api: APIClient, make_user: Any, password: str) -> None:
    make_user(username="root", is_staff=True, is_superuser=True)
    for _ in range(3):
        admin_login(client, "wrong")
    for _ in range(2):
        log_in(api, username="root")

    assert admin_login(client, password).status_code == 429
    assert log_in(api, username="root", password=password).status_code == 429


def test_successful_logins_are_not_throttled(client: Client, make_user: Any, password: str) -> None:
    make_user(username="root", is_staff=True, is_superuser=True)

    assert [admin_login(client, password).status_code for _ in range(12)] == [302] * 12


def test_failed_logins_without_request_count_for_account(user: Any, password: str) -> None:
    for _ in range(5):
        assert authenticate(username="ann", password="wrong") is None

    assert authenticate(username="ann", password=password) is None


@pytest.mark.parametrize("credentials", [{}, {"username": "ann"}, {"password": "x"}, {"token": "x"}])
def test_unsupported_credentials_are_ignored(user: Any, credentials: dict[str, str]) -> None:
    assert authenticate(**credentials) is None
