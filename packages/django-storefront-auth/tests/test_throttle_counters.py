from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connections
from rest_framework.test import APIClient
from storefront_auth_testapp.logins import log_in

from storefront_auth import throttling
from storefront_auth.throttling import counting

pytestmark = pytest.mark.django_db


class UnreachableCache:
    def incr(self, *args: Any) -> int:
        raise ConnectionError("no cache")

    decr = incr


class FailingDecrementCache:
    """Fails between the attempt and its refund."""

    def incr(self, key: str) -> int:
        return 4_000_000_000_000_000 + 1

    def decr(self, *args: Any) -> int:
        raise ConnectionError("no cache")


@pytest.mark.parametrize(
    "cache", [UnreachableCache(), FailingDecrementCache()], ids=["unreachable", "failing decrement"]
)
def test_requests_are_allowed_and_failure_is_logged_when_cache_is_down(
    api: APIClient, user: Any, password: str, monkeypatch: Any, caplog: Any, cache: Any
) -> None:
    monkeypatch.setattr(counting, "caches", {"default": cache})

    assert log_in(api, password=password).status_code == 200
    assert "throttle cache failed" in caplog.text


def test_counter_without_expiry_is_reset() -> None:
    first = throttling.hit("login_account", "ann")
    assert first is not None
    caches["default"].set(first.key, 7, None)

    again = throttling.hit("login_account", "ann")

    assert again is not None
    assert (again.count, again.wait) in {(1, 300), (1, 301)}


def test_refund_after_window_is_ignored() -> None:
    attempt = throttling.hit("login_account", "ann")
    assert attempt is not None
    caches["default"].clear()

    attempt.refund()

    assert caches["default"].get(attempt.key) is None


def count_in_parallel(threads: int, rounds: int) -> list[int]:
    def one(_: int) -> list[int]:
        counted = [throttling.hit("login_account", "ann") for _ in range(rounds)]
        connections.close_all()
        return [attempt.count for attempt in counted if attempt]

    with ThreadPoolExecutor(threads) as pool:
        return [count for counts in pool.map(one, range(threads)) for count in counts]


def test_parallel_attempts_are_counted_exactly() -> None:
    assert sorted(count_in_parallel(32, 20)) == list(range(1, 641))


@pytest.fixture
def redis_cache(settings: Any) -> None:
    url = os.environ.get("TEST_REDIS_URL")
    if not url:
        pytest.skip("TEST_REDIS_URL is not set")
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}}
    caches["default"].clear()


@pytest.mark.redis
def test_parallel_attempts_are_counted_exactly_on_redis(redis_cache: None) -> None:
    assert sorted(count_in_parallel(32, 20)) == list(range(1, 641))


@pytest.mark.redis
def test_window_expires_on_redis(redis_cache: None, settings: Any) -> None:
    import time

    settings.STOREFRONT_AUTH = {"THROTTLE_RATES": {"login_account": (1, 1)}}
    counts = [throttling.hit("login_account", "ann").count for _ in range(2)]  # type: ignore[union-attr]
    time.sleep(2.1)

    assert counts == [1, 2]
    assert throttling.hit("login_account", "ann").count == 1  # type: ignore[union-attr]


@pytest.mark.redis
def test_requests_are_allowed_when_redis_is_down(
    api: APIClient, user: Any, password: str, settings: Any, caplog: Any
) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.05},
        }
    }

    assert [log_in(api).status_code for _ in range(8)] == [401] * 8
    assert "throttle cache failed" in caplog.text


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_parallel_clients_share_login_limit(user: Any, name: str) -> None:
    def guess(_: int) -> list[int]:
        api = APIClient()
        statuses = [log_in(api, username=name).status_code for _ in range(2)]
        connections.close_all()
        return statuses

    with ThreadPoolExecutor(32) as pool:
        statuses = [status for pair in pool.map(guess, range(32)) for status in pair]

    assert statuses.count(401) == 5
    assert statuses.count(429) == 59
