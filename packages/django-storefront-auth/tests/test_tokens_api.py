from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from storefront_auth_testapp.tokens import INVALID_TOKEN, me, refresh, verify

from storefront_auth.accounts import links
from storefront_auth.exceptions import WrongPassword
from storefront_auth.models import TokenState
from storefront_auth.services import passwords, tokens
from storefront_auth.tokens import RefreshToken

pytestmark = [pytest.mark.django_db, pytest.mark.database]

KEY = django_settings.SIMPLE_JWT["SIGNING_KEY"]


def test_login_refresh_and_logout(api: APIClient, user: Any, login: Callable[..., dict[str, str]]) -> None:
    first = login(user)
    second = refresh(api, first["refresh"]).json()

    assert me(api, second["access"]).status_code == 200
    assert verify(api, second["access"]).status_code == 200
    assert verify(api, second["refresh"]).status_code == 200
    assert api.post("/auth/jwt/logout/", {"refresh": second["refresh"]}).status_code == 204
    assert refresh(api, second["refresh"]).json() == INVALID_TOKEN
    assert verify(api, second["refresh"]).json() == INVALID_TOKEN
    # Logging out ends that refresh token only.
    assert me(api, second["access"]).status_code == 200


def test_login_with_wrong_password_is_401(api: APIClient, user: Any) -> None:
    response = api.post("/auth/jwt/create/", {"username": "ann", "password": "wrong"})

    assert response.status_code == 401
    assert response.json()["code"] == "no_active_account"
    assert response["WWW-Authenticate"] == 'JWT realm="api"'
    assert not OutstandingToken.objects.exists()


@pytest.mark.parametrize("name", ["ANN", "\uff41nn"])
def test_login_normalizes_username(api: APIClient, user: Any, name: str, password: str) -> None:
    assert api.post("/auth/jwt/create/", {"username": name, "password": password}).status_code == 200


def test_login_by_email(api: APIClient, user: Any, settings: Any, password: str) -> None:
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "LOGIN_FIELD": "email"}

    assert api.post("/auth/jwt/create/", {"email": "Ann@example.com", "password": password}).status_code == 200
    assert api.post("/auth/jwt/create/", {"username": "ann", "password": password}).status_code == 400
    assert api.post("/auth/jwt/create/", {"email": "bob@example.com", "password": password}).status_code == 401


@pytest.mark.parametrize("scheme", ["JWT", "Bearer", "jwt", "bearer"])
def test_jwt_and_bearer_schemes_are_accepted(api: APIClient, user: Any, login: Any, scheme: str) -> None:
    assert me(api, login(user)["access"], scheme).status_code == 200


def test_authentication_takes_one_query(api: APIClient, user: Any, login: Any, django_assert_num_queries: Any) -> None:
    access = login(user)["access"]

    with django_assert_num_queries(1):
        me(api, access)


def test_database_stores_no_usable_token(user: Any, login: Any) -> None:
    login(user)

    assert OutstandingToken.objects.get().token == ""


def test_login_updates_last_login(user: Any, login: Any) -> None:
    login(user)

    user.refresh_from_db()
    assert user.last_login is not None


def test_updating_last_login_can_be_disabled(user: Any, login: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(tokens.api_settings, "UPDATE_LAST_LOGIN", False)

    login(user)

    user.refresh_from_db()
    assert user.last_login is None


def test_custom_claims_are_kept_on_refresh(api: APIClient, user: Any) -> None:
    token = RefreshToken.for_user(user)
    token["plan"] = "gold"

    pair = refresh(api, str(token)).json()

    assert jwt.decode(pair["access"], KEY, ["HS256"])["plan"] == "gold"
    assert jwt.decode(pair["refresh"], KEY, ["HS256"])["plan"] == "gold"


@pytest.mark.parametrize("when", ["before", "after"])
def test_login_concurrent_with_deactivation_gives_no_lasting_token(
    api: APIClient, user: Any, login: Any, password: str, monkeypatch: Any, when: str
) -> None:
    login(user)
    issue = tokens.issue

    def issue_concurrently(account: Any) -> Any:
        if when == "before":
            by_deactivation_and_return(user, None)
            by_deactivation(user, None)
        return issue(account)

    monkeypatch.setattr(tokens, "issue", issue_concurrently)

    response = api.post("/auth/jwt/create/", {"username": "ann", "password": password})
    by_deactivation_and_return(user, None)

    assert response.status_code == (401 if when == "before" else 200)
    assert me(api, response.json().get("access", "none")).status_code == 401


@pytest.mark.parametrize("kind", [None, "sliding", "x", [], {}])
def test_verify_rejects_other_token_types(api: APIClient, user: Any, login: Any, kind: Any) -> None:
    claims = jwt.decode(login(user)["access"], KEY, ["HS256"])

    response = verify(api, jwt.encode({**claims, "token_type": kind}, KEY, "HS256"))
    without = verify(api, jwt.encode({name: claims[name] for name in claims if name != "token_type"}, KEY, "HS256"))

    assert (response.status_code, without.status_code) == (401, 401)
    assert response.json() == without.json() == INVALID_TOKEN


# Each way to revoke a token, as a function of the user and the test's tools.


def by_set_password(user: Any, as_user: Any) -> None:
    body = {"current_password": "correct-horse-7", "new_password": "battery-staple-9"}
    assert as_user(user).post("/auth/users/set_password/", body).status_code == 204


def by_reset_password(user: Any, as_user: Any) -> None:
    body = {
        "uid": links.encode_uid(user),
        "token": links.password_reset.make_token(get_user_model().objects.get(pk=user.pk)),
        "new_password": "battery-staple-9",
    }
    assert APIClient().post("/auth/users/reset_password_confirm/", body).status_code == 204


def by_admin_password(user: Any, as_user: Any) -> None:
    fresh = get_user_model().objects.get(pk=user.pk)
    fresh.set_password("battery-staple-9")
    fresh.save()


def by_bulk_password(user: Any, as_user: Any) -> None:
    get_user_model().objects.filter(pk=user.pk).update(password="md5$x$y")


def by_deactivation(user: Any, as_user: Any) -> None:
    fresh = get_user_model().objects.get(pk=user.pk)
    fresh.is_active = False
    fresh.save()


def by_bulk_deactivation(user: Any, as_user: Any) -> None:
    get_user_model().objects.filter(pk=user.pk).update(is_active=False)


def by_deactivation_and_return(user: Any, as_user: Any) -> None:
    by_deactivation(user, as_user)
    fresh = get_user_model().objects.get(pk=user.pk)
    fresh.is_active = True
    fresh.save()


def by_bulk_deactivation_and_return(user: Any, as_user: Any) -> None:
    by_bulk_deactivation(user, as_user)
    get_user_model().objects.filter(pk=user.pk).update(is_active=True)


def by_deletion(user: Any, as_user: Any) -> None:
    assert as_user(user).delete("/auth/users/me/", {"current_password": "correct-horse-7"}).status_code == 204


def by_deletion_and_return(user: Any, as_user: Any) -> None:
    pk = user.pk
    user.delete()
    get_user_model().objects.create_user(pk=pk, username="ann", email="ann@example.com", password="correct-horse-7")
    TokenState.objects.get_or_create(user_id=pk)


def by_logout_everywhere(user: Any, as_user: Any) -> None:
    assert as_user(user).post("/auth/jwt/logout_all/").status_code == 204


REVOCATIONS = [
    by_set_password,
    by_reset_password,
    by_admin_password,
    by_bulk_password,
    by_deactivation,
    by_bulk_deactivation,
    by_deactivation_and_return,
    by_bulk_deactivation_and_return,
    by_deletion,
    by_deletion_and_return,
    by_logout_everywhere,
]
REQUESTS: dict[str, Callable[[APIClient, dict[str, str]], Any]] = {
    "access at an endpoint": lambda api, pair: me(api, pair["access"]),
    "access at a write": lambda api, pair: api.patch(
        "/auth/profile/", {"display_name": "x"}, HTTP_AUTHORIZATION=f"Bearer {pair['access']}"
    ),
    "access at verify": lambda api, pair: verify(api, pair["access"]),
    "access at logout everywhere": lambda api, pair: api.post(
        "/auth/jwt/logout_all/", HTTP_AUTHORIZATION=f"JWT {pair['access']}"
    ),
    "refresh at refresh": lambda api, pair: refresh(api, pair["refresh"]),
    "refresh at verify": lambda api, pair: verify(api, pair["refresh"]),
    "refresh at logout": lambda api, pair: api.post("/auth/jwt/logout/", {"refresh": pair["refresh"]}),
}


@pytest.mark.parametrize("request_name", REQUESTS)
@pytest.mark.parametrize("die", REVOCATIONS, ids=lambda death: death.__name__)
@pytest.mark.parametrize("rotated", [False, True], ids=["first pair", "rotated pair"])
def test_revoked_token_is_401_at_next_request(
    api: APIClient, user: Any, login: Any, as_user: Any, die: Any, request_name: str, rotated: bool
) -> None:
    pair = login(user)
    if rotated:
        pair = refresh(api, pair["refresh"]).json()
    ask = REQUESTS[request_name]

    die(user, as_user)
    response = ask(api, pair)

    assert response.status_code == 401
    assert response.json() == INVALID_TOKEN
    assert response["WWW-Authenticate"]


@pytest.mark.parametrize("request_name", [name for name in REQUESTS if name.startswith("refresh")])
@pytest.mark.parametrize("how", ["spent", "logged out", "expired", "purged", "record deleted"])
def test_invalidated_refresh_token_is_401(api: APIClient, user: Any, login: Any, request_name: str, how: str) -> None:
    pair = login(user)
    later = 0
    match how:
        case "spent":
            refresh(api, pair["refresh"])
        case "logged out":
            tokens.logout(pair["refresh"])
        case "expired":
            later = 15
        case "purged":
            later = 15
            OutstandingToken.objects.update(expires_at=timezone.now())
            call_command("purge_tokens")
        case "record deleted":
            OutstandingToken.objects.all().delete()

    with time_machine.travel(timezone.now() + timedelta(days=later)):
        response = REQUESTS[request_name](api, pair)

    assert response.json() == INVALID_TOKEN
    assert response.status_code == 401


def test_reuse_within_grace_period_revokes_nothing_else(api: APIClient, user: Any, login: Any) -> None:
    first = login(user)
    second = refresh(api, first["refresh"]).json()

    with time_machine.travel(timezone.now() + timedelta(seconds=9)):
        assert refresh(api, first["refresh"]).status_code == 401
        assert me(api, second["access"]).status_code == 200
        assert refresh(api, second["refresh"]).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("atomic", [False, True])
def test_reuse_after_grace_period_revokes_all_tokens(
    api: APIClient, user: Any, login: Any, atomic: bool, settings: Any, monkeypatch: Any
) -> None:
    from django.db import connection

    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", atomic)
    first = login(user)
    second = refresh(api, first["refresh"]).json()

    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        assert refresh(api, first["refresh"]).json() == INVALID_TOKEN
        assert me(api, second["access"]).json() == INVALID_TOKEN
        assert refresh(api, second["refresh"]).json() == INVALID_TOKEN


def test_late_reuse_of_revoked_token_does_not_revoke_newer_tokens(api: APIClient, user: Any, login: Any) -> None:
    first = login(user)
    refresh(api, first["refresh"])
    tokens.logout_everywhere(user)
    new = login(user)

    with time_machine.travel(timezone.now() + timedelta(seconds=60)):
        assert refresh(api, first["refresh"]).status_code == 401
        assert me(api, new["access"]).status_code == 200


def test_access_and_refresh_tokens_are_not_interchangeable(api: APIClient, user: Any, login: Any) -> None:
    pair = login(user)

    assert me(api, pair["refresh"]).json() == INVALID_TOKEN
    assert refresh(api, pair["access"]).json() == INVALID_TOKEN


def test_expired_access_token_is_401(api: APIClient, user: Any, login: Any) -> None:
    access = login(user)["access"]

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert me(api, access).json() == INVALID_TOKEN


def test_purge_deletes_expired_records_only(user: Any) -> None:
    for _ in range(5):
        tokens.logout(str(RefreshToken.for_user(user)))
    OutstandingToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    kept = RefreshToken.for_user(user)

    assert tokens.purge_expired_tokens(batch_size=2) == 5

    assert OutstandingToken.objects.get().jti == kept["jti"]
    assert not BlacklistedToken.objects.exists()


def test_purge_command_deletes_expired_records(user: Any, capsys: Any) -> None:
    RefreshToken.for_user(user)
    OutstandingToken.objects.update(expires_at=timezone.now())

    call_command("purge_tokens", "--batch-size", "10")

    assert capsys.readouterr().out == "Deleted 1 records of tokens.\n"


def test_rotation_takes_six_queries(user: Any, django_assert_num_queries: Any) -> None:
    token = RefreshToken.for_user(user)

    # Read the user, spend the old token in a transaction of its own, note the new one.
    with django_assert_num_queries(6):
        tokens.rotate(str(token))


def test_changing_password_requires_current_password(user: Any) -> None:
    with pytest.raises(WrongPassword):
        passwords.change_password(user, "wrong", "battery-staple-9")
