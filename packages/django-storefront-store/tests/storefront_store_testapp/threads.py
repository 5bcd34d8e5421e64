"""Real threads, each with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

T = TypeVar("T")

PATIENCE = 120  # seconds after which a test has hung


def together(actions: Sequence[Callable[[], T]]) -> list[T]:
    """Run all ``actions`` at the same moment and return their results in order; an exception is raised again."""
    barrier = threading.Barrier(len(actions))

    def run(action: Callable[[], T]) -> T:
        try:
            barrier.wait(PATIENCE)
            return action()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        futures = [pool.submit(run, action) for action in actions]
        return [future.result(PATIENCE) for future in futures]
