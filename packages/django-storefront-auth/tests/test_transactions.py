"""Use cases run in one transaction, and are retried on conflicts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, transaction

from storefront_auth import transactions
from storefront_auth.exceptions import Busy


def with_code(cause: Exception, **attributes: Any) -> Exception:
    for name, value in attributes.items():
        setattr(cause, name, value)
    return cause


CONFLICTS = {
    "postgresql deadlock": with_code(Exception(), sqlstate="40P01"),
    "postgresql serialization": with_code(Exception(), pgcode="40001"),
    "mariadb deadlock": (1213, "Deadlock found"),
    "mariadb snapshot": (1020, "Record has changed"),
    "sqlite busy": with_code(sqlite3.OperationalError("locked"), sqlite_errorcode=5),
    "sqlite busy snapshot": with_code(sqlite3.OperationalError("locked"), sqlite_errorcode=517),
    "sqlite locked": with_code(sqlite3.OperationalError("locked"), sqlite_errorcode=6),
}
OTHERS = {
    "no cause": None,
    "postgresql syntax": with_code(Exception(), sqlstate="42601"),
    "mariadb syntax": (1064, "You have an error in your SQL syntax"),
    "sqlite, no table": with_code(sqlite3.OperationalError("no such table"), sqlite_errorcode=1),
}


def database_error(cause: Exception | tuple[int, str] | None) -> OperationalError:
    """Return the error that Django raises for an error of the driver."""
    error = OperationalError(*cause) if isinstance(cause, tuple) else OperationalError("no")
    if isinstance(cause, Exception):
        error.__cause__ = cause
    return error


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "FIRST_PAUSE", 0)


@pytest.fixture
def refused() -> Callable[..., Any]:
    """Make a use case that adds a user and is refused some times before it succeeds."""

    def make(error: Exception, times: int) -> Any:
        calls = []

        @transactions.use_case
        def run() -> int:
            get_user_model().objects.create(username=f"ann{len(calls)}", email=f"ann{len(calls)}@example.com")
            calls.append(1)
            if len(calls) <= times:
                raise error
            return len(calls)

        return run

    return make


def names() -> list[str]:
    return list(get_user_model().objects.values_list("username", flat=True))


@pytest.mark.parametrize("cause", CONFLICTS.values(), ids=CONFLICTS)
def test_conflicts_are_recognized_on_every_database(cause: Any) -> None:
    assert transactions.is_transient(database_error(cause))


@pytest.mark.parametrize("cause", OTHERS.values(), ids=OTHERS)
def test_other_errors_are_not_conflicts(cause: Any) -> None:
    assert not transactions.is_transient(database_error(cause))


@pytest.mark.django_db(transaction=True)
class TestOutermostUseCase:
    @pytest.mark.parametrize("error", [database_error((1213, "Deadlock found")), Busy()], ids=["conflict", "busy"])
    def test_use_case_is_retried_after_conflict(self, refused: Any, error: Exception) -> None:
        assert refused(error, transactions.ATTEMPTS - 1)() == transactions.ATTEMPTS
        assert names() == [f"ann{transactions.ATTEMPTS - 1}"]  # changes of failed attempts are rolled back

    @pytest.mark.parametrize("error", [database_error((1213, "Deadlock found")), Busy()], ids=["conflict", "busy"])
    def test_busy_is_raised_after_last_attempt(self, refused: Any, error: Exception) -> None:
        with pytest.raises(Busy):
            refused(error, transactions.ATTEMPTS)()

        assert names() == []

    def test_other_error_is_raised_without_retry(self, refused: Any) -> None:
        with pytest.raises(OperationalError, match="syntax"):
            refused(database_error((1064, "syntax")), 1)()

        assert names() == []

    def test_conflict_inside_transaction_is_not_retried(self, refused: Any) -> None:
        with pytest.raises(Busy), transaction.atomic():
            refused(database_error((1213, "Deadlock found")), 1)()
