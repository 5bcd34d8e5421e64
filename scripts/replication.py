"""Start a streaming replica of PostgreSQL, and PgBouncer in front of both: ``apt-get install postgresql pgbouncer``."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
from services import HOST, Server, Services, free_port, installed, is_open, wait_for

DATABASE: Final = "storefront"
CATCH_UP_SECONDS: Final = 60
LIMITS: Final = {"jit": "off", "lock_timeout": "3s", "statement_timeout": "15s"}

PGBOUNCER: Final = """
[databases]
storefront = host={host} port={primary} dbname=storefront
storefront_replica = host={host} port={replica} dbname=storefront

[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
default_pool_size = 20
max_client_conn = 500
# Session options of clients; the limits are set for the role instead.
ignore_startup_parameters = options, extra_float_digits
# A database that does not respond fails a query, instead of keeping a thread of the site.
query_timeout = 20
server_connect_timeout = 2
server_login_retry = 1
log_connections = 0
log_disconnections = 0
"""


@dataclass
class Pair:
    """A primary and its replica, each with its port, and the pooler in front of them."""

    primary: Server
    primary_port: int
    replica: Server
    replica_port: int
    pooler_port: int

    def url(self, name: str) -> str:
        """Return the URL of a database of the pooler."""
        return f"postgres://postgres@{HOST}:{self.pooler_port}/{name}?disable_server_side_cursors=true"

    def ask(self, statement: str, *parameters: Any, replica: bool = False) -> Any:
        """Return the first value of a statement that is sent to one of them, not through the pooler."""
        port = self.replica_port if replica else self.primary_port
        with psycopg.connect(host=HOST, port=port, user="postgres", dbname=DATABASE, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), parameters or None)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def wait_until_current(self) -> None:
        """Wait until the replica has everything that the primary has now."""
        position = self.ask("SELECT pg_current_wal_lsn()")
        wait_for("the replica", lambda: self._has(position), CATCH_UP_SECONDS)

    def _has(self, position: str) -> bool:
        try:
            return bool(self.ask("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", position, replica=True))
        except psycopg.OperationalError:  # it has not started yet
            return False


def start_pair(services: Services) -> Pair:
    """Start a primary with an empty database, its replica, and the pooler."""
    program = installed("pgbouncer", "pgbouncer")
    primary_port = int(urlsplit(services.postgresql()).port or 0)
    primary = services.servers[-1]
    replica, replica_port = _start_replica(services, primary, primary_port)
    pooler_port = _start_pooler(services, program, primary_port, replica_port)
    pair = Pair(primary, primary_port, replica, replica_port, pooler_port)
    for name, value in LIMITS.items():
        pair.ask(f"ALTER ROLE postgres IN DATABASE {DATABASE} SET {name} = '{value}'")
    pair.wait_until_current()
    return pair


def _start_replica(services: Services, primary: Server, primary_port: int) -> tuple[Server, int]:
    """Copy the primary, and start the copy, which follows it from then on."""
    home, port = services.folder / "replica", free_port()
    home.mkdir()
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    command = list(primary.command)
    programs = os.path.dirname(command[command.index("-D") - 1])
    data = str(home / "data")
    subprocess.run(
        [*as_user, f"{programs}/pg_basebackup", "-h", HOST, "-p", str(primary_port), "-U", "postgres", "-D", data,
         "-X", "stream", "-R", "--checkpoint=fast", "--no-sync"],
        check=True,
    )  # fmt: skip
    server = services.run(
        "replica", *as_user, f"{programs}/postgres", "-D", data, "-p", str(port), "-k", str(home),
        "-c", f"listen_addresses={HOST}", "-c", "max_connections=200",
    )  # fmt: skip
    wait_for("the replica", lambda: is_open(port))
    return server, port


def _start_pooler(services: Services, program: str, primary_port: int, replica_port: int) -> int:
    folder, port = services.folder / "pgbouncer", free_port()
    folder.mkdir()
    users, configuration = folder / "users.txt", folder / "pgbouncer.ini"
    users.write_text('"postgres" ""\n')
    text = PGBOUNCER.format(host=HOST, port=port, primary=primary_port, replica=replica_port, users=users)
    configuration.write_text(text)
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    services.run("pgbouncer", *as_user, program, str(configuration))
    wait_for("PgBouncer", lambda: is_open(port))
    return port
