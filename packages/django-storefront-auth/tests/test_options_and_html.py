"""Responses of every route to OPTIONS, HEAD and browsers."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient
from storefront_auth_testapp.paths import PUBLIC_PATHS

pytestmark = pytest.mark.django_db

OPEN = ["", *PUBLIC_PATHS]
CLOSED = ["users/me/", "users/set_password/", "users/set_username/", "jwt/logout_all/", "profile/", "users/{pk}/"]


@pytest.mark.parametrize("path", [*OPEN, *CLOSED])
@pytest.mark.parametrize("staff", [False, True])
def test_options_is_200_for_authenticated_users(as_user: Any, make_user: Any, path: str, staff: bool) -> None:
    user = make_user(is_staff=staff)

    response = as_user(user).options(f"/auth/{path.format(pk=user.pk)}")

    assert response.status_code == 200, response.data


@pytest.mark.parametrize("path", OPEN)
def test_options_of_public_routes_is_200_for_anonymous(api: APIClient, path: str) -> None:
    assert api.options(f"/auth/{path}").status_code == 200


@pytest.mark.parametrize("path", [*OPEN, *CLOSED])
@pytest.mark.parametrize("logged_in", [False, True])
def test_browsable_api_responses_are_html(api: APIClient, as_user: Any, user: Any, path: str, logged_in: bool) -> None:
    client = as_user(user) if logged_in else api

    response = client.get(f"/auth/{path.format(pk=user.pk)}", HTTP_ACCEPT="text/html")

    assert response.status_code in (200, 401, 405)
    assert response["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["users/", "users/me/", "profile/", "users/{pk}/"])
def test_head_is_200_without_content(as_user: Any, user: Any, path: str) -> None:
    response = as_user(user).head(f"/auth/{path.format(pk=user.pk)}")

    assert response.status_code == 200
    assert not response.content


def test_staff_can_view_superuser(as_user: Any, make_user: Any) -> None:
    root, staff = make_user(is_superuser=True), make_user(is_staff=True)

    for method in ("get", "head", "options"):
        assert getattr(as_user(staff), method)(f"/auth/users/{root.pk}/").status_code == 200
