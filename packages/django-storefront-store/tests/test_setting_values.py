"""Invalid values of settings are reported by system checks."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from storefront_store.checks import models
from storefront_store.checks import settings as setting_checks
from storefront_store.databases import limit_waits
from storefront_store.people import is_staff


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUSTED_PROXIES", -1),
        ("PAGE_SIZE", 0),
        ("MAX_PAGE_SIZE", -5),
        ("LOCK_TIMEOUT", -1),
        ("STATEMENT_TIMEOUT", "5"),
        ("MAX_LINE_QUANTITY", 40_000),
        ("MAX_LINE_QUANTITY", 0),
        ("IDEMPOTENCY_HOURS", 0),
        ("IMAGE_MAX_BYTES", 0),
        ("LOW_STOCK", -1),
        ("LIST_FRESHNESS_SECONDS", -1),
        ("CURRENCY", "euro"),
        ("CURRENCY", ""),
        ("TAX_RATE", "NaN"),
        ("MIN_PRICE", -1),
    ],
)
def test_invalid_values_are_reported(name: str, value: Any, settings: Any) -> None:
    settings.STOREFRONT_STORE = {name: value}

    assert [(found.id, name in found.msg) for found in setting_checks.check_settings()] == [
        ("storefront_store.E005", True)
    ]


@pytest.mark.parametrize(("name", "value"), [("TAX_RATE", "0.19"), ("TRUSTED_PROXIES", 2), ("LOCK_TIMEOUT", 5)])
def test_valid_values_pass_checks(name: str, value: Any, settings: Any) -> None:
    settings.STOREFRONT_STORE = {name: value}

    assert setting_checks.check_settings() == []


@pytest.mark.django_db
def test_negative_trusted_proxies_does_not_break_requests(api: Any, settings: Any) -> None:
    settings.STOREFRONT_STORE = {"TRUSTED_PROXIES": -1, "THROTTLE_RATES": {"cart_create": "60/min"}}

    assert api.post("/store/carts/", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 201


def test_user_model_with_is_staff_method_is_reported(monkeypatch: Any) -> None:
    model = get_user_model()
    assert models.check_user_model() == []

    monkeypatch.setattr(model, "is_staff", lambda self: True)

    assert [found.id for found in models.check_user_model()] == ["storefront_store.E008"]
    assert not is_staff(model(username="ann"))


@pytest.mark.database
@pytest.mark.django_db
def test_lock_and_statement_timeouts_are_set() -> None:
    limit_waits(connection, lock=3, statement=7)

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
            assert cursor.fetchone() == ("3s", "7s")
            cursor.execute("SET lock_timeout = 0")
            cursor.execute("SET statement_timeout = 0")
        elif connection.vendor == "mysql":
            cursor.execute("SELECT @@innodb_lock_wait_timeout, @@max_statement_time")
            assert [float(value) for value in cursor.fetchone()] == [3, 7]
            cursor.execute("SET SESSION innodb_lock_wait_timeout = 50, max_statement_time = 0")
