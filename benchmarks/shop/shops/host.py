"""The example project with a product model and serializers of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from client import Answer
from services import EXAMPLE
from work import Work, expect

from shops.base import FOLDER, PROJECTS, NotReady, Shop
from shops.example import Example
from shops.store import Store


class Host(Example):
    """A product with three more columns, which the serializer declares."""

    name = "host"
    title = "three more fields"
    variables = {"DJANGO_SETTINGS_MODULE": "settings"}
    added = frozenset({"weight", "brand", "available_from"})
    store: Store

    def env(self) -> dict[str, str]:
        """Return the environment, with the folders of the project and of its migrations."""
        migrations = self.services.folder / "host"
        path = f"{PROJECTS / 'host'}:{migrations}:{EXAMPLE}:{FOLDER}"
        return {**super().env(), "PYTHONPATH": path}

    def make_tables(self) -> None:
        """Write the migration of the project, and migrate."""
        package = self.services.folder / "host" / "host_migrations"
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").touch()
        self.run("manage.py", "makemigrations", "host", "--verbosity", "0")
        super().make_tables()

    def prepare(self, others: Mapping[str, Shop]) -> None:
        """Remember our store, with whose answers these are compared.

        Raises:
            NotReady: If there is none.
        """
        store = others.get("store")
        if not isinstance(store, Store):
            raise NotReady("its answers are compared with those of our store, which takes no part")
        self.store = store

    def row_list(self, different: int) -> Work:
        """The first page."""
        return self.same("list")

    def row_detail(self, different: int) -> Work:
        """Products from all over the catalogue."""
        return self.same("detail")

    def same(self, row: str) -> Work:
        """Return the work of asking for what our store answers as well, but for what is added and when it was made."""
        requests = self.store.work(row, 1).requests
        wanted = rows_of(self.store.ask(requests[0]))

        def check(answer: Answer) -> None:
            for shown, expected in zip(rows_of(answer), wanted, strict=True):
                expect("added", shown.keys() - expected.keys(), self.added)
                expect("product", [shown[key] for key in kept(expected)], [expected[key] for key in kept(expected)])

        return Work(requests, check)


class MethodHost(Host):
    """The same product, whose serializer has a method field."""

    name = "host_method"
    title = "a method field"
    shares = "host"
    variables = {"DJANGO_SETTINGS_MODULE": "settings", "SHOWN": "method"}
    added = frozenset({"label"})

    def start(self) -> None:
        """Collect its static files, which each server has of its own, and start."""
        self.collect_static()
        super().start()


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    """Return the products of an answer."""
    body = answer.json()
    rows: list[dict[str, Any]] = body.get("results", [body])
    return rows


def kept(row: dict[str, Any]) -> list[str]:
    """Return the fields that are the same in both shops, of which one has sold something."""
    return [key for key in row if key not in ("last_update", "inventory")]
