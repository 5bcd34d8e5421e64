"""Helpers for database connections: existing tables, missing migrations and timeouts."""

from __future__ import annotations

from typing import Any, Final

from django.db import DatabaseError, connections

_known: set[tuple[str, str, str]] = set()
MISSING_STATES: Final = frozenset({"42P01", "42703"})  # PostgreSQL: undefined_table, undefined_column
MISSING_CODES: Final = frozenset({1146, 1054})  # MariaDB: ER_NO_SUCH_TABLE, ER_BAD_FIELD_ERROR
MISSING_WORDS: Final = ("no such table", "no such column")  # SQLite uses one code for all errors of a statement
LIMITS: Final = {
    "postgresql": ("SET lock_timeout = {lock}", "SET statement_timeout = {statement}", 1000),  # milliseconds
    "mysql": ("SET SESSION innodb_lock_wait_timeout = {lock}", "SET SESSION max_statement_time = {statement}", 1),
}


def has_table(model: Any, alias: str) -> bool:
    """Return whether the table of ``model`` is in a database.

    In a project with one schema per tenant, the public schema may have users but no tables of the store. The result is
    cached per process and schema once the table exists.

    Args:
        model: A model.
        alias: A name in ``DATABASES``.
    """
    connection = connections[alias]
    table = model._meta.db_table
    key = (alias, str(getattr(connection, "schema_name", "") or connection.settings_dict["NAME"]), table)
    if key in _known:
        return True
    with connection.cursor() as cursor:
        found = table in connection.introspection.table_names(cursor)
    if found:
        _known.add(key)
    return found


def is_not_migrated(error: DatabaseError) -> bool:
    """Return whether a statement failed because a table or a column is missing.

    Args:
        error: The exception that Django raised for the driver's own.
    """
    cause = error.__cause__
    if getattr(cause, "sqlstate", getattr(cause, "pgcode", None)) in MISSING_STATES:
        return True
    if error.args and error.args[0] in MISSING_CODES:
        return True
    return str(error).startswith(MISSING_WORDS)


def limit_waits(connection: Any, *, lock: float, statement: float) -> None:
    """Set the lock timeout and statement timeout of a connection. SQLite has its own ``timeout`` option.

    Args:
        connection: A connection that was just opened.
        lock: Seconds to wait for a lock; 0 keeps the setting of the database.
        statement: Seconds for a whole statement; 0 keeps the setting of the database.
    """
    if connection.vendor not in LIMITS or not (lock or statement):
        return
    by_lock, by_statement, unit = LIMITS[connection.vendor]
    statements = []
    if lock:
        statements.append(by_lock.format(lock=max(int(lock * unit), 1)))
    if statement:
        if connection.vendor == "mysql" and not connection.mysql_is_mariadb:
            by_statement, unit = "SET SESSION max_execution_time = {statement}", 1000
        statements.append(by_statement.format(statement=max(int(statement * unit), 1)))
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)
