"""Passwords and names that are typed twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from storefront_auth.accounts import links

pytestmark = pytest.mark.django_db

OLD, NEW = "correct-horse-7", "battery-staple-9"
RETYPED = {
    "USER_CREATE_PASSWORD_RETYPE": ("users/", "password"),
    "SET_PASSWORD_RETYPE": ("users/set_password/", "new_password"),
    "PASSWORD_RESET_CONFIRM_RETYPE": ("users/reset_password_confirm/", "new_password"),
    "SET_USERNAME_RETYPE": ("users/set_username/", "new_username"),
    "USERNAME_RESET_CONFIRM_RETYPE": ("users/reset_username_confirm/", "new_username"),
}


def body_of(setting: str, user: Any) -> dict[str, str]:
    tokens = links.password_reset if "PASSWORD" in setting else links.username_reset
    return {
        "username": "bea",
        "email": "bea@example.com",
        "password": NEW,
        "new_password": NEW,
        "new_username": "bea",
        "current_password": OLD,
        "uid": links.encode_uid(user),
        "token": tokens.make_token(user),
    }


def users() -> list[tuple[str, str]]:
    return list(get_user_model().objects.values_list("username", "password"))


@pytest.mark.parametrize("setting", RETYPED)
@pytest.mark.parametrize("on", [False, True])
def test_retyped_value_must_match(as_user: Any, user: Any, settings: Any, setting: str, on: bool) -> None:
    settings.DJOSER = {**settings.DJOSER, setting: on}
    path, field = RETYPED[setting]
    client = APIClient() if "CONFIRM" in setting or setting.startswith("USER_CREATE") else as_user(user)
    user.refresh_from_db()
    body, before = body_of(setting, user), users()

    differs = client.post(f"/auth/{path}", {**body, f"re_{field}": "something-else-9"})
    assert differs.status_code == 400
    assert "didn't match" in differs.json()["non_field_errors"][0]
    assert users() == before
    if on:
        missing = client.post(f"/auth/{path}", body)
        assert (missing.status_code, missing.json()) == (400, {f"re_{field}": ["This field is required."]})
    matches = client.post(f"/auth/{path}", {**body, f"re_{field}": body[field]})

    assert matches.status_code in (201, 204), matches.json()
    assert users() != before
