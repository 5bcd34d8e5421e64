"""Accounts from registration to deletion, with any AUTH_USER_MODEL."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core import mail
from django.utils import timezone
from rest_framework.test import APIClient

from storefront_auth.accounts import links
from storefront_auth.tokens import RefreshToken

pytestmark = pytest.mark.django_db(transaction=True)

OLD, NEW = "correct-horse-7", "battery-staple-9"
KEY = django_settings.SIMPLE_JWT["SIGNING_KEY"]


def identity(name: str) -> dict[str, str]:
    """Return the fields that identify a user of this model."""
    field = get_user_model().USERNAME_FIELD
    return {field: f"{name}@example.com" if field == "email" else name, "email": f"{name}@example.com"}


def credentials(name: str, password: str) -> dict[str, str]:
    field = get_user_model().USERNAME_FIELD
    return {field: identity(name)[field], "password": password}


def log_in(api: APIClient, name: str = "zoe", password: str = OLD) -> Any:
    return api.post("/auth/jwt/create/", credentials(name, password))


def me(api: APIClient, access: str) -> Any:
    return api.get("/auth/users/me/", HTTP_AUTHORIZATION=f"Bearer {access}")


@pytest.fixture
def zoe(api: APIClient) -> Any:
    response = api.post("/auth/users/", {**identity("zoe"), "password": OLD})
    assert response.status_code == 201, response.json()
    return get_user_model().objects.get()


def test_account_from_registration_to_deletion(api: APIClient, zoe: Any, django_assert_num_queries: Any) -> None:
    first = log_in(api).json()
    with django_assert_num_queries(1):
        seen = me(api, first["access"])
    second = api.post("/auth/jwt/refresh/", {"refresh": first["refresh"]}).json()
    spent = api.post("/auth/jwt/refresh/", {"refresh": first["refresh"]})
    changed = api.post(
        "/auth/users/set_password/",
        {"current_password": OLD, "new_password": NEW},
        HTTP_AUTHORIZATION=f"JWT {second['access']}",
    )
    rejected = [
        me(api, second["access"]),
        api.post("/auth/jwt/refresh/", {"refresh": second["refresh"]}),
        api.post("/auth/jwt/verify/", {"token": second["access"]}),
    ]
    third = log_in(api, password=NEW).json()
    everywhere = api.post("/auth/jwt/logout_all/", HTTP_AUTHORIZATION=f"JWT {third['access']}")
    fourth = log_in(api, password=NEW).json()
    deleted = api.delete("/auth/users/me/", {"current_password": NEW}, HTTP_AUTHORIZATION=f"JWT {fourth['access']}")

    assert seen.json()["email"] == "zoe@example.com"
    assert spent.status_code == 401
    assert changed.status_code == 204
    assert [response.status_code for response in rejected] == [401] * 3
    assert everywhere.status_code == 204
    assert me(api, third["access"]).status_code == 401
    assert deleted.status_code == 204
    assert me(api, fourth["access"]).status_code == 401
    assert not get_user_model().objects.exists()


def test_reuse_after_grace_period_revokes_all_tokens(api: APIClient, zoe: Any) -> None:
    first = log_in(api).json()
    second = api.post("/auth/jwt/refresh/", {"refresh": first["refresh"]}).json()

    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        assert api.post("/auth/jwt/refresh/", {"refresh": first["refresh"]}).status_code == 401
        assert me(api, second["access"]).status_code == 401


@pytest.mark.parametrize(
    "key", ["", "abc", "0", "\x00", "9" * 50, "00000000-0000-0000-0000-000000000000", 10**30, True, None, [], {}, 1.0]
)
def test_unknown_or_malformed_user_id_is_401(api: APIClient, zoe: Any, key: Any) -> None:
    claims = {**RefreshToken.for_user(zoe).access_token.payload, "user_id": key}

    assert me(api, jwt.encode(claims, KEY, "HS256")).status_code == 401


def test_duplicate_differing_in_case_is_rejected(api: APIClient, zoe: Any) -> None:
    twin = {field: value.upper() for field, value in identity("zoe").items()}

    response = api.post("/auth/users/", {**twin, "password": OLD})

    assert response.status_code == 400
    assert set(response.json()) & set(twin)
    assert get_user_model().objects.count() == 1


def test_password_reset_by_mail(api: APIClient, zoe: Any) -> None:
    before = log_in(api).json()

    asked = api.post("/auth/users/reset_password/", {"email": "ZOE@example.com"})
    unknown = api.post("/auth/users/reset_password/", {"email": "nobody@example.com"})
    (message,) = mail.outbox
    uid, token = re.findall(r"https://\S+", message.body)[0].split("/")[-2:]
    done = api.post("/auth/users/reset_password_confirm/", {"uid": uid, "token": token, "new_password": NEW})

    assert (asked.status_code, unknown.status_code, done.status_code) == (204, 204, 204)
    assert message.to == ["zoe@example.com"]
    assert me(api, before["access"]).status_code == 401
    assert log_in(api, password=NEW).status_code == 200


def test_activation_by_mail(api: APIClient, settings: Any) -> None:
    settings.DJOSER = {**settings.DJOSER, "SEND_ACTIVATION_EMAIL": True}
    api.post("/auth/users/", {**identity("zoe"), "password": OLD})
    uid, token = re.findall(r"https://\S+", mail.outbox[0].body)[0].split("/")[-2:]

    inactive = log_in(api)
    activated = api.post("/auth/users/activation/", {"uid": uid, "token": token})

    assert (inactive.status_code, activated.status_code, log_in(api).status_code) == (401, 204, 200)


@pytest.mark.parametrize("way", ["set", "reset"])
def test_changed_email_as_username_requires_activation(api: APIClient, zoe: Any, settings: Any, way: str) -> None:
    if get_user_model().USERNAME_FIELD != "email":
        pytest.skip("The name of this model is no address")
    settings.DJOSER = {**settings.DJOSER, "SEND_ACTIVATION_EMAIL": True}
    if way == "set":
        api.credentials(HTTP_AUTHORIZATION=f"JWT {log_in(api).json()['access']}")
        path, proof = "set_email", {"current_password": OLD}
    else:
        link = {"uid": links.encode_uid(zoe), "token": links.username_reset.make_token(zoe)}
        path, proof = "reset_email_confirm", link

    changed = api.post(f"/auth/users/{path}/", {**proof, "new_email": "Zoe@New.EXAMPLE"})

    zoe.refresh_from_db()
    assert changed.status_code == 204, changed.json()
    assert (zoe.email, zoe.is_active) == ("Zoe@new.example", False)
    assert [message.to for message in mail.outbox] == [["zoe@example.com"], ["Zoe@new.example"]]


def test_deactivation_revokes_tokens_permanently(api: APIClient, zoe: Any) -> None:
    pair = log_in(api).json()
    zoe.is_active = False
    zoe.save()
    inactive = me(api, pair["access"])
    zoe.is_active = True
    zoe.save()

    assert (inactive.status_code, me(api, pair["access"]).status_code) == (401, 401)
    assert api.post("/auth/jwt/refresh/", {"refresh": pair["refresh"]}).status_code == 401


def test_shared_email_is_mailed_for_each_account_and_cannot_log_in(api: APIClient, zoe: Any, settings: Any) -> None:
    model = get_user_model()
    if model._meta.get_field("email").unique:
        pytest.skip("Addresses are unique in this model")
    model.objects.create_user(username="twin", email="Zoe@example.com", password=OLD)
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "LOGIN_FIELD": "email"}

    api.post("/auth/users/reset_password/", {"email": "zoe@example.com"})

    assert sorted(message.to for message in mail.outbox) == [["Zoe@example.com"], ["zoe@example.com"]]
    assert api.post("/auth/jwt/create/", {"email": "zoe@example.com", "password": OLD}).status_code == 401
