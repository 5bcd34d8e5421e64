"""Limits for what anybody may write without a login."""

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
WITH_PORT: Final = re.compile(r"\[(?P<v6>.+)\](:\d+)?|(?P<v4>[\d.]+):\d+")  # as some proxies write an address


class ScopeThrottle(BaseThrottle):
    """Counts requests by address in fixed windows, with the atomic ``add`` and ``incr`` of the cache.

    The view says which limit applies by ``get_throttle_scope()``; the rates are ``THROTTLE_RATES``. When the cache
    is dead, requests pass and the failure is logged.
    """

    def __init__(self) -> None:
        self._wait: float | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count this request and tell whether it is within the limit."""
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
        """Return the name of the limit."""
        scope: str = view.get_throttle_scope()  # type: ignore[attr-defined]
        return scope

    def _count(self, key: str, period: int) -> int:
        try:
            cache = caches[app_settings.THROTTLE_CACHE]
            if cache.add(key, 1, timeout=period):
                return 1
            return cache.incr(key)
        except Exception:  # whatever a cache backend raises: a shop that sells beats one that counts
            logger.warning("Requests are not throttled: the cache failed", exc_info=True)
            return 0

    def wait(self) -> float | None:
        """Seconds until the next window."""
        return self._wait


class VoucherThrottle(ScopeThrottle):
    """Limits the requests that try a voucher code, so that codes can't be guessed."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request if its body holds codes."""
        data = request.data
        if not isinstance(data, Mapping) or not data.get("vouchers"):
            return True
        return super().allow_request(request, view)

    def get_scope(self, view: APIView) -> str:
        """Return the name of the limit."""
        return "voucher"


def parse_rate(rate: str) -> tuple[int, int]:
    """Return the number and the seconds of a rate such as ``"60/min"``."""
    number, _, period = rate.partition("/")
    return int(number), SECONDS[period[0]]


def client_address(request: Request) -> str:
    """The address to count by: the peer's, or what ``TRUSTED_PROXIES`` proxies say of it; a network for IPv6."""
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
