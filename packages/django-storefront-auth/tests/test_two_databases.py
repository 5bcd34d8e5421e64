"""All rows stay in the database of their user, with a router and without one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.db.models.query import QuerySet
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from storefront_auth.models import Profile, TokenState
from storefront_auth.services import accounts, activation, deletion, passwords, profiles, tokens
from storefront_auth.services.privacy import personal_data
from storefront_auth.tokens import RefreshToken

pytestmark = pytest.mark.django_db(databases=["default", "other"], transaction=True)

PASSWORD = "correct-horse-7"


class ReplicaRouter:
    """Sends reads to the other database and writes to the first, as with a streaming replica."""

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, *args: Any, **hints: Any) -> bool:
        return True


class ExcludingRouter:
    """Keeps the tables of this package out of the other database."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == "other" and app_label == "storefront_auth" else None


def create(alias: str, **values: Any) -> Any:
    values = {"username": "ann", "email": "ann@example.com", **values}
    return get_user_model().objects.db_manager(alias).create_user(password=PASSWORD, **values)


def count(alias: str) -> list[int]:
    models = (get_user_model(), Profile, TokenState, OutstandingToken)
    return [model._base_manager.using(alias).count() for model in models]


@pytest.fixture
def both() -> Iterator[list[Any]]:
    """Two accounts with the same key and name, one in each database."""
    users = [create("default", pk=7), create("other", pk=7)]
    for user in users:
        RefreshToken.for_user(user)
    yield users
    deletion.delete(get_user_model().objects.using("other").get()) if count("other")[0] else None


def test_user_and_profile_are_created_in_other_database() -> None:
    user = create("other")

    assert (count("default"), count("other")) == ([0, 0, 0, 0], [1, 1, 0, 0])
    assert user.storefront_profile._state.db == "other"
    user.delete()
    assert count("other") == [0, 0, 0, 0]


@pytest.mark.parametrize("way", ["instance", "queryset", "service"])
def test_deletion_changes_nothing_in_default_database(both: list[Any], way: str) -> None:
    here, there = both
    if way == "instance":
        there.delete()
    elif way == "queryset":
        get_user_model().objects.using("other").filter(pk=7).delete()
    else:
        deletion.delete(there)

    assert (count("default"), count("other")) == ([1, 1, 1, 1], [0, 0, 0, 0])
    assert tokens.user_of(RefreshToken.for_user(here)) == here


def test_use_cases_write_to_database_of_user(both: list[Any]) -> None:
    here, there = both
    version = TokenState.objects.using("default").get().version

    tokens.issue(there)
    tokens.logout_everywhere(there)
    accounts.update(there, {"first_name": "An", "email": "an@example.com"})
    passwords.change_password(there, PASSWORD, "battery-staple-9")
    profiles.save_profile(there, {"display_name": "An"})
    activation.await_activation(there)
    there.is_active = False
    there.save()

    here.refresh_from_db()
    assert (here.first_name, here.email, here.check_password(PASSWORD)) == ("", "ann@example.com", True)
    assert here.storefront_profile.display_name == ""
    assert TokenState.objects.using("default").get().version == version
    assert count("default") == [1, 1, 1, 1]
    assert count("other") == [1, 1, 1, 2]
    assert personal_data(there)["profile"] == {**personal_data(here)["profile"], "display_name": "An"}  # type: ignore[dict-item]


def test_router_decides_where_user_from_replica_is_written(both: list[Any], settings: Any) -> None:
    settings.DATABASE_ROUTERS = [ReplicaRouter()]
    replicated = get_user_model().objects.using("other").get()
    before = TokenState.objects.using("other").get().version

    tokens.logout_everywhere(replicated)
    profiles.save_profile(replicated, {"display_name": "An"})

    assert TokenState.objects.using("other").get().version == before
    assert Profile.objects.using("default").get().display_name == "An"
    assert Profile.objects.using("other").get().display_name == ""


def test_users_are_saved_and_deleted_if_router_excludes_tables(settings: Any) -> None:
    settings.DATABASE_ROUTERS = [ExcludingRouter()]

    user = create("other")
    user.is_active = False
    user.save()

    assert count("other")[:2] == [1, 0]
    user.delete()
    assert count("other")[0] == 0


def test_users_are_saved_and_deleted_if_tables_are_missing(monkeypatch: Any) -> None:
    """As in the shared schema of a project with one schema for each tenant."""
    from storefront_auth import tables

    monkeypatch.setattr(tables, "_seen", set())
    with connections["other"].schema_editor() as editor:
        editor.delete_model(Profile)
        editor.delete_model(TokenState)
    try:
        user = create("other")
        user.is_active = False
        user.save()
        user.delete()
        create("other")
        deleted: QuerySet[Any] = get_user_model().objects.using("other")
        deleted.all().delete()
        assert not deleted.exists()
    finally:
        with connections["other"].schema_editor() as editor:
            editor.create_model(TokenState)
            editor.create_model(Profile)
