"""What all shops have in common: a project, an environment, a database and a server."""

from __future__ import annotations

import os
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar, Final

from catalogue import ADMIN, PAGE_SIZE, PASSWORD, Catalogue
from client import Answer, Connection, Request, WrongAnswer
from database import Database
from environments import python_of
from services import Server, Services, free_port, is_open, wait_for
from work import FOUND, OK, Work, expect

FOLDER: Final = Path(__file__).resolve().parent.parent
PROJECTS: Final = FOLDER / "projects"
FILL_SECONDS: Final = 1_800


class NotReady(Exception):
    """A shop could not be filled or started."""


class Shop(ABC):
    """A competitor.

    Subclasses have a method ``row_<name>`` for each row that they can answer; it takes the number of requests that
    must be different, and returns the :class:`Work`.

    Attributes:
        name: How results call it.
        title: How tables call it.
        environment: Where its packages are.
        folder: Its project.
        seeds: The folder under ``projects`` whose ``seed.py`` makes its rows.
        application: Its WSGI application.
        shares: The shop whose database it uses, if it has none.
        largest: The largest size that it takes part in.
        most_carts: How many are bought in a round, at most.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    environment: ClassVar[str]
    folder: ClassVar[Path]
    seeds: ClassVar[str]
    application: ClassVar[str] = "wsgi:application"
    variables: ClassVar[dict[str, str]] = {}
    shares: ClassVar[str] = ""
    largest: ClassVar[int] = 100_000  # of peers: filling them takes long, and their figures only grow
    most_carts: ClassVar[int] = 1_000  # that are bought in a round; fewer where filling them takes long
    orders = 0  # of the customer whose orders are listed

    def __init__(self, database: Database, catalogue: Catalogue, services: Services) -> None:
        self.database, self.catalogue, self.services = database, catalogue, services
        self.port = free_port()
        self.server: Server | None = None
        self.secrets = {name: secrets.token_urlsafe(50) for name in ("SECRET_KEY", "JWT_SIGNING_KEY")}

    @property
    def database_name(self) -> str:
        """The name of its database."""
        return f"bench_{self.shares or self.name}"

    def env(self) -> dict[str, str]:
        """Return the environment of its processes."""
        return {
            **os.environ,
            **self.secrets,
            **self.variables,
            "DATABASE_PORT": str(self.database.port),
            "DATABASE_NAME": self.database_name,
            "PORT": str(self.port),
            "PYTHONPATH": f"{self.folder}:{FOLDER}",
        }

    def fill(self) -> None:
        """Make its tables and rows."""
        self.database.create(self.database_name)
        self.make_tables()
        self.run(str(PROJECTS / self.seeds / "seed.py"), str(self.catalogue.size))
        self.database.settle(self.database_name)

    def make_tables(self) -> None:
        """Prepare the database; the seeds of small projects do it themselves."""
        return

    def run(self, *arguments: str) -> None:
        """Run Python in its environment.

        Raises:
            NotReady: If it fails.
        """
        command = [str(python_of(self.environment)), "-W", "ignore", *arguments]
        seed = self.services.run(self.name, *command, env=self.env())
        if status := seed.wait(FILL_SECONDS):
            raise NotReady(f"{arguments[0]} ended with {status}: {seed.log.read_text()[-500:]}")
        self.services.servers.remove(seed)

    def prepare(self, others: Mapping[str, Shop]) -> None:
        """Take what it needs of the other shops, by their names."""
        return

    def place_orders(self, count: int) -> None:
        """Give the first buyer orders of three lines each, if it takes orders."""
        return

    def ensure_running(self) -> None:
        """Start its server again if it has ended."""
        if not self.is_running:
            self.stop()
            self.start()

    def start(self) -> None:
        """Start its server."""
        arguments = ["-m", "gunicorn", "-c", str(FOLDER / "server.py"), "--chdir", str(self.folder), self.application]
        command = [str(python_of(self.environment)), *arguments]
        self.server = self.services.run(self.name, *command, env=self.env())
        wait_for(self.name, lambda: is_open(self.port))

    def stop(self) -> None:
        """End its server."""
        if self.server is not None:
            self.server.stop()
            self.services.servers.remove(self.server)
            self.server = None

    @property
    def is_running(self) -> bool:
        """Whether its server is there."""
        return self.server is not None and self.server.process is not None and self.server.process.poll() is None

    @property
    def pid(self) -> int:
        """The process id of its server's master."""
        assert self.server is not None  # noqa: S101
        return self.server.pid

    def can(self, row: str) -> bool:
        """Tell whether it has something like a row."""
        return hasattr(self, f"row_{row}")

    def work(self, row: str, different: int) -> Work:
        """Prepare a row.

        Args:
            row: Its name.
            different: How many requests are to be made, where each can be sent only once.
        """
        method: Callable[[int], Work] = getattr(self, f"row_{row}")
        return method(different)

    def ask(self, request: Request, status: int = OK) -> Answer:
        """Send one request.

        Raises:
            WrongAnswer: If it is answered with another status.
        """
        with Connection(self.port) as connection:
            answer = connection.send(request)
        if answer.status != status:
            raise WrongAnswer(
                f"{self.name}: {request.method} {request.path}: {answer.status}, not {status}: {answer.body[:500]!r}"
            )
        return answer

    def admin_list(self, path: str) -> Work:
        """Log in to Django's admin, and return the work of asking for a list there."""
        page = self.ask(Request("GET", "/admin/login/"))
        token = page.cookie("csrftoken")
        form = {"username": ADMIN, "password": PASSWORD, "csrfmiddlewaretoken": token, "next": path}
        cookie = {"Cookie": f"csrftoken={token}"}
        session = self.ask(Request("POST", "/admin/login/", headers=cookie, form=form), FOUND).cookie("sessionid")

        def check(answer: Answer) -> None:
            expect("a list of products", answer.body.count(b'class="action-select"') > 0, True)

        return Work([Request("GET", path, headers={"Cookie": f"sessionid={session}", "Accept": "text/html"})], check)

    def page_check(self, titles: list[str], count: int, *keys: str) -> Callable[[Answer], None]:
        """Return the check of a page: these titles in this order, this count of all, and these keys in each row."""

        def check(answer: Answer) -> None:
            body = answer.json()
            expect("titles", [row["title"] for row in body["results"]], titles)
            if "count" in body:
                expect("count", body["count"], count)
            expect("keys", set(keys) - set(body["results"][0]), set())

        return check

    def filter_check(self, price: str = "unit_price") -> Callable[[Answer], None]:
        """Return the check of the filtered page: the lowest prices of all that the filter finds."""
        wanted = [float(value) for value in self.catalogue.filtered]

        def check(answer: Answer) -> None:
            body = answer.json()
            expect("prices", [float(row[price]) for row in body["results"]], wanted[:PAGE_SIZE])
            expect("count", body.get("count", len(wanted)), len(wanted))

        return check

    def search_check(self, found: set[str]) -> Callable[[Answer], None]:
        """Return the check of a search: as many as there are, and none that the word isn't in."""

        def check(answer: Answer) -> None:
            body = answer.json()
            expect("count", body["count"], len(found))
            expect("strangers", {row["title"] for row in body["results"]} - found, set())

        return check


class StockedShop(Shop):
    """A competitor that keeps stock and takes orders."""

    @abstractmethod
    def drain_stock(self, number: int, units: int) -> None:
        """Set the stock of a product."""

    @abstractmethod
    def stock(self, number: int) -> int:
        """Return the stock of a product."""

    @abstractmethod
    def checkouts(self, count: int, number: int) -> list[Request]:
        """Return checkouts of carts that hold one unit of a product each."""
