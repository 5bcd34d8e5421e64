"""The decorator that runs a use case in a transaction and retries it after transient errors."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from django.contrib.auth import get_user_model
from django.db import OperationalError, connections, router, transaction
from django.db.models import Model

from storefront_auth.exceptions import Busy

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS: Final = 8
FIRST_PAUSE: Final = 0.01  # seconds, doubled each time, with jitter

# https://www.postgresql.org/docs/current/errcodes-appendix.html: serialization_failure, deadlock_detected
POSTGRESQL_STATES: Final = frozenset({"40001", "40P01"})
# https://mariadb.com/kb/en/mariadb-error-codes/: ER_LOCK_DEADLOCK, ER_CHECKREAD
MYSQL_CODES: Final = frozenset({1213, 1020})
# https://www.sqlite.org/rescode.html: SQLITE_BUSY, SQLITE_LOCKED
SQLITE_CODES: Final = frozenset({5, 6})


def is_transient(error: OperationalError) -> bool:
    """Return whether the database aborted the transaction because of another one, so that a retry may succeed."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", getattr(cause, "pgcode", None)) in POSTGRESQL_STATES:
        return True
    if getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_CODES:
        return True
    return bool(error.args) and error.args[0] in MYSQL_CODES


def database_of(user: Model | None = None) -> str:
    """Return the alias of the database to write to.

    Args:
        user: The account that is written. Without a router this is the database that it was read from.
    """
    return router.db_for_write(get_user_model(), **({"instance": user} if user is not None else {}))


def use_case(function: Callable[P, T]) -> Callable[P, T]:
    """Run ``function`` in one transaction, in the database of the user that is its first argument.

    The outermost transaction is retried, up to eight times in all, if the database aborts it in favour of another one
    (serialization failure, deadlock, busy file). ``function`` must therefore have no side effects other than its writes
    to the database; use ``transaction.on_commit`` for those.

    Args:
        function: The use case. If its first argument is not a user, the router chooses the database.

    Raises:
        Busy: If the database aborted the transaction eight times, or if an enclosing transaction has to be retried.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        first = args[0] if args else None
        alias = database_of(first if isinstance(first, Model) else None)
        attempts = 1 if connections[alias].in_atomic_block else ATTEMPTS
        attempt = 1
        while True:
            try:
                with transaction.atomic(using=alias):
                    return function(*args, **kwargs)
            except OperationalError as error:
                if not is_transient(error):
                    raise
                if attempt == attempts:
                    raise Busy from error
            except Busy:
                if attempt == attempts:
                    raise
            time.sleep(FIRST_PAUSE * 2**attempt * random.random())  # noqa: S311
            attempt += 1

    return run
