"""The one PostgreSQL that all shops share, each with a database of its own."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
from services import HOST, Services

SETTINGS: Final = {
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "top",
    "autovacuum": "off",  # every database is vacuumed before it is measured; later it would disturb whoever is next
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "maintenance_work_mem": "256MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class Database:
    """The server, its process and its databases."""

    def __init__(self, services: Services) -> None:
        options = [f"{name}={value}" for name, value in SETTINGS.items()]
        address = urlsplit(services.postgresql(*options))
        self.port = int(address.port or 0)
        self.pid = services.servers[-1].pid
        self.server_version = self.ask("postgres", "SHOW server_version")
        self.run("postgres", "CREATE EXTENSION pg_stat_statements")

    def run(self, name: str, *statements: str) -> None:
        """Send statements to a database, each in a transaction of its own."""
        with psycopg.connect(host=HOST, port=self.port, user="postgres", dbname=name, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def ask(self, name: str, statement: str, *parameters: Any) -> Any:
        """Return the first value that a statement answers."""
        with psycopg.connect(host=HOST, port=self.port, user="postgres", dbname=name, autocommit=True) as connection:
            row = connection.execute(statement.encode(), parameters or None).fetchone()
        return row[0] if row else None

    def create(self, name: str) -> None:
        """Make an empty database, over one that there may be."""
        self.run("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")

    def drop(self, name: str) -> None:
        """Remove a database."""
        self.run("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def settle(self, name: str) -> None:
        """Clean up and count, and write everything down, so that none of that happens while it is measured."""
        self.run(name, "VACUUM ANALYZE", "CHECKPOINT")

    def statements(self, name: str) -> int:
        """Return how many statements a database has been sent so far.

        Those of transactions count; what the server asks itself to check foreign keys does not.
        """
        calls = "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid"
        own = "query NOT LIKE 'SELECT % FROM ONLY % FOR KEY SHARE OF x'".replace("%", "%%")
        return int(self.ask("postgres", f"{calls} WHERE d.datname = %s AND {own}", name))
