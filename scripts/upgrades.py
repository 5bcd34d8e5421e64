"""Keep a database of a release, and upgrade kept ones: ``upgrades.py keep [name]``, ``upgrades.py check [file …]``.

``keep`` makes a blank project's SQLite database with a row of everything (``upgrade_project``), and writes it as SQL to
``example_project/tests/upgrades/``, named for the version of django-storefront-store unless a name is given. ``check``
upgrades kept databases to the migrations of this tree: afterwards every row that was there is there with all its
values, tables, columns, indexes and constraints are those of a new database, and customers go on where they were.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
KEPT: Final = ROOT / "example_project" / "tests" / "upgrades"
HINT: Final = "Until that release is published, `python scripts/upgrades.py keep` writes its database anew."


class Changed(Exception):
    """An upgrade lost something, or made another database than a new installation."""


def kept() -> list[Path]:
    """Return the files of the kept databases."""
    return sorted(KEPT.glob("*.sql"))


def versions() -> dict[str, str]:
    """Return the versions of the packages, by name."""
    files = sorted((ROOT / "packages").glob("*/pyproject.toml"))
    projects = [tomllib.loads(file.read_text())["project"] for file in files]
    return {project["name"]: project["version"] for project in projects}


def run(code: str, **databases: Path) -> None:
    """Run code in the project.

    Args:
        code: Python; Django is set up before it.
        databases: The files of the databases.

    Raises:
        Changed: If the code failed.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "TEST_", "COVERAGE_"))}
    env |= {"DJANGO_SETTINGS_MODULE": "upgrade_project.settings", "PYTHONPATH": str(Path(__file__).parent)}
    env |= {name: str(path) for name, path in databases.items()}
    setup = "import django; django.setup()\nfrom django.core.management import call_command as call\n"
    command = [sys.executable, "-c", setup + code]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Changed(f"{done.stdout[-2000:]}{done.stderr[-4000:]}")


def keep(name: str) -> Path:
    """Write the database of this tree as SQL, and return the file."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "shop.sqlite3"
        run("call('migrate', verbosity=0)\nfrom upgrade_project import people\npeople.fill()", DATABASE=database)
        with contextlib.closing(sqlite3.connect(database)) as connection:
            head = "".join(f"-- {package} {version}\n" for package, version in versions().items())
            lines = "\n".join(connection.iterdump())
    path = KEPT / f"{name}.sql"
    path.write_text(f"{head}{lines}\n", encoding="utf-8")
    return path


def check(path: Path) -> None:
    """Upgrade a kept database.

    Args:
        path: Its SQL.

    Raises:
        Changed: If the upgrade fails, loses a row or a value, or does not make the tables of a new installation.
    """
    with tempfile.TemporaryDirectory() as folder:
        database, fresh = Path(folder) / "shop.sqlite3", Path(folder) / "fresh.sqlite3"
        with contextlib.closing(sqlite3.connect(database)) as connection:
            connection.executescript(path.read_text(encoding="utf-8"))
        before = contents(database)
        try:
            run(UPGRADE, DATABASE=database, FRESH=fresh)
            compare(before, contents(database))
            run("from upgrade_project import people\npeople.go_on()", DATABASE=database)
        except Changed as error:
            raise Changed(f"{path.name}: {error}\n{HINT}") from error


UPGRADE: Final = """
call("migrate", verbosity=0)
call("migrate", database="fresh", verbosity=0)
from django.db import connections

def shape(alias):
    found = {}
    with connections[alias].cursor() as cursor:
        for table in connections[alias].introspection.table_names(cursor):
            columns = connections[alias].introspection.get_table_description(cursor, table)
            found[table] = {c.name: (c.type_code, c.internal_size, c.null_ok, c.collation) for c in columns}
            rules = connections[alias].introspection.get_constraints(cursor, table)
            for name, rule in rules.items():
                rule = {key: value for key, value in rule.items() if key != "orders" or rule["index"]}
                found[table][f"rule {rule['columns'] if name.startswith('__') else name}"] = repr(sorted(rule.items()))
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s", [table])
            found[table]["indexes"] = sorted(sql for (sql,) in cursor.fetchall() if sql)
    return found

now, new = shape("default"), shape("fresh")
differences = [
    f"{table}: {name} is {now.get(table, {}).get(name)}, and new {new.get(table, {}).get(name)}"
    for table in now.keys() | new.keys()
    for name in now.get(table, {}).keys() | new.get(table, {}).keys()
    if now.get(table, {}).get(name) != new.get(table, {}).get(name)
]
assert not differences, "\\n".join(sorted(differences))
with connections["default"].cursor() as cursor:
    for pragma in ("foreign_key_check", "integrity_check"):
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchall() in ([], [("ok",)]), pragma
call("makemigrations", check=True, dry_run=True, verbosity=0)
"""


def contents(database: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table of a database."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {
            table: [dict(row) for row in connection.execute(f'SELECT * FROM "{table}"')]  # noqa: S608
            for (table,) in tables.fetchall()
        }


def compare(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> None:
    """Compare the rows before and after an upgrade, which may add tables, columns and rows.

    Args:
        before: The rows of each table before it.
        after: Those after it.

    Raises:
        Changed: If a table, a column or a row is missing, or has another value.
    """
    for table, rows in before.items():
        if rows and table not in after:
            raise Changed(f"The table {table} is gone.")
        columns = list(rows[0]) if rows else []
        there = {tuple(row.get(column) for column in columns) for row in after.get(table, [])}
        lost = [row for row in rows if tuple(row[column] for column in columns) not in there]
        if lost:
            raise Changed(f"The table {table} has lost or changed {lost[:3]}")


def main() -> int:
    """Run the command and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["keep", "check"])
    parser.add_argument("names", nargs="*", help="the name to keep it by; or the files to check (default: all)")
    options = parser.parse_args()
    if options.what == "keep":
        name = options.names[0] if options.names else versions()["django-storefront-store"]
        sys.stdout.write(f"{keep(name).relative_to(ROOT)}\n")
        return 0
    for path in [Path(name) for name in options.names] or kept():
        try:
            check(path)
        except Changed as error:
            sys.stderr.write(f"{error}\n")
            return 1
        sys.stdout.write(f"{path.name}: upgraded, with all its rows\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
