"""The package with a user model without an email field."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from rest_framework.test import APIClient

from storefront_auth.accounts.lookup import has_field
from storefront_auth.checks import check_settings

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(has_field(get_user_model(), "email"), reason="This model has an email field"),
]

ZOE = {"nick": "zoe", "password": "correct-horse-7"}


@pytest.fixture
def client(api: APIClient) -> APIClient:
    assert api.post("/auth/users/", ZOE).status_code == 201
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"JWT {api.post('/auth/jwt/create/', ZOE).json()['access']}")
    return client


def test_email_is_ignored_and_not_in_response(client: APIClient) -> None:
    changed = client.patch("/auth/users/me/", {"email": "zoe@example.com"})

    assert (changed.status_code, changed.json()) == (200, client.get("/auth/users/me/").json())
    assert set(changed.json()) == {"id", "nick"}


@pytest.mark.parametrize("path", ["reset_password", "reset_nick", "resend_activation"])
def test_requests_for_mail_send_nothing(api: APIClient, path: str) -> None:
    assert api.post(f"/auth/users/{path}/", {"email": "zoe@example.com"}).status_code == 204
    assert not mail.outbox


def test_password_change_sends_no_confirmation(client: APIClient, settings: Any) -> None:
    settings.DJOSER = {**settings.DJOSER, "PASSWORD_CHANGED_EMAIL_CONFIRMATION": True}
    body = {"current_password": ZOE["password"], "new_password": "battery-staple-9"}

    assert client.post("/auth/users/set_password/", body).status_code == 204
    assert get_user_model().objects.get().check_password("battery-staple-9")
    assert not mail.outbox


def test_login_by_email_is_reported_by_checks(settings: Any) -> None:
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "LOGIN_FIELD": "email"}

    assert "storefront_auth.E007" in [message.id for message in check_settings()]


def test_activation_by_mail_is_reported_by_checks(settings: Any) -> None:
    settings.DJOSER = {**settings.DJOSER, "SEND_ACTIVATION_EMAIL": True}

    assert "storefront_auth.E008" in [message.id for message in check_settings()]
