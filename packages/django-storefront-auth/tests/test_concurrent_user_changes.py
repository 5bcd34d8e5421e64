"""Concurrent changes of an account between its check and the write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.db.models.signals import pre_delete
from rest_framework.test import APIClient
from storefront_auth_testapp.models import Invoice

from storefront_auth.accounts import links
from storefront_auth.services import accounts, deletion, passwords, profiles, usernames

pytestmark = pytest.mark.django_db


def call_once_before(monkeypatch: Any, module: Any, name: str, act: Callable[[], Any]) -> None:
    """Call ``act`` once, before the function of this name in ``module``."""
    function = getattr(module, name)

    def first_act(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(module, name, function)
        act()
        return function(*args, **kwargs)

    monkeypatch.setattr(module, name, first_act)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
@pytest.mark.parametrize(
    ("module", "method", "path", "body"),
    [
        (accounts, "patch", "users/me/", {"first_name": "An"}),
        (deletion, "delete", "users/me/", {"current_password": "correct-horse-7"}),
        (passwords, "post", "users/set_username/", {"new_username": "eve", "current_password": "correct-horse-7"}),
        (
            passwords,
            "post",
            "users/set_password/",
            {"new_password": "b4ttery-st", "current_password": "correct-horse-7"},
        ),
        (profiles, "patch", "profile/", {"display_name": "An"}),
    ],
)
def test_concurrently_deleted_account_is_404(
    as_user: Any, user: Any, monkeypatch: Any, module: Any, method: str, path: str, body: dict[str, str]
) -> None:
    client = as_user(user)
    call_once_before(monkeypatch, module, "lock", lambda: get_user_model().objects.all().delete())

    response = getattr(client, method)(f"/auth/{path}", body)

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("path", "body", "module"),
    [
        ("set_password", {"new_password": "the-thief-s-own-9"}, passwords),
        ("set_username", {"new_username": "thief"}, usernames),
    ],
)
def test_concurrently_reset_password_is_rejected(
    as_user: Any, user: Any, monkeypatch: Any, path: str, body: dict[str, str], module: Any
) -> None:
    client = as_user(user)
    fresh = get_user_model().objects.get()
    link = {"uid": links.encode_uid(fresh), "token": links.password_reset.make_token(fresh)}
    check = passwords.check_password

    def check_just_before_the_owner_resets(*args: Any) -> None:
        check(*args)
        APIClient().post("/auth/users/reset_password_confirm/", {**link, "new_password": "the-owner-s-own-1"})

    monkeypatch.setattr(module, "check_password", check_just_before_the_owner_resets)

    response = client.post(f"/auth/users/{path}/", {**body, "current_password": "correct-horse-7"})

    user.refresh_from_db()
    assert response.status_code == 400
    assert response.json() == {"current_password": ["Invalid password."]}
    assert user.username == "ann"
    assert user.check_password("the-owner-s-own-1")


@pytest.fixture
def invoices() -> Iterator[list[int]]:
    """Write an invoice, for each number that is put in, after Django has looked for rows that protect the user."""
    waiting: list[int] = []

    def write(instance: Any, **kwargs: Any) -> None:
        if waiting:
            Invoice.objects.create(pk=waiting.pop(), user=instance)

    pre_delete.connect(write, sender=get_user_model())
    yield waiting
    pre_delete.disconnect(write, sender=get_user_model())


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
@pytest.mark.parametrize(("count", "status"), [(1, 204), (2, 409)])
@pytest.mark.parametrize("atomic", [False, True], ids=["", "atomic requests"])
def test_deletion_is_retried_once_after_concurrent_write(
    as_user: Any, user: Any, invoices: list[int], monkeypatch: Any, count: int, status: int, atomic: bool
) -> None:
    client = as_user(user)
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", atomic)
    invoices.extend(range(1, count + 1))

    response = client.delete("/auth/users/me/", {"current_password": "correct-horse-7"})

    assert response.status_code == status
    assert get_user_model().objects.exists() is (status == 409)
