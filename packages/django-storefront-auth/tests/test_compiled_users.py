"""The user of a token is the same that a queryset loads, with one query."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from storefront_auth.accounts import lookup
from storefront_auth.accounts.lookup import find_by_pk
from storefront_auth.models import TokenState
from storefront_auth.tokens import AccessToken

pytestmark = [pytest.mark.django_db, pytest.mark.database]

STATE = "storefront_token_state"
KEYS = ["x", "", " 1", "1_0", "٣", "0", 0, -1, 2**70, "9" * 30, "\x00", str(UUID(int=1)), None, 1.0, True, [], {}]


def values(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def signed_in(user: Any) -> Any:
    AccessToken.for_user(user)
    return user


def test_user_and_token_state_are_loaded_in_one_query(signed_in: Any) -> None:
    read: Any = get_user_model().objects.select_related(STATE).get(pk=signed_in.pk)

    with CaptureQueriesContext(connection) as queries:
        found: Any = find_by_pk(str(signed_in.pk), STATE)
        state = found.storefront_token_state

    assert len(queries) == 1
    assert (type(found), values(found)) == (type(read), values(read))
    assert (type(state), values(state)) == (TokenState, values(read.storefront_token_state))
    assert state.user is found
    assert (found._state.db, found._state.adding) == (read._state.db, False)


def test_user_is_not_cached(signed_in: Any) -> None:
    find_by_pk(signed_in.pk, STATE)
    get_user_model().objects.filter(pk=signed_in.pk).update(first_name="Ann")
    TokenState.objects.filter(user=signed_in).update(version=5)

    found: Any = find_by_pk(signed_in.pk, STATE)

    assert (found.first_name, found.storefront_token_state.version) == ("Ann", 5)


def test_missing_token_state_is_not_set(user: Any) -> None:
    TokenState.objects.filter(user=user).delete()

    assert getattr(find_by_pk(user.pk, STATE), STATE, None) is None


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_unknown_or_malformed_key_returns_none(
    key: Any, plain: bool, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "is_plain", lambda manager: plain)

    assert find_by_pk(key, STATE) is None
