"""Sends requests for a while over some connections, and notes what that has cost."""

from __future__ import annotations

import itertools
import math
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import processes
from client import Answer, Connection, Request, WrongAnswer
from work import Work


@dataclass(frozen=True, slots=True)
class Sample:
    """What one cell has cost in one round.

    Attributes:
        requests: How many were answered.
        seconds: How long that took.
        server_ms: CPU milliseconds a request of the web server.
        database_ms: CPU milliseconds a request of the database.
        p50: Milliseconds within which half of the requests were answered.
        p95: The same for 95 of 100.
        p99: The same for 99 of 100.
    """

    requests: int
    seconds: float
    server_ms: float
    database_ms: float
    p50: float
    p95: float
    p99: float

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds a request of server and database together."""
        return self.server_ms + self.database_ms

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


@dataclass(slots=True)
class Meter:
    """Reads the CPU times of a server and the database."""

    server: int
    database: int
    started: tuple[float, float] = field(default=(0.0, 0.0))

    def start(self) -> None:
        """Remember where they stand."""
        self.started = self._read()

    def stop(self) -> tuple[float, float]:
        """Return the seconds since the start."""
        server, database = self._read()
        return server - self.started[0], database - self.started[1]

    def _read(self) -> tuple[float, float]:
        return processes.cpu_seconds(self.server), processes.cpu_seconds(self.database)


class Load:
    """Requests from several connections at once.

    Args:
        port: Where the server listens.
        connections: How many send at the same time.
    """

    def __init__(self, port: int, connections: int) -> None:
        self.port, self.connections = port, connections

    def measure(self, work: Work, seconds: float, meter: Meter, *, once: bool) -> Sample:
        """Send requests and return what they have cost.

        Args:
            work: What to send, one after the other.
            seconds: When to stop.
            meter: What reads the CPU times.
            once: Whether to stop when all have been sent, instead of beginning again.

        Raises:
            WrongAnswer: If one is answered with another status.
        """
        items = [(work, request) for request in work.requests]
        return self.send_all(iter(items) if once else itertools.cycle(items), meter, seconds)

    def send_all(self, items: Iterator[tuple[Work, Request]], meter: Meter, seconds: float = math.inf) -> Sample:
        """Send the requests of an iterator that threads can share, and return what they have cost.

        Args:
            items: Requests, each with the work that it belongs to.
            meter: What reads the CPU times.
            seconds: When to stop, if the iterator doesn't end before.

        Raises:
            WrongAnswer: If one is answered with another status.
        """
        taken: list[list[float]] = [[] for _ in range(self.connections)]
        errors: list[Exception] = []
        meter.start()
        started = time.monotonic()
        threads = [
            threading.Thread(target=self._send, args=(items, started + seconds, times, errors), daemon=True)
            for times in taken
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        elapsed = time.monotonic() - started
        server, database = meter.stop()
        if errors:
            raise errors[0]
        return sample([time for times in taken for time in times], elapsed, server, database)

    def _send(
        self, items: Iterator[tuple[Work, Request]], end: float, times: list[float], errors: list[Exception]
    ) -> None:
        try:
            with Connection(self.port) as connection:
                while not errors and time.monotonic() < end and (item := next(items, None)) is not None:
                    start = time.perf_counter()
                    send(connection, *item)
                    times.append(time.perf_counter() - start)
        except Exception as error:  # noqa: BLE001  (of a thread: who waits for it raises it)
            errors.append(error)


def send(connection: Connection, work: Work, request: Request) -> Answer:
    """Send a request, and the one that follows it if the work has two; return the last answer.

    Raises:
        WrongAnswer: If one is answered with another status than the work says.
    """
    answer = _send_one(connection, request, work.status)
    return answer if work.then is None else _send_one(connection, work.then(answer), work.status)


def _send_one(connection: Connection, request: Request, status: int) -> Answer:
    answer = connection.send(request)
    if answer.status != status:
        raise WrongAnswer(f"{request.method} {request.path}: {answer.status}, not {status}: {answer.body[:300]!r}")
    return answer


def sample(times: list[float], elapsed: float, server: float, database: float) -> Sample:
    """Work out a sample from single times and whole costs, all in seconds.

    Raises:
        WrongAnswer: If nothing was answered.
    """
    if not times:
        raise WrongAnswer("nothing was answered in time")
    number = len(times)
    cuts = statistics.quantiles(times, n=100, method="inclusive") if number > 1 else times * 99
    milliseconds = [1000 * cuts[index] for index in (49, 94, 98)]
    return Sample(number, elapsed, 1000 * server / number, 1000 * database / number, *milliseconds)
