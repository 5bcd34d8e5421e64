from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.test import RequestFactory
from rest_framework.test import APIClient
from storefront_auth_testapp.logins import log_in

from storefront_auth import querysets, throttling
from storefront_auth.accounts import links, lookup
from storefront_auth.throttling import addresses

pytestmark = pytest.mark.django_db

START = "2026-03-01T12:00:00+00:00"


def test_sixth_login_for_account_is_429_even_with_correct_password(api: APIClient, user: Any, password: str) -> None:
    with time_machine.travel(START, tick=False) as clock:
        statuses = [log_in(api).status_code for _ in range(5)]
        blocked = log_in(api, password=password)
        clock.shift(301)
        after = log_in(api, password=password)

    assert statuses == [401] * 5
    assert blocked.status_code == 429
    assert blocked["Retry-After"] == "300"
    assert blocked.json()["code"] == "throttled"
    assert after.status_code == 200


def test_eleventh_login_from_address_is_429_for_any_account(api: APIClient, user: Any, password: str) -> None:
    with time_machine.travel(START, tick=False) as clock:
        statuses = [log_in(api, username=f"nobody{number}").status_code for number in range(10)]
        blocked = log_in(api, password=password)
        elsewhere = log_in(api, password=password, REMOTE_ADDR="10.1.1.1")
        clock.shift(61)
        after = log_in(api, password=password)

    assert statuses == [401] * 10
    assert blocked.status_code == 429
    assert blocked["Retry-After"] == "60"
    assert (elsewhere.status_code, after.status_code) == (200, 200)


def test_successful_logins_are_not_counted(api: APIClient, user: Any, password: str) -> None:
    assert [log_in(api, password=password).status_code for _ in range(25)] == [200] * 25


def test_successful_login_does_not_reset_failures(api: APIClient, user: Any, password: str) -> None:
    for _ in range(4):
        log_in(api)
    log_in(api, password=password)

    assert log_in(api).status_code == 401
    assert log_in(api).status_code == 429


def test_unknown_accounts_are_counted_like_known_ones(api: APIClient, user: Any) -> None:
    assert [log_in(api, username="nobody").status_code for _ in range(6)] == [401] * 5 + [429]


@pytest.mark.parametrize(
    "spellings", [["ann", "ANN", "\uff41nn", " ann", "\u00e1nn", "a\u0301nn"], ["Nobody", "nobody", "NOBODY"] * 2]
)
def test_spellings_of_name_share_counter(api: APIClient, user: Any, spellings: list[str]) -> None:
    assert [log_in(api, username=name).status_code for name in spellings][-1] == 429


def test_forwarded_address_is_not_trusted_by_default(api: APIClient, user: Any) -> None:
    statuses = [
        log_in(api, username=f"nobody{number}", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}").status_code
        for number in range(11)
    ]

    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "address"),
    [
        (0, "1.2.3.4", "9.9.9.9", "9.9.9.9"),
        (1, "1.2.3.4", "9.9.9.9", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "9.9.9.9", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 5.5.5.5", "9.9.9.9", "1.2.3.4"),
        (3, "1.2.3.4", "9.9.9.9", "9.9.9.9"),
        (1, "", "9.9.9.9", "9.9.9.9"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, "", "2001:db8:1:2::7", "2001:db8:1:2::/64"),
        (0, "", "::ffff:1.2.3.4", "1.2.3.4"),
        (0, "", "", "unknown"),
        (1, "not an address", "9.9.9.9", "unknown"),
        (1, "1.2.3.4:5678", "9.9.9.9", "1.2.3.4"),
        (1, "[2001:db8:1:2::7]:443", "9.9.9.9", "2001:db8:1:2::/64"),
        (1, "[2001:db8:1:2::7]", "9.9.9.9", "2001:db8:1:2::/64"),
    ],
)
def test_client_address(settings: Any, proxies: int, forwarded: str, remote: str, address: str) -> None:
    settings.STOREFRONT_AUTH = {"NUM_PROXIES": proxies}
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)

    assert throttling.client_address(request) == address


def test_registration_is_throttled_by_address(api: APIClient, settings: Any) -> None:
    settings.STOREFRONT_AUTH = {"THROTTLE_RATES": {"register_address": (2, 60)}}

    assert [api.post("/auth/users/", {}).status_code for _ in range(3)] == [400, 400, 429]
    assert api.post("/auth/users/", {}, REMOTE_ADDR="10.1.1.1").status_code == 400


def test_email_changes_are_throttled_by_address_like_registrations(
    as_user: Any, user: Any, make_user: Any, grant: Any, settings: Any
) -> None:
    settings.STOREFRONT_AUTH = {"THROTTLE_RATES": {"register_address": (2, 60)}}
    client, bob = as_user(user), make_user(username="bob")
    # Refused for another reason, whether the address is free or taken: nothing changes, and it could go on for ever.
    probe = {"email": bob.email, "first_name": "x" * 151}

    asked = [
        client.patch("/auth/users/me/", probe).status_code,
        client.put(f"/auth/users/{user.pk}/", probe).status_code,
        client.patch(f"/auth/users/{user.pk}/", probe).status_code,
    ]
    other = client.patch("/auth/users/me/", {"first_name": "An", "email": user.email}).status_code
    chief = as_user(grant(make_user(is_staff=True), "change_user"))
    staff = chief.patch(f"/auth/users/{bob.pk}/", {"email": "new@example.com"}).status_code

    assert asked == [400, 400, 429]
    assert (other, staff) == (200, 200)


def test_username_resets_are_throttled_by_address(api: APIClient, user: Any, make_user: Any, settings: Any) -> None:
    settings.STOREFRONT_AUTH = {"THROTTLE_RATES": {"register_address": (2, 60)}}
    make_user(username="bob")
    body = {"uid": links.encode_uid(user), "token": links.username_reset.make_token(user), "new_username": "bob"}

    statuses = [api.post("/auth/users/reset_username_confirm/", body).status_code for _ in range(3)]

    assert statuses == [400, 400, 429]


@pytest.mark.parametrize("blocked", [False, True])
def test_oversized_email_is_not_folded(api: APIClient, settings: Any, monkeypatch: Any, blocked: bool) -> None:
    settings.STOREFRONT_AUTH = {"THROTTLE_RATES": {"reset_account": (1 - blocked, 60)}}
    lengths: list[int] = []
    monkeypatch.setattr(addresses, "fold", lambda text: lengths.append(len(text)) or text)

    response = api.post("/auth/users/reset_password/", {"email": "a@" + "\u00e9." * 340_000 + "x"})

    assert response.status_code == (429 if blocked else 400)
    assert max(lengths) <= 254


def test_oversized_username_is_not_folded(user: Any, monkeypatch: Any) -> None:
    lengths: list[int] = []
    for module in (addresses, lookup):
        monkeypatch.setattr(module, "fold", lambda text: lengths.append(len(text)) or text)
    monkeypatch.setattr(querysets, "identity_key", lambda text: lengths.append(len(text)) or text)

    assert authenticate(username="\ufdfa" * 340_000, password="wrong") is None
    assert max(lengths) <= 255


def test_name_that_matches_only_by_database_collation_is_rejected(
    api: APIClient, user: Any, password: str, monkeypatch: Any
) -> None:
    # Some collations ignore signs of which a name could hold any number, and each number is another name to a throttle.
    monkeypatch.setattr(type(user)._default_manager.__class__, "get_by_natural_key", lambda self, name: user)

    assert log_in(api, username="a\u0640nn", password=password).status_code == 401
    assert log_in(api, username="ANN", password=password).status_code == 200


@pytest.mark.parametrize("path", ["reset_password", "reset_username", "resend_activation"])
@pytest.mark.parametrize("email", ["ann@example.com", "nobody@example.com"])
def test_mails_are_throttled_by_mailbox(api: APIClient, user: Any, settings: Any, path: str, email: str) -> None:
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "THROTTLE_RATES": {"reset_account": (2, 60)}}

    statuses = [
        api.post(f"/auth/users/{path}/", {"email": spelling}).status_code for spelling in (email, email.upper(), email)
    ]

    assert statuses == [204, 204, 429]


def test_mails_are_throttled_by_address(api: APIClient, settings: Any) -> None:
    settings.STOREFRONT_AUTH = {"THROTTLE_RATES": {"reset_address": (2, 60)}}

    statuses = [
        api.post("/auth/users/reset_password/", {"email": f"x{number}@example.com"}).status_code for number in range(3)
    ]

    assert statuses == [204, 204, 429]


@pytest.mark.parametrize("body", [{"email": ["x"]}, {"email": 1}, {}, ["email"]])
def test_malformed_email_is_not_counted_by_mailbox(api: APIClient, settings: Any, body: Any) -> None:
    settings.STOREFRONT_AUTH = {"THROTTLE_RATES": {"reset_account": (1, 60)}}

    assert [api.post("/auth/users/reset_password/", body).status_code for _ in range(3)] == [400] * 3


@pytest.mark.parametrize(
    ("method", "path", "extra"),
    [
        ("post", "set_password", {"new_password": "battery-staple-9"}),
        ("post", "set_username", {"new_username": "eve"}),
        ("delete", "me", {}),
    ],
)
def test_password_guesses_with_access_token_are_throttled(
    as_user: Any, user: Any, settings: Any, method: str, path: str, extra: dict[str, str], password: str
) -> None:
    settings.STOREFRONT_AUTH = {"THROTTLE_RATES": {"password_account": (2, 60)}}
    client = as_user(user)
    guesses = ["wrong", "wronger", password]

    statuses = [
        getattr(client, method)(f"/auth/users/{path}/", {"current_password": guess, **extra}).status_code
        for guess in guesses
    ]

    assert statuses == [400, 400, 429]


def test_null_rate_disables_throttle(api: APIClient, user: Any, settings: Any) -> None:
    settings.STOREFRONT_AUTH = {"THROTTLE_RATES": {"login_account": None, "login_address": None}}

    assert [log_in(api).status_code for _ in range(20)] == [401] * 20
