"""Faster reading of dates and times from PostgreSQL.

Psycopg's loader for ``timestamptz`` matches each value with a regular expression, and converts it to the time zone of
the connection, which takes 10 µs for each row of a list. Connections whose time zone is UTC, as by default,
get a loader that leaves the work to Python's parser. Values that it does not know, such as those before the year 1, are
left to the usual loader.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

TEXT: Final = 0  # the format of values, as ``psycopg.pq.Format.TEXT``
TIMESTAMPTZ: Final = 1184  # the number of the type in every database


class UtcDateTimes:
    """Mixin for a loader of psycopg whose time zone is UTC."""

    def load(self, data: Any) -> Any:
        """Return the date and time."""
        try:
            value = datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            return super().load(data)  # type: ignore[misc]
        return value if value.tzinfo is UTC else super().load(data)  # type: ignore[misc]


@lru_cache(maxsize=8)
def faster(usual: type[Any]) -> type[Any]:
    """Return a subclass of a loader that reads most values faster."""
    return type("UtcDateTimeLoader", (UtcDateTimes, usual), {})


def read_datetimes_faster(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Replace the loader of a new connection, if it is Django's and its time zone is UTC."""
    adapters = getattr(connection.connection, "adapters", None) if connection.vendor == "postgresql" else None
    if adapters is None:  # another database, or an older psycopg
        return
    usual = adapters.get_loader(TIMESTAMPTZ, TEXT)
    if getattr(usual, "timezone", None) is UTC and not issubclass(usual, UtcDateTimes):
        adapters.register_loader("timestamptz", faster(usual))


connection_created.connect(read_datetimes_faster, dispatch_uid="storefront.datetimes")
