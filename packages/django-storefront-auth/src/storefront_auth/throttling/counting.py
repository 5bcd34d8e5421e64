"""Counting attempts, before the work is done and in one atomic step, so that parallel requests can't slip through."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import caches

from storefront_auth.conf import app_settings

logger: logging.Logger = logging.getLogger(__name__)

# One number holds when the window ends and how often it was hit: then adding one to it is all there is to do.
_COUNTS = 1_000_000


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
