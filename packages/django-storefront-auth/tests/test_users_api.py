from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient
from storefront_auth_testapp.models import Invoice

from storefront_auth.services import accounts, passwords

pytestmark = pytest.mark.django_db

NEW = {
    "username": "bea",
    "email": "bea@example.com",
    "password": "correct-horse-7",
    "first_name": "Bea",
    "last_name": "Best",
}


def test_registration_returns_public_fields_without_password(api: APIClient) -> None:
    response = api.post("/auth/users/", NEW)

    assert response.status_code == 201
    assert set(response.json()) == {"id", "username", "email", "first_name", "last_name"}
    assert get_user_model().objects.get(username="bea").check_password(NEW["password"])
    assert response["Cache-Control"] == "no-store"
    assert not mail.outbox


def test_registration_creates_profile_with_site_defaults(api: APIClient) -> None:
    api.post("/auth/users/", NEW)

    profile = get_user_model().objects.get(username="bea").storefront_profile
    assert (profile.display_name, profile.time_zone, profile.language) == ("", "America/Chicago", "en")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "ANN"}, "username"),
        ({"username": "\uff21\uff2e\uff2e"}, "username"),
        ({"username": "ann"}, "username"),
        ({"username": "\u0430nn"}, "username"),
        ({"username": "a\u3164n"}, "username"),
        ({"username": "a\u200bnn"}, "username"),
        ({"username": "a\x00nn"}, "username"),
        ({"username": "a\ud800nn"}, "username"),
        ({"username": "a nn"}, "username"),
        ({"username": "x" * 151}, "username"),
        ({"username": "\ufdfa" * 100}, "username"),
        ({"username": ""}, "username"),
        ({"username": None}, "username"),
        ({"username": ["bea"]}, "username"),
        ({"email": "Ann@Example.COM"}, "email"),
        ({"email": "ann@example.com"}, "email"),
        ({"email": "ann@\uff45xample.com"}, "email"),
        ({"email": "an\u017f@example.com"}, None),
        ({"email": "no address"}, "email"),
        ({"email": "a@example.com\r\nBcc: b@example.com"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "x" * 250 + "@example.com"}, "email"),
        ({"first_name": "Bea\r\nBcc: all@example.com"}, "first_name"),
        ({"last_name": "B\u202eest"}, "last_name"),
        ({"password": "12345678901"}, "password"),
        ({"password": "password"}, "password"),
        ({"password": "bea"}, "password"),
        ({"username": "beatrix.best", "password": "beatrix.best"}, "password"),
        ({"password": "x1!" * 350_000}, "password"),
        ({"password": "x1!" * 342}, "password"),
        ({"password": "a\x00bcdefgh12"}, "password"),
    ],
)
def test_registration_rejects_invalid_values(
    api: APIClient, user: Any, changes: dict[str, Any], field: str | None
) -> None:
    # Lone surrogates can't be encoded as they are, but JSON has a way to write them.
    body = json.dumps({**NEW, **changes})

    response = api.post("/auth/users/", body, content_type="application/json")

    if field is None:
        assert response.status_code == 201, response.json()
        return
    assert response.status_code == 400, response.json()
    assert field in response.json()
    assert list(get_user_model().objects.all()) == [user]


@pytest.mark.parametrize("field", ["username", "email"])
def test_overlong_value_is_neither_normalized_nor_looked_up(api: APIClient, monkeypatch: Any, field: str) -> None:
    normalised: list[str] = []
    monkeypatch.setattr(get_user_model(), "normalize_username", lambda name: normalised.append(name) or name)

    with CaptureQueriesContext(connection) as queries:
        response = api.post("/auth/users/", {**NEW, field: "\ufdfa" * 100_000})

    assert response.status_code == 400
    assert response.json()[field][0].startswith("Ensure this field has no more than")
    assert max(map(len, normalised), default=0) <= 150
    assert [query["sql"] for query in queries if len(query["sql"]) > 10_000] == []


@pytest.mark.database
def test_name_equal_by_database_collation_is_rejected(api: APIClient, make_user: Any) -> None:
    make_user(username="jos\u00e9", email="other@example.com")

    response = api.post("/auth/users/", {**NEW, "username": "jose"})

    # MariaDB's collation takes them for the same name; we, and the other databases, do not.
    assert response.status_code == (400 if connection.vendor == "mysql" else 201)
    assert "username" in response.json()


def test_name_taken_after_check_is_rejected(api: APIClient, user: Any, monkeypatch: Any) -> None:
    look = accounts.refuse_taken

    def look_too_early(values: dict[str, Any], user: Any = None) -> None:
        monkeypatch.setattr(accounts, "refuse_taken", look)

    monkeypatch.setattr(accounts, "refuse_taken", look_too_early)

    response = api.post("/auth/users/", {**NEW, "username": "ANN"})

    assert response.status_code == 400
    assert response.json() == {"username": ["A user with that username already exists."]}
    assert list(get_user_model().objects.all()) == [user]


@pytest.mark.database
def test_registration_ignores_staff_only_fields(api: APIClient) -> None:
    extra = {"is_staff": True, "is_superuser": True, "is_active": False, "groups": [1], "user_permissions": [1]}

    response = api.post("/auth/users/", {**NEW, **extra, "id": 77})

    user = get_user_model().objects.get()
    assert response.status_code == 201
    assert user.pk != 77
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
    assert not user.groups.exists()
    assert not user.user_permissions.exists()


def test_update_of_own_account_ignores_staff_only_fields(as_user: Any, user: Any) -> None:
    changes = {"is_staff": True, "is_superuser": True, "groups": [1], "id": 77, "username": "eve", "first_name": "An"}

    response = as_user(user).patch("/auth/users/me/", changes)

    changed = get_user_model().objects.get()
    assert response.status_code == 200
    assert response.json()["first_name"] == "An"
    assert (changed.pk, changed.username, changed.is_staff, changed.is_superuser) == (user.pk, "ann", False, False)


@pytest.mark.parametrize("method", ["put", "patch"])
def test_email_of_other_account_is_rejected_case_insensitively(
    as_user: Any, user: Any, make_user: Any, method: str
) -> None:
    make_user(username="bob")

    body = {"email": "BOB@example.com", "current_password": "correct-horse-7"}
    response = getattr(as_user(user), method)("/auth/users/me/", body)

    assert response.status_code == 400
    assert "email" in response.json()
    user.refresh_from_db()
    assert user.email == "ann@example.com"


def test_case_of_own_email_can_be_changed(as_user: Any, user: Any) -> None:
    response = as_user(user).patch("/auth/users/me/", {"email": "Ann@example.com"})

    assert response.status_code == 200
    assert response.json()["email"] == "Ann@example.com"


def test_update_does_not_overwrite_concurrently_changed_password(as_user: Any, user: Any) -> None:
    stale = get_user_model().objects.get(pk=user.pk)
    passwords.change_password(user, "correct-horse-7", "battery-staple-9")

    accounts.update(stale, {"first_name": "An"})

    user.refresh_from_db()
    assert user.first_name == "An"
    assert user.check_password("battery-staple-9")


def test_list_contains_own_account_or_all_for_staff(as_user: Any, user: Any, make_user: Any) -> None:
    staff = make_user(username="chief", is_staff=True)

    assert [row["username"] for row in as_user(user).get("/auth/users/").json()] == ["ann"]
    assert [row["username"] for row in as_user(staff).get("/auth/users/").json()] == ["ann", "chief"]


@pytest.fixture
def many_users(db: None) -> None:
    model = get_user_model()
    names = [f"x{number}" for number in range(250)]
    model.objects.bulk_create(model(username=name, email=f"{name}@example.com", password="!") for name in names)


def test_list_is_paginated_with_link_header(
    as_user: Any, make_user: Any, many_users: None, django_assert_num_queries: Any
) -> None:
    client, seen, links = as_user(make_user(is_staff=True)), [], []

    with django_assert_num_queries(3):
        page = client.get("/auth/users/")
    seen.append(len(page.json()))
    while following := re.search(r'<([^>]+)>; rel="next"', page.get("Link", "")):
        page = client.get(following[1])
        seen.append(len(page.json()))
        links.append(re.findall(r'rel="(\w+)"', page["Link"]))

    assert seen == [100, 100, 51]
    assert links == [["prev", "next"], ["prev"]]


@pytest.mark.parametrize("page", ["0", "-1", "abc", "9" * 30, "9" * 5000, "%00", "2"])
def test_invalid_page_is_404(as_user: Any, user: Any, page: str) -> None:
    response = as_user(user).get(f"/auth/users/?page={page}")

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_other_account_is_404_for_user(as_user: Any, user: Any, make_user: Any, method: str) -> None:
    other = make_user(username="bob")
    body = {"email": "bob@example.com", "current_password": "correct-horse-7"}

    response = getattr(as_user(user), method)(f"/auth/users/{other.pk}/", body)

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
    assert get_user_model().objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("pk", ["abc", "0", "-1", "9" * 40, "%00", "1e3"])
@pytest.mark.parametrize("staff", [False, True])
def test_malformed_key_is_404(as_user: Any, make_user: Any, pk: str, staff: bool) -> None:
    assert as_user(make_user(is_staff=staff)).get(f"/auth/users/{pk}/").status_code == 404


@pytest.mark.parametrize(("method", "status"), [("get", 200), ("put", 200), ("patch", 200), ("delete", 204)])
def test_staff_with_permission_can_view_change_and_delete_customer(
    as_user: Any, user: Any, make_user: Any, grant: Any, method: str, status: int
) -> None:
    staff = grant(make_user(is_staff=True), "change_user", "delete_user")
    body = {"email": "new@example.com", "current_password": "correct-horse-7"}

    assert getattr(as_user(staff), method)(f"/auth/users/{user.pk}/", body).status_code == status


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_staff_cannot_change_or_delete_superuser(as_user: Any, make_user: Any, grant: Any, method: str) -> None:
    root, staff = make_user(is_superuser=True), grant(make_user(is_staff=True), "change_user", "delete_user")
    body = {"email": "mine@example.com", "current_password": "correct-horse-7"}

    response = getattr(as_user(staff), method)(f"/auth/users/{root.pk}/", body)

    assert response.status_code == 403
    assert get_user_model().objects.get(pk=root.pk).email == root.email


def test_deleting_own_account_requires_password(as_user: Any, user: Any) -> None:
    client = as_user(user)

    refused = client.delete("/auth/users/me/", {"current_password": "wrong"})
    done = client.delete("/auth/users/me/", {"current_password": "correct-horse-7"})

    assert (refused.status_code, done.status_code) == (400, 204)
    assert "current_password" in refused.json()
    assert not get_user_model().objects.exists()


@pytest.mark.database
def test_deleting_protected_account_is_409(as_user: Any, user: Any) -> None:
    Invoice.objects.create(user=user)

    response = as_user(user).delete("/auth/users/me/", {"current_password": "correct-horse-7"})

    assert response.status_code == 409
    assert response.json()["code"] == "account_in_use"
    assert get_user_model().objects.filter(pk=user.pk).exists()


def test_changing_username_requires_password(as_user: Any, user: Any, make_user: Any) -> None:
    make_user(username="bob")
    client = as_user(user)

    wrong = client.post("/auth/users/set_username/", {"new_username": "eve", "current_password": "wrong"})
    taken = client.post("/auth/users/set_username/", {"new_username": "BOB", "current_password": "correct-horse-7"})
    done = client.post("/auth/users/set_username/", {"new_username": "eve", "current_password": "correct-horse-7"})

    assert (wrong.status_code, taken.status_code, done.status_code) == (400, 400, 204)
    assert "new_username" in taken.json()
    user.refresh_from_db()
    assert user.username == "eve"


def test_weak_new_password_is_rejected(as_user: Any, user: Any) -> None:
    body = {"current_password": "correct-horse-7", "new_password": "password"}

    response = as_user(user).post("/auth/users/set_password/", body)

    assert response.status_code == 400
    assert "new_password" in response.json()


def test_whitespace_in_password_is_preserved(api: APIClient, user: Any, login: Any) -> None:
    user.set_password("  correct horse 7  ")
    user.save()

    assert login(user, "  correct horse 7  ")
    assert api.post("/auth/jwt/create/", {"username": "ann", "password": "correct horse 7"}).status_code == 401


def test_djoser_setting_replaces_user_serializers(api: APIClient, settings: Any) -> None:
    settings.DJOSER = {"SERIALIZERS": {"user_create": "storefront_auth_testapp.serializers.ShortUserCreateSerializer"}}

    response = api.post("/auth/users/", NEW)

    assert response.status_code == 201
    assert set(response.json()) == {"id", "username"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "users/"),
        ("get", "users/me/"),
        ("get", "users/1/"),
        ("delete", "users/me/"),
        ("post", "users/set_password/"),
        ("post", "users/set_username/"),
        ("post", "jwt/logout_all/"),
        ("get", "profile/"),
        ("put", "profile/"),
        ("patch", "profile/"),
    ],
)
def test_anonymous_request_is_401(api: APIClient, method: str, path: str) -> None:
    response = getattr(api, method)(f"/auth/{path}")

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'JWT realm="api"'
    assert response.json()["code"] == "not_authenticated"


@pytest.mark.parametrize("path", ["token/login/", "token/logout/"])
def test_routes_of_djoser_authtoken_are_404(api: APIClient, path: str) -> None:
    assert api.post(f"/auth/{path}").status_code == 404
