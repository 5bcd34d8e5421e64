"""Run a use case in one transaction, again if the database chose it as the victim of a conflict."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, TypeVar

from django.db import IntegrityError, OperationalError, connections, transaction

from generic_tags.exceptions import BusyError

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

ATTEMPTS = 5
# PostgreSQL: serialisation failure, deadlock, and a tag that was deleted while it was being attached, or vice versa.
_SQLSTATES = frozenset({"40001", "40P01", "23503"})
# MySQL and MariaDB: snapshot too old, deadlock, and both of these.
_MYSQL_CODES = frozenset({1020, 1213, 1451, 1452})


def _is_conflict(error: Exception) -> bool:
    if isinstance(error, BusyError):  # of a use case inside this one, which could not repeat the whole
        return True
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in _SQLSTATES:
        return True
    if getattr(cause, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
        return True
    return bool(cause and cause.args and cause.args[0] in _MYSQL_CODES)


def run(action: Callable[[], Result], using: str) -> Result:
    """Run ``action`` in a transaction and return what it returns.

    If the caller is in a transaction already, a conflict is the caller's to repeat: it is raised at once.

    Raises:
        BusyError: the database refused five times.
    """
    nested = connections[using].in_atomic_block
    attempt = 0
    while True:
        attempt += 1
        try:
            with transaction.atomic(using=using):
                return action()
        except (OperationalError, IntegrityError, BusyError) as error:
            if not _is_conflict(error):
                raise
            if nested or attempt == ATTEMPTS:
                raise BusyError from error
            time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311 - jitter, not a secret
