from __future__ import annotations

import sqlite3

import pytest
from django.db import OperationalError

from generic_likes.links import transactions


def database_error(cause):
    error = OperationalError("no")
    error.__cause__ = cause
    return error


def with_code(cause, **attributes):
    for name, value in attributes.items():
        setattr(cause, name, value)
    return cause


CONFLICTS = {
    "postgresql deadlock": with_code(Exception(), sqlstate="40P01"),
    "postgresql serialisation": with_code(Exception(), sqlstate="40001"),
    "mariadb deadlock": Exception(1213, "Deadlock found"),
    "mariadb snapshot": Exception(1020, "Record has changed"),
    "sqlite busy": with_code(sqlite3.OperationalError("database is locked"), sqlite_errorname="SQLITE_BUSY_SNAPSHOT"),
}
REFERENCES = {
    "postgresql": with_code(Exception(), sqlstate="23503"),
    "mariadb, insertion": Exception(1452, "Cannot add or update a child row"),
    "mariadb, deletion": Exception(1451, "Cannot delete or update a parent row"),
    "sqlite": with_code(sqlite3.IntegrityError("FOREIGN KEY"), sqlite_errorname="SQLITE_CONSTRAINT_FOREIGNKEY"),
}
DUPLICATES = {
    "postgresql": with_code(Exception(), sqlstate="23505"),
    "mariadb": Exception(1062, "Duplicate entry"),
    "sqlite": with_code(sqlite3.IntegrityError("UNIQUE"), sqlite_errorname="SQLITE_CONSTRAINT_UNIQUE"),
}
OTHERS = {
    "no cause": None,
    "no table": sqlite3.OperationalError("no such table"),
    "postgresql syntax": with_code(Exception(), sqlstate="42601"),
    "mariadb syntax": Exception(1064, "You have an error in your SQL syntax"),
    "empty": Exception(),
}


@pytest.mark.parametrize("cause", CONFLICTS.values(), ids=CONFLICTS)
def test_conflicts_are_recognized_on_every_database(cause):
    assert transactions.is_transient(database_error(cause))


@pytest.mark.parametrize("cause", OTHERS.values(), ids=OTHERS)
def test_other_errors_are_not_conflicts(cause):
    assert not transactions.is_transient(database_error(cause))


@pytest.mark.parametrize("cause", REFERENCES.values(), ids=REFERENCES)
def test_missing_references_are_recognized_on_every_database(cause):
    assert transactions.is_missing_reference(database_error(cause))


@pytest.mark.parametrize("cause", DUPLICATES.values(), ids=DUPLICATES)
def test_duplicates_are_recognized_on_every_database(cause):
    assert transactions.is_duplicate(database_error(cause))


@pytest.mark.parametrize("cause", OTHERS.values(), ids=OTHERS)
def test_other_errors_are_neither_missing_references_nor_duplicates(cause):
    assert not transactions.is_missing_reference(database_error(cause))
    assert not transactions.is_duplicate(database_error(cause))
