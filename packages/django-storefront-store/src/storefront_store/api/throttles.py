"""Throttles for requests that need no login."""

from __future__ import annotations

import ipaddress
import logging
import re
import time
from collections.abc import Mapping
from typing import Final

from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from storefront_store.conf import app_settings

logger: Final = logging.getLogger(__name__)

SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
WITH_PORT: Final = re.compile(r"\[(?P<v6>.+)\](:\d+)?|(?P<v4>[\d.]+):\d+")  # address format of some proxies


class ScopeThrottle(BaseThrottle):
    """Throttle by address in fixed windows, using the atomic ``add`` and ``incr`` of the cache.

    The view's ``get_throttle_scope()`` returns the scope, and the setting ``THROTTLE_RATES`` has the rates. If the
    cache fails, requests are allowed and the failure is logged.
    """

    def __init__(self) -> None:
        self._wait: float | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count this request, and return whether it is within the limit."""
        scope = self.get_scope(view)
        rate = app_settings.THROTTLE_RATES.get(scope)
        if rate is None:
            return True
        limit, period = parse_rate(rate)
        now = time.time()
        key = f"storefront_store:throttle:{scope}:{int(now // period)}:{client_address(request)}"
        self._wait = period - now % period
        return self._count(key, period) <= limit

    def get_scope(self, view: APIView) -> str:
        """Return the scope."""
        scope: str = view.get_throttle_scope()  # type: ignore[attr-defined]
        return scope

    def _count(self, key: str, period: int) -> int:
        try:
            cache = caches[app_settings.THROTTLE_CACHE]
            try:
                return cache.incr(key)  # first, so that all requests but the first of a window need one round trip
            except ValueError:
                return 1 if cache.add(key, 1, timeout=period) else cache.incr(key)
        except Exception:  # any exception of a cache backend: availability takes precedence over throttling
            logger.warning("Requests are not throttled: the cache failed", exc_info=True)
            return 0

    def wait(self) -> float | None:
        """Return the seconds until the next window."""
        return self._wait


class VoucherThrottle(ScopeThrottle):
    """Throttle of requests with voucher codes, so that codes can't be guessed."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request if its body has voucher codes."""
        data = request.data
        if not isinstance(data, Mapping) or not data.get("vouchers"):
            return True
        return super().allow_request(request, view)

    def get_scope(self, view: APIView) -> str:
        """Return the scope."""
        return "voucher"


def parse_rate(rate: str) -> tuple[int, int]:
    """Return the number of requests and the seconds of a rate such as ``"60/min"``."""
    number, _, period = rate.partition("/")
    return int(number), SECONDS[period[0]]


def client_address(request: Request) -> str:
    """Return the address of the client, considering ``TRUSTED_PROXIES``; the /64 network for IPv6."""
    address = request.META.get("REMOTE_ADDR", "")
    proxies = app_settings.TRUSTED_PROXIES
    if proxies > 0:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        address = forwarded[-proxies] if len(forwarded) >= proxies else address
    if with_port := WITH_PORT.fullmatch(address):
        address = with_port["v6"] or with_port["v4"]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False))
    return str(parsed)
