"""Transactions of use cases, with retries after transient database errors."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, ParamSpec, TypeVar

from django.db import OperationalError, connections, router, transaction

from storefront_store.conf import get_model
from storefront_store.exceptions import Busy

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


_chosen: ContextVar[str | None] = ContextVar("storefront_store_database", default=None)


def is_transient(error: OperationalError) -> bool:
    """Return whether the database aborted the transaction because of a concurrent one.

    Args:
        error: The exception that Django raised for the driver's own.
    """
    cause = error.__cause__
    if getattr(cause, "sqlstate", getattr(cause, "pgcode", None)) in POSTGRESQL_STATES:
        return True
    if getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_CODES:
        return True
    return bool(error.args) and error.args[0] in MYSQL_CODES


def using() -> str:
    """Return the alias of the database to which use cases write: set by :func:`stay_in`, else chosen by the router."""
    return _chosen.get() or router.db_for_write(get_model("Order"))


@contextmanager
def stay_in(alias: str) -> Iterator[None]:
    """Make the use cases in this block write to one database, regardless of the router.

    Args:
        alias: A name in ``DATABASES``.
    """
    token = _chosen.set(alias)
    try:
        yield
    finally:
        _chosen.reset(token)


def after_commit(function: Callable[[], object]) -> None:
    """Call ``function`` after the use case is committed; exceptions are logged and not raised."""
    transaction.on_commit(function, using=using(), robust=True)


def use_case(function: Callable[P, T]) -> Callable[P, T]:
    """Run ``function`` in one transaction.

    If it is the outermost transaction, it is retried up to eight times in all when the database aborts it in favour of
    another transaction (serialisation failure, deadlock, busy file). ``function`` must therefore have no side effects
    outside the database; use :func:`after_commit` for those.

    Raises:
        Busy: If the retries failed, or an outer transaction would have to be retried.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        alias = using()
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


def joined(function: Callable[P, T]) -> Callable[P, T]:
    """Return a use case without a transaction of its own, which saves the savepoint.

    Call it only from another use case that lets all of its exceptions pass, so that the transaction is rolled back.
    """
    inner: Callable[P, T] = function.__wrapped__  # type: ignore[attr-defined]
    return inner
