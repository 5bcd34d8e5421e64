"""Refresh tokens that are logged out, not rotated, or made by another library."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt import tokens as simplejwt
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from storefront_auth_testapp.tokens import refresh

from storefront_auth import recommended
from storefront_auth.services.tokens import purge_expired_tokens
from storefront_auth.tokens import AccessToken

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def me(api: APIClient, token: object) -> int:
    return api.get("/auth/users/me/", HTTP_AUTHORIZATION=f"JWT {token}").status_code


@pytest.fixture
def unrotated(settings: Any) -> None:
    settings.SIMPLE_JWT = {**settings.SIMPLE_JWT, "ROTATE_REFRESH_TOKENS": False}


def test_reuse_of_logged_out_token_revokes_no_other_tokens(api: APIClient, user: Any, login: Any) -> None:
    out, other = login(user), login(user)
    assert api.post("/auth/jwt/logout/", {"refresh": out["refresh"]}).status_code == 204

    with time_machine.travel(timezone.now() + timedelta(seconds=60)):
        again = refresh(api, out["refresh"])
        twice = api.post("/auth/jwt/logout/", {"refresh": out["refresh"]})
        verified = api.post("/auth/jwt/verify/", {"token": out["refresh"]})

        assert (again.status_code, twice.status_code, verified.status_code) == (401, 401, 401)
        assert me(api, other["access"]) == 200
        assert refresh(api, other["refresh"]).status_code == 200


def test_refresh_token_is_reusable_without_rotation(api: APIClient, user: Any, login: Any, unrotated: None) -> None:
    pair = login(user)

    answers = [refresh(api, pair["refresh"]) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert [sorted(answer.json()) for answer in answers] == [["access"]] * 3
    assert me(api, answers[-1].json()["access"]) == 200


@pytest.mark.parametrize("way", ["logout", "logout_all", "password", "inactive", "purged"])
def test_refresh_token_can_be_revoked_without_rotation(
    api: APIClient, user: Any, login: Any, unrotated: None, way: str
) -> None:
    pair = login(user)
    if way == "logout":
        api.post("/auth/jwt/logout/", {"refresh": pair["refresh"]})
    elif way == "logout_all":
        api.post("/auth/jwt/logout_all/", HTTP_AUTHORIZATION=f"JWT {pair['access']}")
    elif way == "password":
        user.set_password("battery-staple-9")
        user.save()
    elif way == "inactive":
        get_user_model().objects.update(is_active=False)
        get_user_model().objects.update(is_active=True)
    else:
        OutstandingToken.objects.all().delete()

    assert refresh(api, pair["refresh"]).status_code == 401


def test_simplejwt_token_is_401_with_explanation(api: APIClient, user: Any) -> None:
    token = simplejwt.AccessToken.for_user(user)

    answer = api.get("/auth/users/me/", HTTP_AUTHORIZATION=f"JWT {token}")

    assert answer.status_code == 401
    assert answer.json()["code"] == "token_not_valid"
    assert "storefront_auth.tokens.RefreshToken.for_user(user)" in answer.json()["detail"]
    assert me(api, AccessToken.for_user(user)) == 200


def test_recommended_leeway_tolerates_clock_skew(api: APIClient, user: Any) -> None:
    assert recommended.SIMPLE_JWT["LEEWAY"] == timedelta(seconds=10)
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        early = AccessToken.for_user(user)
    with time_machine.travel(timezone.now() + timedelta(seconds=30)):
        too_early = AccessToken.for_user(user)

    assert (me(api, early), me(api, too_early)) == (200, 401)


def test_records_of_deleted_users_are_purged(user: Any, login: Any) -> None:
    login(user)
    OutstandingToken.objects.update(user=None)

    assert purge_expired_tokens() == 1
    assert not OutstandingToken.objects.exists()


def test_records_are_deleted_with_user(api: APIClient, user: Any, login: Any) -> None:
    spent = login(user)["refresh"]
    refresh(api, spent)
    assert OutstandingToken.objects.count() == 2

    user.delete()

    assert not OutstandingToken.objects.exists()
