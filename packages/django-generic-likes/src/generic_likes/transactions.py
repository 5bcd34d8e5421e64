"""Run a statement again if the database chose it as the victim of a conflict."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, TypeVar

from django.db import OperationalError, connections

from generic_likes.exceptions import BusyError

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

ATTEMPTS = 5
# PostgreSQL: serialisation failure, deadlock. MySQL and MariaDB: snapshot too old, deadlock.
_SQLSTATES = frozenset({"40001", "40P01"})
_MYSQL_CODES = frozenset({1020, 1213})


def _is_conflict(error: OperationalError) -> bool:
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in _SQLSTATES:
        return True
    if getattr(cause, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
        return True
    return bool(cause and cause.args and cause.args[0] in _MYSQL_CODES)


def repeat(action: Callable[[], Result], using: str) -> Result:
    """Run ``action``, one statement, and return what it returns.

    If the caller is in a transaction, a conflict is the caller's to repeat: it is raised at once.

    Raises:
        BusyError: the database refused five times.
    """
    attempt = 0
    while True:
        attempt += 1
        try:
            return action()
        except OperationalError as error:
            if not _is_conflict(error):
                raise
            if attempt == ATTEMPTS or connections[using].in_atomic_block:
                raise BusyError from error
            time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311 - jitter, not a secret
