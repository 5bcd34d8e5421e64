"""Dates are right with and without ``USE_TZ``."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone

from storefront_store import moments


@pytest.mark.parametrize(
    ("use_tz", "now", "expected"),
    [
        (True, datetime(2026, 1, 1, 23, 30, tzinfo=UTC), date(2026, 1, 2)),
        (False, datetime(2026, 1, 1, 23, 30), date(2026, 1, 1)),  # noqa: DTZ001
    ],
)
def test_today_is_date_in_time_zone_of_project(
    settings: Any, monkeypatch: pytest.MonkeyPatch, use_tz: bool, now: datetime, expected: date
) -> None:
    settings.USE_TZ, settings.TIME_ZONE = use_tz, "Europe/Vienna"
    monkeypatch.setattr(timezone, "now", lambda: now)

    assert moments.today() == expected
