"""A pool of connections to Redis that stops asking for a while when Redis doesn't answer."""

from __future__ import annotations

import threading
import time
from typing import Any, Final

from redis.backoff import NoBackoff
from redis.connection import Connection, ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

PAUSE_SECONDS: Final = 5.0
FAILURES: Final = (RedisConnectionError, RedisTimeoutError, OSError)


class Breaker:
    """Remembers that Redis has failed, for ``PAUSE_SECONDS``."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = threading.Lock()

    def trip(self) -> None:
        """Note a failure."""
        with self._lock:
            self._until = time.monotonic() + PAUSE_SECONDS

    def check(self) -> None:
        """Raise if Redis has failed a moment ago.

        Raises:
            ConnectionError: The one of redis-py, which callers know how to handle.
        """
        if time.monotonic() < self._until:
            raise RedisConnectionError(f"Redis has failed within the last {PAUSE_SECONDS:.0f} seconds")


class BreakerPool(ConnectionPool):
    """A pool without retries, whose first failure makes all following calls fail at once.

    A request makes several calls to the cache, and each would wait for its own timeout. With the pause, a Redis that
    hangs costs one timeout in a few seconds, whichever page is asked for.
    """

    def __init__(self, connection_class: type[Any] = Connection, **options: Any) -> None:
        self.breaker = breaker = Breaker()

        class BreakerConnection(connection_class):  # TCP, TLS or a Unix socket, by the address
            """Reports a failure to connect or to read to the breaker of the pool."""

            def connect(self, *args: Any, **kwargs: Any) -> Any:
                try:
                    return super().connect(*args, **kwargs)
                except FAILURES:
                    breaker.trip()
                    raise

            def read_response(self, *args: Any, **kwargs: Any) -> Any:
                try:
                    return super().read_response(*args, **kwargs)
                except FAILURES:
                    breaker.trip()
                    raise

        options.setdefault("retry", Retry(NoBackoff(), 0))
        super().__init__(connection_class=BreakerConnection, **options)

    def get_connection(self, *args: Any, **kwargs: Any) -> Any:
        """Return a connection.

        Raises:
            ConnectionError: If Redis has failed a moment ago, or can't be reached.
        """
        self.breaker.check()
        return super().get_connection(*args, **kwargs)
