"""Measure where the key of a generic link should live, on one million links.

Three designs hold the same links from tags to articles (integer key), photos (UUID key) and stations (string key):

``text``   one VARCHAR column for every key, compared through casts;
``typed``  three nullable native columns in one table, exactly one of them filled;
``split``  one table per key type.

Usage: ``python key_designs.py postgresql://postgres@127.0.0.1:5432/bench`` or ``mysql://root@127.0.0.1:3306/bench``.
The database must exist, be empty and be nobody's: its tables are dropped first. The result is Markdown on standard output.
"""

# ruff: noqa: E501, S608

from __future__ import annotations

import statistics
import sys
import time
from typing import Any
from urllib.parse import urlsplit

LINKS = {"article": 500_000, "photo": 400_000, "station": 100_000}
HOSTS = {"article": 100_000, "photo": 100_000, "station": 20_000}
TYPES = {"article": 1, "photo": 2, "station": 3}
TAGS = 1_000
ROUNDS = 7


class Database:
    """One connection, with the few words in which the two dialects differ."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.postgres = parts.scheme.startswith("postgres")
        if self.postgres:
            import psycopg

            self.connection: Any = psycopg.connect(url, autocommit=True)
        else:
            import MySQLdb

            self.connection = MySQLdb.connect(
                host=parts.hostname, port=parts.port or 3306, user=parts.username or "root",
                passwd=parts.password or "", db=parts.path[1:], charset="utf8mb4", autocommit=True,
            )  # fmt: skip
        self.uuid = "uuid"
        self.big_text = "varchar(255)" if self.postgres else "varchar(255) COLLATE utf8mb4_nopad_bin"
        self.serial = "bigserial PRIMARY KEY" if self.postgres else "bigint AUTO_INCREMENT PRIMARY KEY"

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        cursor = self.connection.cursor()
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []

    def numbers(self, count: int, name: str = "n") -> str:
        if self.postgres:
            return f"generate_series(1, {count}) AS s({name})"
        return f"(SELECT seq AS {name} FROM seq_1_to_{count}) AS s"

    def key(self, host: str, number: str) -> str:
        """SQL for the key of the object with this running number, in the type of the host's own column."""
        if host == "article":
            return f"CAST({number} AS {'bigint' if self.postgres else 'SIGNED'})"
        if host == "photo":
            digest = f"md5(CAST({number} AS {'text' if self.postgres else 'CHAR'}))"
            # A well-formed version 4, as MariaDB insists.
            return f"CAST(CONCAT(LEFT({digest}, 12), '4', SUBSTR({digest}, 14, 3), 'a', SUBSTR({digest}, 18)) AS uuid)"
        return f"CONCAT('Station ', {number})"

    def text(self, host: str, expression: str) -> str:
        """SQL that turns a key of the host into the text of the ``text`` design."""
        return f"CAST({expression} AS {'varchar(255)' if self.postgres else 'CHAR(255)'})"

    def native(self, host: str, expression: str) -> str:
        """SQL that turns the text of the ``text`` design into a key of the host."""
        if host == "station":
            return expression
        kind = {"article": "bigint" if self.postgres else "SIGNED", "photo": "uuid"}[host]
        return f"CAST({expression} AS {kind})"


COLUMN = {"article": "object_int", "photo": "object_uuid", "station": "object_str"}


def build(db: Database) -> dict[str, float]:
    """Create and fill the tables; answer the seconds each design took to fill."""
    kinds = {"article": "bigint", "photo": db.uuid, "station": db.big_text}
    for table in ("link_text", "link_typed", *(f"link_{host}" for host in HOSTS), *HOSTS):
        db.run(f"DROP TABLE IF EXISTS {table}")
    for host, count in HOSTS.items():
        db.run(f"CREATE TABLE {host} (id {kinds[host]} NOT NULL PRIMARY KEY, title varchar(100) NOT NULL)")
        db.run(f"INSERT INTO {host} SELECT {db.key(host, 'n')}, CONCAT('{host} ', n) FROM {db.numbers(count)}")

    base = f"id {db.serial}, tag_id bigint NOT NULL, content_type_id int NOT NULL"
    db.run(f"CREATE TABLE link_text ({base}, object_id {db.big_text} NOT NULL)")
    columns = ", ".join(f"{COLUMN[host]} {kinds[host]} NULL" for host in HOSTS)
    db.run(f"CREATE TABLE link_typed ({base}, {columns})")
    for host in HOSTS:
        db.run(f"CREATE TABLE link_{host} ({base}, object_id {kinds[host]} NOT NULL)")

    for table, names in (("link_text", ["object_id"]), ("link_typed", list(COLUMN.values())),
                         *((f"link_{host}", ["object_id"]) for host in HOSTS)):  # fmt: skip
        for name in names:
            db.run(f"CREATE UNIQUE INDEX u_{table}_{name} ON {table} (content_type_id, {name}, tag_id)")
            db.run(f"CREATE INDEX i_{table}_{name} ON {table} (tag_id, content_type_id, {name})")

    # Some tags are used far more than others: the square makes tag 1 the commonest. Each object has distinct tags.
    seconds = dict.fromkeys(("text", "typed", "split"), 0.0)
    for host, count in LINKS.items():
        each = count // HOSTS[host]
        over = "/" if db.postgres else "DIV"
        width = TAGS // each
        spot = f"((n % {each}) * {width} + ((n {over} {each}) * {'CAST(7919 AS bigint)' if db.postgres else '7919'}) % {width})"
        tag = f"1 + ({spot} * {spot}) {over} {TAGS}"
        number = f"(1 + (n {over} {each}) % {HOSTS[host]})"
        rows = f"FROM {db.numbers(count)}"
        key, skip = db.key(host, number), "ON CONFLICT DO NOTHING" if db.postgres else ""
        insert = "INSERT INTO" if db.postgres else "INSERT IGNORE INTO"
        targets = {
            "text": ("link_text", "object_id", db.text(host, key)),
            "typed": ("link_typed", COLUMN[host], key),
            "split": (f"link_{host}", "object_id", key),
        }
        for design, (table, column, value) in targets.items():
            start = time.perf_counter()
            db.run(
                f"{insert} {table} (tag_id, content_type_id, {column}) SELECT {tag}, {TYPES[host]}, {value} {rows} {skip}"
            )
            seconds[design] += time.perf_counter() - start
    if db.postgres:
        db.run("VACUUM ANALYZE")
    else:
        for table in ("link_text", "link_typed", *(f"link_{host}" for host in HOSTS), *HOSTS):
            db.run(f"ANALYZE TABLE {table}")
    return seconds


def questions(db: Database, host: str, design: str) -> dict[str, str]:
    """SQL of each question, in the way that is best for the design."""
    table, column = {
        "text": ("link_text", "object_id"),
        "typed": ("link_typed", COLUMN[host]),
        "split": (f"link_{host}", "object_id"),
    }[design]
    text = design == "text"
    inner = db.native(host, f"l.{column}") if text else f"l.{column}"
    outer = db.text(host, "h.id") if text else "h.id"
    where = f"l.content_type_id = {TYPES[host]}"
    tagged = f"h.id IN (SELECT {inner} FROM {table} l WHERE {where} AND l.tag_id = %s)"
    page = f"SELECT h.id FROM {host} h ORDER BY h.id LIMIT 100 OFFSET 5000"
    counted = f"(SELECT COUNT(*) FROM {table} l WHERE {where} AND l.{column} = {outer})"
    has = f"EXISTS (SELECT 1 FROM {table} l WHERE {where} AND l.{column} = {outer} AND l.tag_id = 17)"
    keys = [row[0] for row in db.run(page)]
    listed = ", ".join(str(key) if host == "article" and not text else f"'{key}'" for key in keys)
    some = f"FROM link_{host} l JOIN {host} h ON h.id = l.object_id WHERE h.title = '{host} 4711'"
    three = [row[0] for row in db.run(f"SELECT l.tag_id {some} ORDER BY l.tag_id LIMIT 3")]
    rare = db.run(f"SELECT MAX(tag_id) FROM link_{host}")[0][0]
    return {
        "one tag, count": f"SELECT COUNT(*) FROM {host} h WHERE {tagged % three[0]}",
        "rare tag, objects": f"SELECT h.* FROM {host} h WHERE {tagged % rare} ORDER BY h.id LIMIT 100",
        "three tags, all": f"SELECT h.* FROM {host} h WHERE {' AND '.join(tagged % tag for tag in three)}",
        "page of 100, count and mine": f"SELECT h.*, {counted}, {has} FROM {host} h ORDER BY h.id LIMIT 100 OFFSET 5000",
        "tags of 100 objects": f"SELECT l.{column}, l.tag_id FROM {table} l WHERE {where} AND l.{column} IN ({listed})",
        "top ten by links": f"SELECT h.id, {counted} AS n FROM {host} h ORDER BY n DESC, h.id LIMIT 10",
    }


def sizes(db: Database) -> dict[str, float]:
    """Megabytes with indexes, by design."""
    tables = {"text": ["link_text"], "typed": ["link_typed"], "split": [f"link_{host}" for host in HOSTS]}
    if db.postgres:
        query = "SELECT pg_total_relation_size('{}')"
    else:
        query = "SELECT data_length + index_length FROM information_schema.tables WHERE table_schema = database() AND table_name = '{}'"
    return {
        design: sum(float(db.run(query.format(name))[0][0]) for name in names) / 1e6 for design, names in tables.items()
    }


def main(url: str) -> None:
    """Build, ask every question in turn of every design, print medians."""
    db = Database(url)
    seconds = build(db)
    out = sys.stdout.write
    out(f"# {db.run('SELECT version()')[0][0]}\n\n")
    out("| | text | typed | split |\n|---|---|---|---|\n")
    out(f"| fill one million links, s | {' | '.join(f'{seconds[d]:.1f}' for d in ('text', 'typed', 'split'))} |\n")
    size = sizes(db)
    out(f"| size with indexes, MB | {' | '.join(f'{size[d]:.0f}' for d in ('text', 'typed', 'split'))} |\n")
    for host in HOSTS:
        asked = {design: questions(db, host, design) for design in ("text", "typed", "split")}
        for name in asked["text"]:
            times: dict[str, list[float]] = {design: [] for design in asked}
            answers = {}
            for _ in range(ROUNDS):
                for design, queries in asked.items():
                    start = time.perf_counter()
                    rows = db.run(queries[name])
                    times[design].append((time.perf_counter() - start) * 1000)
                    answers[design] = sorted(str(tuple(map(str, row))) for row in rows)
            if not answers["text"] == answers["typed"] == answers["split"]:
                raise SystemExit(f"{host}: {name}: the designs disagree")
            cells = " | ".join(f"{statistics.median(times[design]):.2f}" for design in ("text", "typed", "split"))
            out(f"| {host}: {name} ({len(answers['text'])} rows), ms | {cells} |\n")


if __name__ == "__main__":
    main(sys.argv[1])
