from __future__ import annotations

import logging
from collections import Counter
from functools import partial
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.test import RequestFactory
from rest_framework.test import APIClient
from storefront_store_testapp.threads import together

from storefront_store.api.throttles import client_address, parse_rate

pytestmark = pytest.mark.django_db


@pytest.fixture
def limits(settings: Any) -> Any:
    def limits(**rates: str) -> None:
        settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "THROTTLE_RATES": rates}

    return limits


@pytest.fixture
def broken_cache(settings: Any) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }


class TestLimits:
    def test_carts_beyond_the_limit_are_429(self, api: Any, limits: Any) -> None:
        limits(cart_create="2/min")

        with time_machine.travel("2026-01-01T12:00:30Z", tick=False):
            answers = [api.post("/store/carts/", {}) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [201, 201, 429]
        assert answers[2]["Retry-After"] == "30"
        assert answers[2].json()["code"] == "throttled"

    def test_counting_again_is_one_call_of_the_cache(self, api: Any, limits: Any, monkeypatch: Any) -> None:
        limits(cart_create="9/hour")
        api.post("/store/carts/", {})
        calls: list[str] = []

        def spied(name: str, method: Any) -> Any:
            return lambda *args, **kwargs: calls.append(name) or method(*args, **kwargs)

        for name in ("add", "get", "set", "incr"):
            monkeypatch.setattr(LocMemCache, name, spied(name, getattr(LocMemCache, name)))

        api.post("/store/carts/", {})

        assert calls == ["incr"]

    def test_counter_restarts_in_next_window(self, api: Any, limits: Any) -> None:
        limits(cart_create="1/min")

        with time_machine.travel("2026-01-01T12:00:59Z", tick=False):
            first = [api.post("/store/carts/", {}).status_code for _ in range(2)]
        with time_machine.travel("2026-01-01T12:01:00Z", tick=False):
            second = api.post("/store/carts/", {}).status_code

        assert (first, second) == ([201, 429], 201)

    def test_reviews_have_separate_limit(self, api: Any, limits: Any, make_product: Any) -> None:
        limits(review_create="1/hour", cart_create="1/hour")
        url = f"/store/products/{make_product().pk}/reviews/"
        review = {"name": "Ada", "description": "Good."}

        assert api.post("/store/carts/", {}).status_code == 201
        assert [api.post(url, review).status_code for _ in range(2)] == [201, 429]
        assert api.get(url).status_code == 200

    def test_ip_addresses_are_counted_separately(self, api: Any, limits: Any) -> None:
        limits(cart_create="1/day")

        one = [api.post("/store/carts/", {}, REMOTE_ADDR="10.0.0.1").status_code for _ in range(2)]
        other = api.post("/store/carts/", {}, REMOTE_ADDR="10.0.0.2").status_code

        assert (one, other) == ([201, 429], 201)

    def test_rejected_requests_are_counted(self, api: Any, limits: Any, make_product: Any) -> None:
        limits(review_create="2/min")
        url = f"/store/products/{make_product().pk}/reviews/"

        assert [api.post(url, {}).status_code for _ in range(3)] == [400, 400, 429]

    @pytest.mark.django_db(transaction=True)
    def test_concurrent_requests_do_not_exceed_limit(self, limits: Any) -> None:
        limits(cart_create="5/day")

        def post() -> int:
            return APIClient(raise_request_exception=False).post("/store/carts/", {}).status_code

        assert Counter(together([partial(post)] * 16)) == {201: 5, 429: 11}


class TestCacheFailure:
    @pytest.mark.usefixtures("broken_cache")
    def test_requests_are_allowed_and_failure_is_logged(
        self, api: Any, limits: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        limits(cart_create="1/day")

        with caplog.at_level(logging.WARNING, logger="storefront_store"):
            answers = [api.post("/store/carts/", {}).status_code for _ in range(3)]

        assert answers == [201] * 3
        assert "not throttled" in caplog.text

    @pytest.mark.usefixtures("broken_cache")
    def test_lists_are_counted_without_cache(self, api: Any, make_product: Any) -> None:
        make_product()

        assert api.get("/store/products/").json()["count"] == 1

    def test_counter_that_expires_during_request_counts_as_zero(
        self, api: Any, limits: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        limits(cart_create="1/day")
        api.post("/store/carts/", {})

        def expired(*args: Any, **kwargs: Any) -> int:
            raise ValueError("Key not found")

        monkeypatch.setattr(type(cache._connections["default"]), "incr", expired)  # type: ignore[attr-defined]

        assert api.post("/store/carts/", {}).status_code == 201


class TestClientAddress:
    @pytest.mark.parametrize(
        ("proxies", "forwarded", "expected"),
        [
            (0, "1.1.1.1", "10.0.0.1"),
            (1, "1.1.1.1", "1.1.1.1"),
            (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
            (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
            (2, "1.1.1.1", "10.0.0.1"),
            (1, "1.1.1.1:55123", "1.1.1.1"),
            (1, "[2001:db8:1:2::1]:443", "2001:db8:1:2::/64"),
            (1, "[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
            (1, "nonsense", "unknown"),
            (1, "", "unknown"),
        ],
    )
    def test_forwarded_address_is_used_only_from_trusted_proxies(
        self, settings: Any, proxies: int, forwarded: str, expected: str
    ) -> None:
        settings.STOREFRONT_STORE = {"TRUSTED_PROXIES": proxies}
        request: Any = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)

        assert client_address(request) == expected

    def test_ipv6_addresses_are_grouped_by_network(self) -> None:
        one, other, third = (
            RequestFactory().get("/", REMOTE_ADDR=address)
            for address in ("2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1")
        )

        assert client_address(one) == client_address(other)  # type: ignore[arg-type]
        assert client_address(one) != client_address(third)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rate", "expected"), [("60/min", (60, 60)), ("1/s", (1, 1)), ("5/hour", (5, 3600)), ("9/day", (9, 86400))]
)
def test_parse_rate(rate: str, expected: tuple[int, int]) -> None:
    assert parse_rate(rate) == expected
