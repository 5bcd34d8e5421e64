from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from storefront_auth.accounts import links
from storefront_auth.models import TokenState


@pytest.mark.django_db
def test_username_reset_to_current_name_is_400(api: APIClient, user: Any) -> None:
    link = {"uid": links.encode_uid(user), "token": links.username_reset.make_token(user)}

    response = api.post("/auth/users/reset_username_confirm/", {**link, "new_username": "ann"})

    assert response.status_code == 400
    assert response.json() == {"new_username": ["This is the present name."]}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["activation", "reset_password_confirm", "reset_username_confirm"])
@pytest.mark.parametrize(
    "uid", ["", "x", "!!", "MQ", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "_w", "AA", "\u00e9" * 9, "x" * 2000]
)
@pytest.mark.parametrize("token", ["", "x", "x-y", "-", "c" * 14 + "-" + "f" * 32, "\u00e9-\u00e9", "x" * 2000])
def test_malformed_link_is_400(api: APIClient, user: Any, path: str, uid: str, token: str) -> None:
    body = {"uid": uid, "token": token, "new_password": "battery-staple-9", "new_username": "eve"}

    response = api.post(f"/auth/users/{path}/", body)

    assert response.status_code == 400
    user.refresh_from_db()
    assert user.username == "ann"
    assert user.check_password("correct-horse-7")


@pytest.mark.django_db
def test_link_is_valid_for_its_own_purpose_only(api: APIClient, user: Any, make_user: Any) -> None:
    from storefront_auth.accounts import links

    sleeper = make_user(username="sleeper", is_active=False)
    TokenState.objects.create(user=sleeper, awaits_activation=True)
    password_body = {"new_password": "battery-staple-9"}
    attempts = [
        ("reset_password_confirm", user, links.username_reset, password_body),
        ("reset_password_confirm", user, links.activation, password_body),
        ("reset_password_confirm", sleeper, links.password_reset, password_body),
        ("reset_username_confirm", user, links.password_reset, {"new_username": "eve"}),
        ("activation", sleeper, links.password_reset, {}),
        ("activation", user, links.activation, {}),
    ]

    for path, whose, tokens, extra in attempts:
        body = {"uid": links.encode_uid(whose), "token": tokens.make_token(whose), **extra}
        assert api.post(f"/auth/users/{path}/", body).status_code == 400, path
