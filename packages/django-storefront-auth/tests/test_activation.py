from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail as django_mail
from rest_framework.test import APIClient

from storefront_auth.accounts import links
from storefront_auth.models import TokenState

NEW = {"username": "bea", "email": "bea@example.com", "password": "correct-horse-7"}


@pytest.mark.django_db(transaction=True)
def test_deactivated_user_cannot_reuse_activation_link(api: APIClient, activation_on: None) -> None:
    api.post("/auth/users/", NEW)
    (message,) = django_mail.outbox
    uid, token = re.findall(r"https://\S+", message.body)[0].split("/")[-2:]
    api.post("/auth/users/activation/", {"uid": uid, "token": token})
    user = get_user_model().objects.get()
    user.is_active = False
    user.save()

    again = api.post("/auth/users/activation/", {"uid": uid, "token": token})
    resent = api.post("/auth/users/resend_activation/", {"email": NEW["email"]})

    user.refresh_from_db()
    assert (again.status_code, resent.status_code, user.is_active) == (400, 204, False)
    assert len(django_mail.outbox) == 1


def activate_with_save(user: Any) -> None:
    user.is_active = True
    user.save()


def activate_with_update(user: Any) -> None:
    get_user_model().objects.filter(pk=user.pk).update(is_active=True)


def activate_with_bulk_update(user: Any) -> None:
    user.is_active = True
    get_user_model().objects.bulk_update([user], ["is_active"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
@pytest.mark.parametrize("wake", [activate_with_save, activate_with_update, activate_with_bulk_update])
def test_user_deactivated_by_staff_cannot_activate_again(
    api: APIClient, activation_on: None, wake: Callable[[Any], None]
) -> None:
    api.post("/auth/users/", NEW)
    user = get_user_model().objects.get()
    wake(user)
    user.refresh_from_db()
    user.is_active = False
    user.save()
    django_mail.outbox.clear()

    resent = api.post("/auth/users/resend_activation/", {"email": NEW["email"]})
    body = {"uid": links.encode_uid(user), "token": links.activation.make_token(user)}
    followed = api.post("/auth/users/activation/", body)

    user.refresh_from_db()
    assert (resent.status_code, followed.status_code, user.is_active) == (204, 400, False)
    assert not django_mail.outbox


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("waits", "mails"), [(False, 0), (True, 1)], ids=["banned", "asleep"])
def test_email_changed_by_staff_is_mailed_only_if_activation_is_pending(
    as_user: Any, make_user: Any, grant: Any, activation_on: None, waits: bool, mails: int
) -> None:
    staff, eve = grant(make_user(is_staff=True), "change_user"), make_user(username="eve", is_active=False)
    TokenState.objects.create(user=eve, awaits_activation=waits)

    changed = as_user(staff).patch(f"/auth/users/{eve.pk}/", {"email": "new@example.com"})

    eve.refresh_from_db()
    assert (changed.status_code, eve.email, eve.is_active) == (200, "new@example.com", False)
    assert eve.storefront_token_state.awaits_activation is waits
    assert len(django_mail.outbox) == mails


@pytest.mark.django_db(transaction=True)
def test_changing_case_of_own_email_needs_no_activation(as_user: Any, user: Any, activation_on: None) -> None:
    changed = as_user(user).patch("/auth/users/me/", {"email": "Ann@example.com"})

    user.refresh_from_db()
    assert (changed.status_code, user.email, user.is_active) == (200, "Ann@example.com", True)
    assert not django_mail.outbox


@pytest.mark.django_db(transaction=True)
def test_changed_email_requires_activation(as_user: Any, user: Any, api: APIClient, activation_on: None) -> None:
    client = as_user(user)

    body = {"email": "new@example.com", "current_password": "correct-horse-7"}
    changed = client.patch("/auth/users/me/", body)

    assert changed.status_code == 200
    assert client.get("/auth/users/me/").status_code == 401
    notice, message = django_mail.outbox
    assert (notice.to, notice.subject) == (["ann@example.com"], "Example Shop: Your email address was changed")
    assert message.to == ["new@example.com"]
    uid, token = re.findall(r"https://\S+", message.body)[0].split("/")[-2:]
    assert api.post("/auth/users/activation/", {"uid": uid, "token": token}).status_code == 204
    user.refresh_from_db()
    assert user.is_active
