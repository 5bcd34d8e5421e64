"""A Redis connection pool with a circuit breaker."""

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
    """Circuit breaker that stays open for ``PAUSE_SECONDS`` after a failure of Redis."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = threading.Lock()

    def trip(self) -> None:
        """Record a failure."""
        with self._lock:
            self._until = time.monotonic() + PAUSE_SECONDS

    def check(self) -> None:
        """Raise an exception if Redis has failed recently.

        Raises:
            ConnectionError: The exception of redis-py, which callers handle.
        """
        if time.monotonic() < self._until:
            raise RedisConnectionError(f"Redis has failed within the last {PAUSE_SECONDS:.0f} seconds")


class BreakerPool(ConnectionPool):
    """Connection pool without retries, in which all calls fail immediately for a while after a failure.

    A request calls the cache several times, and each call would wait for its timeout. With the circuit breaker, a Redis
    that does not respond costs one timeout every few seconds.
    """

    def __init__(self, connection_class: type[Any] = Connection, **options: Any) -> None:
        self.breaker = breaker = Breaker()

        class BreakerConnection(connection_class):  # TCP, TLS or a Unix socket, depending on the URL
            """Reports errors of connecting and reading to the circuit breaker of the pool."""

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
            ConnectionError: If Redis has failed recently, or can't be reached.
        """
        self.breaker.check()
        return super().get_connection(*args, **kwargs)
