"""Dates and times are read as psycopg and Django read them, only faster."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DataError, connection

from storefront.datetimes import TEXT, TIMESTAMPTZ, UtcDateTimes, faster, read_datetimes_faster

pytestmark = [pytest.mark.database, pytest.mark.django_db]

VALUES = (
    "2026-11-28 11:50:15.123456+00",
    "2026-11-28 11:50:15.1+00",
    "2026-11-28 11:50:15+00",
    "2026-11-28 11:50:15+05:30",
    "1800-01-01 00:00:00-00:01:15",
    "0001-01-01 00:00:00+00",
    "9999-12-31 23:59:59.999999+00",
)
OTHERS = ("infinity", "-infinity", "0044-03-15 00:00:00+00 BC", "10000-01-01 00:00:00+00")


@pytest.fixture
def loader() -> Any:
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL's driver loads dates slowly")
    connection.ensure_connection()
    return connection.connection.adapters.get_loader(TIMESTAMPTZ, TEXT)


def test_connections_have_it_once(loader: Any) -> None:
    assert issubclass(loader, UtcDateTimes)

    read_datetimes_faster(connection)

    assert connection.connection.adapters.get_loader(TIMESTAMPTZ, TEXT) is loader


@pytest.mark.parametrize("text", VALUES)
def test_value_equals_that_of_default_loader(text: str, loader: Any) -> None:
    usual = loader.__mro__[2](TIMESTAMPTZ, connection.connection)
    value = loader(TIMESTAMPTZ, connection.connection).load(text.encode())

    assert value == usual.load(text.encode())
    assert value.tzinfo is UTC


@pytest.mark.parametrize("text", OTHERS)
def test_unsupported_dates_raise_same_error_as_default_loader(text: str, loader: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])

        with pytest.raises(DataError):
            cursor.fetchall()


def test_stored_datetime_is_read_unchanged(loader: Any) -> None:
    stored = datetime(2026, 3, 29, 1, 30, 0, 500, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [stored])
        [[read]] = cursor.fetchall()

    assert (read, read.tzinfo) == (stored, UTC)


def test_another_time_zone_keeps_the_usual_loader(loader: Any) -> None:
    class Berlin(loader.__mro__[2]):  # type: ignore[misc]
        timezone = ZoneInfo("Europe/Berlin")

    connection.connection.adapters.register_loader("timestamptz", Berlin)
    try:
        read_datetimes_faster(connection)
        assert connection.connection.adapters.get_loader(TIMESTAMPTZ, TEXT) is Berlin
    finally:
        connection.connection.adapters.register_loader("timestamptz", faster(loader.__mro__[2]))
