"""Fills all shops to one size and asks them the same, in turns."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import processes
from catalogue import Catalogue
from client import Connection, Request, WrongAnswer
from database import Database
from results import Cell, Measured, Oversell
from rows import ROWS, Row
from services import Services
from shops.base import Shop, StockedShop
from shops.raw import Raw
from shops.script import Script
from shops.store import Store
from timing import Load, Meter, Sample, send
from work import Work

OVERSOLD_PRODUCT = 7


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how often.

    Attributes:
        seconds: Of one row, for one shop, in one round.
        rounds: How often each row is measured.
        connections: How many clients ask at the same time.
        carts: How many are bought in a round, at most.
        orders: How many the customer has whose orders are listed.
        parallel: How many buy the last unit at the same time.
        only: The names of the rows; all, if empty.
    """

    seconds: float
    rounds: int
    connections: int
    carts: int
    orders: int
    parallel: int
    only: frozenset[str] = frozenset()

    def rows(self) -> Iterator[Row]:
        """Return the rows that are wanted."""
        return (row for row in ROWS if not self.only or row.name in self.only)


class Contest:
    """All shops at one size."""

    def __init__(self, services: Services, database: Database, kinds: Sequence[type[Shop]], size: int) -> None:
        self.database, self.catalogue = database, Catalogue(size)
        self.shops = [kind(database, self.catalogue, services) for kind in kinds]
        self.measured = Measured(size)
        self.script = Script(database, size) if any(shop.name == "store" for shop in self.shops) else None
        stores = [shop for shop in self.shops if isinstance(shop, Store)]
        for shop in self.shops:
            if isinstance(shop, Raw):
                [shop.store] = stores

    def run(self, plan: Plan) -> Measured:
        """Fill, start, measure and stop."""
        try:
            self.open(plan)
            self.measured.load_before = os.getloadavg()[0]
            for row in plan.rows():
                for shop in self.shops:
                    if shop.can(row.name):
                        with self.noting_failures(row, shop.title):
                            self.look(row, shop, plan)
            for number in range(plan.rounds):
                for row in plan.rows():
                    self.go_round(row, number, plan)
            self.measured.memory = {shop.name: processes.resident_bytes(shop.pid) for shop in self.shops}
            for shop in self.shops:
                if isinstance(shop, StockedShop) and not shop.shares:
                    self.sell_the_last(shop, plan)
            self.measured.load_after = os.getloadavg()[0]
        finally:
            for shop in self.shops:
                shop.stop()
            for shop in self.shops:
                self.database.drop(shop.database_name)
        return self.measured

    def open(self, plan: Plan) -> None:
        """Fill the databases, start the servers, and place the orders that are to be listed."""
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self.fill, (shop for shop in self.shops if not shop.shares)))
        for shop in self.shops:
            shop.start()
            place = getattr(shop, "place_orders", None)
            if place is not None and not shop.shares:
                place(plan.orders)
        for shop in self.shops:
            if not shop.shares:
                self.database.settle(shop.database_name)

    def fill(self, shop: Shop) -> None:
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
        work = shop.work(row.name, 2)
        with Connection(shop.port) as connection:
            work.check(send(connection, work, work.requests[0]))
        if not row.writes:
            self.measure(row, shop, work, plan)
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
            with self.noting_failures(row, shop.title):
                sample = self.measure(row, shop, shop.work(row.name, plan.carts), plan)
                cells[shop.name].samples.append(sample)
                say(f"  round {number + 1}, {row.name}, {shop.title}: {sample.cpu_ms:.2f} ms")
        if row.name == "checkout" and self.script:
            cell = cells.setdefault(self.script.name, Cell())
            with self.noting_failures(row, self.script.title):
                cell.samples.append(self.script.measure(plan.carts))

    @contextmanager
    def noting_failures(self, row: Row, title: str) -> Iterator[None]:
        """Leave a wrong answer out of the figures, and go on with the others."""
        try:
            yield
        except WrongAnswer as error:
            self.measured.failures.append(f"{row.name}, {title}: {error}")
            say(f"  WRONG: {self.measured.failures[-1]}")

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
