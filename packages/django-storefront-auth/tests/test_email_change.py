"""A stolen access token is not enough to take over an account by changing its email."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail as django_mail
from django.test import Client
from rest_framework.test import APIClient

from storefront_auth.accounts import mail

pytestmark = pytest.mark.django_db(transaction=True)

NEW = {"email": "new@example.com"}
PASSWORD = {"current_password": "correct-horse-7"}


@pytest.mark.parametrize("method", ["put", "patch"])
@pytest.mark.parametrize("place", ["me", "{pk}"])
def test_changing_own_email_requires_current_password(as_user: Any, user: Any, method: str, place: str) -> None:
    change = getattr(as_user(user), method)
    path = f"/auth/users/{place.format(pk=user.pk)}/"

    without, wrong = change(path, NEW), change(path, {**NEW, "current_password": "wrong"})
    user.refresh_from_db()
    assert user.email == "ann@example.com"
    right = change(path, {**NEW, **PASSWORD})

    user.refresh_from_db()
    assert (without.status_code, without.json()) == (400, {"current_password": ["This field is required."]})
    assert (wrong.status_code, wrong.json()) == (400, {"current_password": ["Invalid password."]})
    assert (right.status_code, user.email) == (200, "new@example.com")
    assert "current_password" not in right.json()


def test_other_fields_and_case_changes_require_no_password(as_user: Any, user: Any) -> None:
    client = as_user(user)

    answers = [
        client.patch("/auth/users/me/", {"first_name": "An"}),
        client.patch("/auth/users/me/", {"email": "Ann@example.com"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_password_requirement_can_be_disabled(as_user: Any, user: Any, settings: Any) -> None:
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "EMAIL_CHANGE_REQUIRES_PASSWORD": False}

    assert as_user(user).patch("/auth/users/me/", NEW).status_code == 200


def test_password_guesses_are_throttled(as_user: Any, user: Any, settings: Any) -> None:
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "THROTTLE_RATES": {"password_account": (2, 60)}}
    client = as_user(user)

    statuses = [
        client.patch("/auth/users/me/", {**NEW, "current_password": guess}).status_code
        for guess in ("wrong", "worse", PASSWORD["current_password"])
    ]

    assert statuses == [400, 400, 429]


def test_old_address_is_notified(as_user: Any, user: Any) -> None:
    as_user(user).patch("/auth/users/me/", {**NEW, **PASSWORD})

    (notice,) = django_mail.outbox
    assert notice.to == ["ann@example.com"]
    assert notice.subject == "Example Shop: Your email address was changed"
    assert "new@example.com" not in notice.body


@pytest.mark.parametrize("kind", ["reset_password", "reset_username"])
def test_email_change_invalidates_earlier_links(as_user: Any, user: Any, kind: str) -> None:
    api = APIClient()
    api.post(f"/auth/users/{kind}/", {"email": user.email})
    uid, token = re.findall(r"https://\S+", django_mail.outbox[0].body)[0].split("/")[-2:]
    as_user(user).patch("/auth/users/me/", {**NEW, **PASSWORD})

    body = {"uid": uid, "token": token, "new_password": "battery-staple-9", "new_username": "eve"}
    answer = api.post(f"/auth/users/{kind}_confirm/", body)

    user.refresh_from_db()
    assert answer.status_code == 400
    assert (user.username, user.check_password(PASSWORD["current_password"])) == ("ann", True)


def test_old_address_is_notified_of_change_by_staff(make_user: Any, user: Any) -> None:
    root = make_user(username="root", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(root, "storefront_auth.backends.AccountBackend")

    response = client.post(
        f"/admin/storefront_auth/user/{user.pk}/change/",
        {
            "username": "ann",
            "email": "new@example.com",
            "is_active": "on",
            "date_joined_0": "2026-01-01",
            "date_joined_1": "00:00:00",
            "storefront_profile-TOTAL_FORMS": 0,
            "storefront_profile-INITIAL_FORMS": 0,
        },
    )

    assert response.status_code == 302, response.context["adminform"].form.errors
    assert get_user_model().objects.get(pk=user.pk).email == "new@example.com"
    assert [message.to for message in django_mail.outbox] == [["ann@example.com"]]


def test_mail_without_recipient_is_not_sent() -> None:
    decoy = mail.compose("password_reset", get_user_model()())

    mail.send_now(decoy)

    assert decoy.to == ()
    assert not django_mail.outbox
