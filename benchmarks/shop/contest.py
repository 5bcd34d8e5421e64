"""Fills all shops to one size and asks them the same, in turns."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from typing import Final

import processes
from catalogue import Catalogue
from client import Connection, Request
from database import Database
from plans import Plan
from results import Cell, Measured, Oversell
from rows import Row
from services import Services
from shops.base import Shop, StockedShop
from shops.script import Script
from shops.store import Store
from soak import soak
from timing import Load, Meter, Sample, send
from work import Work

OVERSOLD_PRODUCT: Final = 7
# Requests, 15 for each thread of the servers, which have connections of their own: psycopg prepares a statement when it
# is executed for the sixth time at the latest, and PostgreSQL then plans it five times before it keeps a plan.
WARM_UP: Final = 120


class Contest:
    """All shops at one size.

    A shop that can't be filled or started is left out, and a cell that fails is noted; both leave the others alone.

    Args:
        services: What starts the servers.
        database: The database of all.
        kinds: The shops.
        size: How many products they have.
    """

    def __init__(self, services: Services, database: Database, kinds: Sequence[type[Shop]], size: int) -> None:
        self.database, self.catalogue = database, Catalogue(size)
        self.shops = [kind(database, self.catalogue, services) for kind in kinds if size <= kind.largest]
        self.measured = Measured(size)

    def run(self, plan: Plan, keep: Callable[[Measured], None]) -> Measured:
        """Fill, start, measure and stop.

        Args:
            plan: How long, and what.
            keep: Called after each round with what was measured so far.
        """
        try:
            self.open(plan)
            self.measured.load_before = os.getloadavg()[0]
            for row in plan.rows():
                for shop in self.shops:
                    if shop.can(row.name):
                        with self.noting_failures(row.name, shop):
                            self.look(row, shop, plan)
            for number in range(plan.rounds):
                for row in plan.rows():
                    self.go_round(row, number, plan)
                keep(self.measured)
            self.measured.memory = {shop.name: processes.resident_bytes(shop.pid) for shop in self.shops}
            self.measured.load_after = os.getloadavg()[0]
            self.finish(plan)
        finally:
            for shop in self.shops:
                shop.stop()
            for shop in self.shops:
                self.database.drop(shop.database_name)
        return self.measured

    def finish(self, plan: Plan) -> None:
        """Sell the last unit in all shops, and watch the memory of ours."""
        for shop in self.shops:
            if isinstance(shop, StockedShop) and not shop.shares:
                with self.noting_failures("the last unit", shop):
                    self.sell_the_last(shop, plan)
            if isinstance(shop, Store) and not shop.shares and plan.soak:
                with self.noting_failures("memory", shop):
                    self.measured.soak[shop.name] = soak(shop, plan, self.database.pid)
                    say(f"  {shop.title}: {self.measured.soak[shop.name].growth:+.1%} memory")

    def open(self, plan: Plan) -> None:
        """Fill the databases, start the servers, and place the orders that are to be listed."""
        self.fill([shop for shop in self.shops if not shop.shares])
        for shop in list(self.shops):
            with self.noting_failures("start", shop, leave_out=True):
                shop.prepare({other.name: other for other in self.shops})
                shop.start()
                if not shop.shares:
                    shop.place_orders(plan.orders)
                    self.database.settle(shop.database_name)

    def fill(self, shops: list[Shop]) -> None:
        """Fill the databases, as many at a time as there are cores."""
        pool = ThreadPoolExecutor(os.cpu_count())
        try:
            for shop, filled in [(shop, pool.submit(self.fill_one, shop)) for shop in shops]:
                with self.noting_failures("fill", shop, leave_out=True):
                    filled.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # who leaves early does not wait for the others

    def fill_one(self, shop: Shop) -> None:
        """Fill one database."""
        started = time.monotonic()
        shop.fill()
        self.measured.fill_seconds[shop.name] = round(time.monotonic() - started, 1)
        say(f"  {shop.title}: filled in {self.measured.fill_seconds[shop.name]:.0f} s")

    def look(self, row: Row, shop: Shop, plan: Plan) -> None:
        """Check the answer of a shop, let its workers get warm, and count bytes and statements.

        Raises:
            WrongAnswer: If it isn't what the row asks for.
        """
        work = shop.work(row.name, 2 + min(WARM_UP, plan.carts, shop.most_carts) if row.writes else 2)
        with Connection(shop.port) as connection:
            work.check(send(connection, work, work.requests[0]))
        requests = work.requests[1:-1] if row.writes else islice(cycle(work.requests), WARM_UP)
        load, meter = Load(shop.port, plan.connections), Meter(shop.pid, self.database.pid)
        load.send_all(iter([(work, request) for request in requests]), meter)
        with Connection(shop.port) as connection:
            if not row.writes:
                send(connection, work, work.requests[0])
            before = self.database.statements(shop.database_name)
            answer = send(connection, work, work.requests[-1 if row.writes else 0])
            statements = self.database.statements(shop.database_name) - before
        self.measured.cells.setdefault(row.name, {})[shop.name] = Cell(statements, len(answer.body))

    def go_round(self, row: Row, number: int, plan: Plan) -> None:
        """Measure a row once for each shop; who begins changes from round to round."""
        cells = self.measured.cells.get(row.name, {})
        shops = [shop for shop in self.shops if shop.name in cells]
        turn = number % max(len(shops), 1)
        for shop in shops[turn:] + shops[:turn]:
            with self.noting_failures(row.name, shop):
                shop.ensure_running()
                work = shop.work(row.name, min(plan.carts, shop.most_carts))
                self.note(row, number, shop.title, cells[shop.name], self.measure(row, shop, work, plan))
        for shop in self.shops:
            if row.name == "checkout" and isinstance(shop, Store) and not shop.shares:
                with self.noting_failures(row.name, shop):
                    script = Script(self.database, self.catalogue.size)
                    cell = cells.setdefault(script.name, Cell())
                    self.note(row, number, script.title, cell, script.measure(plan.carts))

    @staticmethod
    def note(row: Row, number: int, title: str, cell: Cell, sample: Sample) -> None:
        """Keep a sample, and show it."""
        cell.samples.append(sample)
        say(f"  round {number + 1}, {row.name}, {title}: {sample.cpu_ms:.2f} ms")

    @contextmanager
    def noting_failures(self, what: str, shop: Shop, *, leave_out: bool = False) -> Iterator[None]:
        """Note what fails in a shop, and go on with the others.

        Args:
            what: What is done.
            shop: The shop.
            leave_out: Whether the shop takes no further part.
        """
        try:
            yield
        except Exception as error:  # noqa: BLE001  (whatever one does wrong must not lose the figures of the others)
            self.measured.failures.append(f"{what}, {shop.title}: {type(error).__name__}: {str(error)[:300]}")
            say(f"  FAILED: {self.measured.failures[-1]}")
            if leave_out:
                shop.stop()
                self.shops = [other for other in self.shops if shop.name not in (other.name, other.shares)]

    def measure(self, row: Row, shop: Shop, work: Work, plan: Plan) -> Sample:
        """Measure one cell."""
        load = Load(shop.port, plan.connections)
        return load.measure(work, plan.seconds, Meter(shop.pid, self.database.pid), once=row.writes)

    def sell_the_last(self, shop: StockedShop, plan: Plan) -> None:
        """Let many buy the last unit of a product at the same time."""
        shop.drain_stock(OVERSOLD_PRODUCT, plan.parallel)
        requests = shop.checkouts(plan.parallel, OVERSOLD_PRODUCT)
        shop.drain_stock(OVERSOLD_PRODUCT, 1)
        together = threading.Barrier(plan.parallel)

        def buy(request: Request) -> bool:
            with Connection(shop.port) as connection:
                together.wait()
                return connection.send(request).status < 300

        with ThreadPoolExecutor(plan.parallel) as pool:
            accepted = sum(pool.map(buy, requests))
        self.measured.oversell[shop.name] = Oversell(plan.parallel, accepted, shop.stock(OVERSOLD_PRODUCT))
        say(f"  {shop.title}: {accepted} of {plan.parallel} bought the last unit")


def say(line: str) -> None:
    """Tell how far it is."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
