"""Counting attempts, before the work is done and in one atomic step, so that parallel requests can't slip through."""

from __future__ import annotations

import ipaddress
import logging
import math
import re
import time
import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import caches
from django.http import HttpRequest

from storefront_auth.conf import app_settings
from storefront_auth.identity import MAX_IDENTIFIER_LENGTH, fold

logger = logging.getLogger(__name__)

# One number holds when the window ends and how often it was hit: then adding one to it is all there is to do.
_COUNTS = 1_000_000
# Some proxies write the port, too, which is another one with every connection.
_WITH_PORT = re.compile(r"\[(?P<v6>.+)\](:\d+)?|(?P<v4>[\d.]+):\d+")


@dataclass(frozen=True)
class Hit:
    """One attempt, counted."""

    key: str
    count: int
    limit: int
    wait: int

    @property
    def blocked(self) -> bool:
        """Whether it was one too many."""
        return self.count > self.limit

    def refund(self) -> None:
        """Take the attempt back."""
        try:
            caches[app_settings.THROTTLE_CACHE].decr(self.key)
        except ValueError:
            pass  # The window is over.
        except Exception:
            logger.warning("The throttle cache failed; an attempt stays counted", exc_info=True)


def hit(scope: str, who: str) -> Hit | None:
    """Count an attempt.

    Args:
        scope: a key of ``THROTTLE_RATES``.
        who: the address or the account that it is counted for.

    Returns:
        The attempt, or ``None`` where there is no limit, or no cache to count in: throttling must not be what takes the
        site down.
    """
    rate = app_settings.THROTTLE_RATES[scope]
    if rate is None:
        return None
    limit, seconds = rate
    key = f"storefront_auth:{scope}:{sha256(who.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
    try:
        ends, count = _count(key, seconds)
    except Exception:
        logger.warning("The throttle cache failed; the request passes", exc_info=True)
        return None
    return Hit(key, count, limit, max(1, math.ceil(ends - time.time())))


def _count(key: str, seconds: int) -> tuple[int, int]:
    cache = caches[app_settings.THROTTLE_CACHE]
    now = time.time()
    first = math.ceil(now + seconds) * _COUNTS + 1
    try:
        value = cache.incr(key)
    except ValueError:
        value = first if cache.add(key, first, seconds) else cache.incr(key)
    ends, count = divmod(value, _COUNTS)
    if ends <= now:
        # It ended between two steps of the cache's own, or never had an end.
        cache.set(key, first, seconds)
        return first // _COUNTS, 1
    return ends, count


def client_address(request: HttpRequest) -> str:
    """Return the address that the request came from.

    An IPv6 one by its network, in which a client has as many as it likes.
    ``X-Forwarded-For`` counts only if ``NUM_PROXIES`` says how many proxies of one's own have written into it.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if proxies := app_settings.NUM_PROXIES:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        address = forwarded[-min(proxies, len(forwarded))].strip() or address
    if with_port := _WITH_PORT.fullmatch(address):
        address = with_port["v6"] or with_port["v4"]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def account_name(identifier: str) -> str:
    """Return one name for all spellings that some database would take for one account.

    Collations ignore case, accents, blanks and invisible characters; none of them may give a guesser another try.
    """
    letters = unicodedata.normalize("NFKD", fold(identifier[:MAX_IDENTIFIER_LENGTH]))
    return "".join(letter for letter in letters if unicodedata.category(letter)[0] not in "MCZ")


class LoginAttempt:
    """An attempt to log in, counted once a request by address and by account, whichever door it came through."""

    def __init__(self, request: HttpRequest | None, identifier: str) -> None:
        hits = [hit("login_account", account_name(identifier))]
        if request is not None:
            hits.append(hit("login_address", client_address(request)))
        self.hits = [counted for counted in hits if counted]

    @classmethod
    def of(cls, request: HttpRequest | None, identifier: str) -> LoginAttempt:
        """Return this request's attempt for this account; the first call counts it."""
        if request is None:
            return cls(None, identifier)
        attempts = request.__dict__.setdefault("_storefront_auth_attempts", {})
        if identifier not in attempts:
            attempts[identifier] = cls(request, identifier)
        return attempts[identifier]

    @staticmethod
    def blocked_in(request: HttpRequest) -> LoginAttempt | None:
        """Return the attempt of this request that was blocked, if one was."""
        attempts = getattr(request, "_storefront_auth_attempts", {}).values()
        return next((attempt for attempt in attempts if attempt.wait), None)

    @property
    def wait(self) -> int:
        """Seconds until the next attempt may be made; 0 if this one may."""
        return max((counted.wait for counted in self.hits if counted.blocked), default=0)

    def succeeded(self) -> None:
        """Forget this attempt: only failed ones add up."""
        for counted in self.hits:
            counted.refund()
        self.hits = []
