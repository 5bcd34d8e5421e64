"""Throttling that counts attempts in one atomic step before the work is done, so that parallel requests count too."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import caches

from storefront_auth.conf import app_settings

logger: logging.Logger = logging.getLogger(__name__)

# One integer encodes both the end of the window and the number of hits, so that a single atomic increment suffices.
_COUNTS = 1_000_000


@dataclass(frozen=True)
class Hit:
    """A counted attempt."""

    key: str
    count: int
    limit: int
    wait: int

    @property
    def blocked(self) -> bool:
        """Whether it exceeds the limit."""
        return self.count > self.limit

    def refund(self) -> None:
        """Uncount the attempt."""
        try:
            caches[app_settings.THROTTLE_CACHE].decr(self.key)
        except ValueError:
            pass  # The window has ended.
        except Exception:
            logger.warning("The throttle cache failed; an attempt stays counted", exc_info=True)


def hit(scope: str, who: str) -> Hit | None:
    """Count an attempt.

    Args:
        scope: A key of ``THROTTLE_RATES``.
        who: The address or the account for which it is counted.

    Returns:
        The attempt, or ``None`` if there is no limit, or if the cache fails: the site stays available without
        throttling.
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
        # The key expired between two operations of the cache, or has no expiry.
        cache.set(key, first, seconds)
        return first // _COUNTS, 1
    return ends, count
