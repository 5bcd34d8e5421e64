"""Sends our store many mixed requests, and watches the memory of its workers."""

from __future__ import annotations

from itertools import cycle, islice

import processes
from client import Request
from plans import Plan
from results import Soak
from rows import ROWS
from shops.store import Store
from timing import Load, Meter
from work import NOT_MODIFIED, Work

WARM_UP = 2_000  # requests, which import what is imported late and fill what is remembered


def soak(store: Store, plan: Plan, database_pid: int) -> Soak:
    """Send requests of all rows that can be repeated, in turns, and return the memory before and after.

    Args:
        store: The running store.
        plan: How many requests, and over how many connections.
        database_pid: The process of the database.

    Raises:
        WrongAnswer: If one is answered with another status.
    """
    works = [store.work(row.name, 1) for row in ROWS if not row.writes and store.can(row.name)]
    requests = mixed([work for work in works if work.status != NOT_MODIFIED])  # what they send gets old meanwhile
    load, meter = Load(store.port, plan.connections), Meter(store.pid, database_pid)
    load.send_all(islice(requests, WARM_UP), meter)
    before = sum(processes.resident_bytes(store.pid))
    sample = load.send_all(islice(requests, plan.soak), meter)
    return Soak(plan.soak, before, sum(processes.resident_bytes(store.pid)), sample.per_second)


def mixed(works: list[Work]) -> cycle[tuple[Work, Request]]:
    """Return the requests of all works in turns, without end."""
    longest = max(len(work.requests) for work in works)
    return cycle([(work, work.requests[index % len(work.requests)]) for index in range(longest) for work in works])
