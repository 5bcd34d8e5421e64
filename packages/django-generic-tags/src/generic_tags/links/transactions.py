"""The retry decorator of use cases."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from django.db import DatabaseError, IntegrityError, OperationalError, connections, transaction

from ..exceptions import Busy

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS: Final = 8
FIRST_PAUSE: Final = 0.01  # seconds, doubled each time, with jitter

# https://www.postgresql.org/docs/current/errcodes-appendix.html
POSTGRESQL_CONFLICTS: Final = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected
POSTGRESQL_FOREIGN_KEY: Final = "23503"
POSTGRESQL_DUPLICATE: Final = "23505"
# https://mariadb.com/kb/en/mariadb-error-codes/
MYSQL_CONFLICTS: Final = frozenset({1020, 1213})  # ER_CHECKREAD, ER_LOCK_DEADLOCK
MYSQL_FOREIGN_KEYS: Final = frozenset({1451, 1452})  # ER_ROW_IS_REFERENCED_2, ER_NO_REFERENCED_ROW_2
MYSQL_DUPLICATE: Final = 1062


def is_transient(error: DatabaseError) -> bool:
    """Return whether the database aborted the transaction because of another one, so that a retry may succeed."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in POSTGRESQL_CONFLICTS:
        return True
    if getattr(cause, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return True
    return _mysql_code(cause) in MYSQL_CONFLICTS


def is_missing_reference(error: DatabaseError) -> bool:
    """Return whether a foreign key was violated, because a referenced row has been deleted in the meantime."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) == POSTGRESQL_FOREIGN_KEY:
        return True
    if getattr(cause, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_FOREIGNKEY":
        return True
    return _mysql_code(cause) in MYSQL_FOREIGN_KEYS


def is_duplicate(error: DatabaseError) -> bool:
    """Return whether a unique constraint was violated."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) == POSTGRESQL_DUPLICATE:
        return True
    if getattr(cause, "sqlite_errorname", "") in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}:
        return True
    return _mysql_code(cause) == MYSQL_DUPLICATE


def use_case(*, retry_missing_references: bool = False) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Run the decorated function in one transaction of the database named by its keyword argument ``using``.

    The outermost transaction is retried, up to eight times in all, if the database aborts it because of another one
    (serialization failure, deadlock, locked file). The function must therefore have no side effects other than its
    writes to the database; use ``transaction.on_commit`` for those.

    Args:
        retry_missing_references: Whether to also retry if a referenced row has been deleted in the meantime, for
            functions that look up these rows again.

    Returns:
        The decorator. The decorated function raises ``Busy`` if all attempts failed, or if an enclosing transaction
        would have to be retried.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            using: Any = kwargs["using"]
            attempts = 1 if connections[using].in_atomic_block else ATTEMPTS
            attempt = 1
            while True:
                try:
                    with transaction.atomic(using=using):
                        return function(*args, **kwargs)
                except (OperationalError, IntegrityError) as error:
                    repeatable = is_transient(error) or (retry_missing_references and is_missing_reference(error))
                    if not repeatable:
                        raise
                    if attempt == attempts:
                        raise Busy from error
                except Busy:
                    if attempt == attempts:
                        raise
                time.sleep(FIRST_PAUSE * 2**attempt * random.random())  # noqa: S311 - jitter, not a secret
                attempt += 1

        return run

    return decorate


def _mysql_code(cause: BaseException | None) -> object:
    return cause.args[0] if cause is not None and cause.args else None
