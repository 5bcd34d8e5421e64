"""No public endpoint may reveal whether an account exists, or in which state it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import get_hasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient
from storefront_auth_testapp.mailing import wait_for_mail_threads

from storefront_auth.accounts import links, mail
from storefront_auth.models import TokenState
from storefront_auth.tokens import RefreshToken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

Account = Any
# The states an account may be in, by the name of the account in each.
STATES = ["active", "asleep", "banned", "keyless", "missing"]


@pytest.fixture
def accounts(make_user: Any, settings: Any) -> dict[str, Account]:
    settings.DJOSER = {**settings.DJOSER, "SEND_ACTIVATION_EMAIL": True}
    settings.STOREFRONT_AUTH = {
        **settings.STOREFRONT_AUTH,
        "THROTTLE_RATES": dict.fromkeys(["login_address", "login_account", "reset_address", "reset_account"]),
    }
    found = {
        "active": make_user(username="active"),
        "asleep": make_user(username="asleep", is_active=False),
        "banned": make_user(username="banned", is_active=False),
        "keyless": make_user(username="keyless", password=None),
        # Never saved: it has the same links and tokens to offer as the others.
        "missing": get_user_model()(pk=10**9, username="missing", email="missing@example.com", password="!"),
    }
    TokenState.objects.create(user=found["asleep"], awaits_activation=True)
    return found


def outdated_refresh_token(account: Account) -> str:
    """Return a well-signed refresh token of an older login."""
    token = RefreshToken()
    token["user_id"], token["ver"], token["pwd"] = str(account.pk), 1, "x"
    return str(token)


ENDPOINTS: dict[str, Callable[[APIClient, Account], Any]] = {
    "login": lambda api, account: api.post("/auth/jwt/create/", {"username": account.username, "password": "wrong"}),
    "refresh": lambda api, account: api.post("/auth/jwt/refresh/", {"refresh": outdated_refresh_token(account)}),
    "activation": lambda api, account: api.post(
        "/auth/users/activation/", {"uid": links.encode_uid(account), "token": "c8xq4r-" + "0" * 32}
    ),
    "resend activation": lambda api, account: api.post("/auth/users/resend_activation/", {"email": account.email}),
    "reset password": lambda api, account: api.post("/auth/users/reset_password/", {"email": account.email}),
    "reset username": lambda api, account: api.post("/auth/users/reset_username/", {"email": account.email}),
    "confirm password": lambda api, account: api.post(
        "/auth/users/reset_password_confirm/",
        {"uid": links.encode_uid(account), "token": "c8xq4r-" + "0" * 32, "new_password": account.username},
    ),
    "confirm username": lambda api, account: api.post(
        "/auth/users/reset_username_confirm/",
        {"uid": links.encode_uid(account), "token": "c8xq4r-" + "0" * 32, "new_username": "active"},
    ),
}


@pytest.fixture
def senders(settings: Any) -> Iterator[Callable[[str], None]]:
    def choose(name: str) -> None:
        settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "MAIL_SENDER": name}

    yield choose
    wait_for_mail_threads()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    "sender",
    [
        "storefront_auth.accounts.mail.send_now",
        "storefront_auth.accounts.mail.send_in_background",
        "storefront_auth_testapp.senders.broken",
    ],
)
def test_response_is_same_for_every_account_state(
    api: APIClient, accounts: dict[str, Account], senders: Any, endpoint: str, sender: str
) -> None:
    senders(sender)
    answers = {state: ENDPOINTS[endpoint](api, accounts[state]) for state in STATES}

    seen = {(answer.status_code, answer.content, tuple(sorted(answer.headers.items()))) for answer in answers.values()}
    assert len(seen) == 1, {state: (answer.status_code, answer.content) for state, answer in answers.items()}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_query_count_is_same_for_every_account_state(
    api: APIClient, accounts: dict[str, Account], endpoint: str
) -> None:
    counts = {}
    for state in STATES:
        with CaptureQueriesContext(connection) as queries:
            ENDPOINTS[endpoint](api, accounts[state])
        counts[state] = len(queries)

    assert len(set(counts.values())) == 1, counts


@pytest.mark.parametrize("state", STATES)
def test_failed_login_hashes_password_once(
    api: APIClient, accounts: dict[str, Account], state: str, monkeypatch: Any
) -> None:
    hashed: list[str] = []
    hasher = type(get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *args: hashed.append("x") or encode(self, *args))

    ENDPOINTS["login"](api, accounts[state])

    assert len(hashed) == 1


@pytest.mark.parametrize("state", ["asleep", "banned"])
def test_login_response_does_not_reveal_inactive_account(
    api: APIClient, accounts: dict[str, Account], state: str, password: str
) -> None:
    right = api.post("/auth/jwt/create/", {"username": state, "password": password})
    wrong = api.post("/auth/jwt/create/", {"username": "missing", "password": password})

    assert (right.status_code, right.content) == (wrong.status_code, wrong.content)


@pytest.mark.parametrize("path", ["reset_password", "reset_username", "resend_activation"])
@pytest.mark.parametrize("state", STATES)
def test_mail_is_rendered_for_every_account_state(
    api: APIClient, accounts: dict[str, Account], path: str, state: str, settings: Any
) -> None:
    rendered: list[mail.Mail] = []
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "MAIL_SENDER": rendered.append}

    api.post(f"/auth/users/{path}/", {"email": accounts[state].email})

    assert len(rendered) == 1
    assert rendered[0].text
