"""What grows with the shop: ``python capacity.py --products 100000 400000 --orders 200000 2000000``.

Fills our store with that many products and orders, asks for its pages, and shows the time and the blocks of their
statements at each size, and the size of each table. What the database can't do without reading a whole table shows up
as what grows as fast as the table. Run by ``make capacity``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import environments
from catalogue import Catalogue
from client import Request, WrongAnswer
from database import Database
from services import ROOT, Services
from shops.store import Store
from work import CREATED

TIMES: Final = 3
CUSTOMERS: Final = 50_000
ADMIN_PAGE: Final = 25
COLUMNS: Final = """
    SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) FROM information_schema.columns
    WHERE table_name = '{table}' AND column_name <> 'id' AND is_generated = 'NEVER'"""
TABLES: Final = """
    SELECT json_agg(json_build_array(c.relname, c.reltuples::bigint, pg_table_size(c.oid), pg_indexes_size(c.oid))
                    ORDER BY pg_total_relation_size(c.oid) DESC)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = 'public' AND pg_total_relation_size(c.oid) > 10000000"""
COST: Final = """
    SELECT json_build_array(coalesce(sum(total_exec_time), 0), coalesce(sum(shared_blks_hit + shared_blks_read), 0))
    FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = 'bench_store'"""
SLOWEST: Final = """
    SELECT query FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
    WHERE d.datname = 'bench_store' ORDER BY mean_exec_time DESC LIMIT 1"""

TABLES_COPIED: Final[dict[str, dict[str, str]]] = {
    "customer": {"user_id": "NULL"},
    "order": {
        "customer_id": f"(SELECT max(id) FROM storefront_store_customer) - g % {CUSTOMERS}",
        "placed_at": "now() - g * interval '7 seconds'",
    },
    "orderitem": {
        "order_id": "n.id",
        "product_id": "1 + (n.id * 7919 + o.id) % (SELECT max(id) FROM storefront_store_product)",
    },
}


@dataclass(slots=True)
class Page:
    """What one request costs the database: milliseconds and blocks, its slowest statement, and the first time.

    A request that is not answered, because a statement has reached its time limit, has an error.
    """

    milliseconds: float
    blocks: int
    slowest: str
    first: float = 0.0
    error: str = ""


@dataclass(slots=True)
class Size:
    """A shop of one size: the pages by name; the tables by name, with rows, bytes, and bytes of indexes."""

    products: int
    orders: int
    pages: dict[str, Page] = field(default_factory=dict)
    tables: dict[str, tuple[int, int, int]] = field(default_factory=dict)


def pages(store: Store, orders: int) -> Iterator[tuple[str, Request, int]]:
    """Return what is asked: a name, a request, and the status of the response."""
    names = {
        "list": "list, page 1",
        "deep": "list, page at nine tenths, by number",
        "cursor": "list, page at nine tenths, by cursor",
        "filter": "one collection, by price",
        "search": "search, 20 hits",
        "search_many": "search, 2,600 hits",
        "detail": "one product",
        "reviews": "ten reviews",
        "collections": "collections",
        "cart": "cart of 5 lines",
        "orders": "own orders",
        "admin": "admin: products",
    }
    for row, name in names.items():
        work = store.work(row, 1)
        yield name, work.requests[0], work.status
    yield "facets", Request("GET", "/store/products/facets/?search=kettle"), 200
    session = store.admin_list("/admin/storefront_store/product/").requests[0].headers
    for name, path in (
        ("admin: orders", "storefront_store/order/"),
        ("admin: orders, page at nine tenths", f"storefront_store/order/?p={orders * 9 // 10 // ADMIN_PAGE}"),
        ("admin: search for an order by email", "storefront_store/order/?q=buyer3"),
        ("admin: customers", "storefront_store/customer/"),
        ("admin: start page", ""),
    ):
        yield name, Request("GET", f"/admin/{path}", headers=session), 200
    yield "checkout of 5 lines", store.work("checkout", 1).requests[0], CREATED


def multiply(database: Database, name: str, orders: int) -> None:
    """Add customers without accounts, and orders that are like the one with the lowest key, of all of them."""
    columns = {table: database.ask(name, COLUMNS.format(table=f"storefront_store_{table}")) for table in TABLES_COPIED}
    shown = {
        table: ", ".join(
            TABLES_COPIED[table].get(column.strip('"'), f"o.{column}") for column in columns[table].split(", ")
        )
        for table in columns
    }
    [customer, order, item] = (f"storefront_store_{table}" for table in TABLES_COPIED)
    database.run(
        name,
        f"ALTER DATABASE {name} SET synchronous_commit = off",
        "SET session_replication_role = replica",  # foreign keys are right, and not checked row by row
        f"INSERT INTO {customer} ({columns['customer']}) SELECT {shown['customer']}"
        f" FROM (SELECT * FROM {customer} ORDER BY id LIMIT 1) o, generate_series(1, {CUSTOMERS}) g",
        f"INSERT INTO {order} ({columns['order']}) SELECT {shown['order']}"
        f" FROM (SELECT * FROM {order} ORDER BY id LIMIT 1) o, generate_series(1, {orders}) g",
        f"INSERT INTO {item} ({columns['orderitem']}) SELECT {shown['orderitem']} FROM {order} n,"
        f" (SELECT * FROM {item} WHERE order_id = (SELECT min(id) FROM {order})) o"
        f" WHERE n.id > (SELECT max(order_id) FROM {item})",
    )
    database.settle(name)


def measure(services: Services, database: Database, products: int, orders: int) -> Size:
    """Fill the store, and ask for its pages."""
    size = Size(products, orders)
    store = Store(database, Catalogue(products), services)
    store.fill()
    store.start()
    try:
        store.place_orders(50)
        multiply(database, store.database_name, orders)
        for name, request, status in pages(store, orders):
            times = 1 if request.method == "POST" else TIMES
            asked = [ask(database, store, request, status) for _ in range(times)]
            size.pages[name] = replace(min(asked, key=by_time), first=asked[0].milliseconds)
            sys.stderr.write(f"  {name}: {size.pages[name].milliseconds:.2f} ms\n")
        rows = database.ask(store.database_name, TABLES)
        size.tables = {table: (rows, heap, indexes) for table, rows, heap, indexes in rows}
    finally:
        store.stop()
        database.drop(store.database_name)
    return size


def by_time(page: Page) -> float:
    """Return the key by which the cheapest is found."""
    return page.milliseconds


def ask(database: Database, store: Store, request: Request, status: int) -> Page:
    """Send a request once, and return what its statements have cost."""
    database.run("postgres", "SELECT pg_stat_statements_reset()")
    error = ""
    try:
        store.ask(request, status)
    except WrongAnswer as wrong:
        error = str(wrong)[:100]
    milliseconds, blocks = database.ask("postgres", COST)
    return Page(milliseconds, blocks, " ".join(database.ask("postgres", SLOWEST).split())[:300], error=error)


def table(sizes: list[Size]) -> Iterator[str]:
    """Show the sizes as Markdown."""
    first, last = sizes[0], sizes[-1]
    heads = [f"{size.products:,} products, {size.orders:,} orders: ms" for size in sizes]
    yield f"| request | {' | '.join(heads)} | first | blocks | times |"
    yield f"|---|{'--:|' * (len(sizes) + 3)}"
    for name, page in last.pages.items():
        cells = ["none in time" if size.pages[name].error else f"{size.pages[name].milliseconds:.2f}" for size in sizes]
        ratio = page.milliseconds / max(first.pages[name].milliseconds, 0.01)
        yield f"| {name} | {' | '.join(cells)} | {page.first:.2f} | {page.blocks:,} | {ratio:.1f} |"
    yield ""
    yield f"| table, at {last.products:,} products, {last.orders:,} orders | rows | MB | indexes, MB | bytes a row |"
    yield "|---|--:|--:|--:|--:|"
    for name, (rows, heap, indexes) in last.tables.items():
        each = f"{(heap + indexes) / rows:.0f}" if rows > 0 else ""
        yield f"| `{name}` | {rows:,} | {heap / 1e6:.0f} | {indexes / 1e6:.0f} | {each} |"


def main() -> int:
    """Measure all sizes, and show them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, nargs="+", default=[100_000, 400_000])
    parser.add_argument("--orders", type=int, nargs="+", default=[200_000, 2_000_000])
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "benchmarks" / "capacity.json")
    given: Any = parser.parse_args()
    environments.prepare({"store"})
    sizes: list[Size] = []
    with Services() as services:
        database = Database(services)
        for products, orders in zip(given.products, given.orders, strict=True):
            sys.stderr.write(f"{products:,} products, {orders:,} orders ...\n")
            sizes.append(measure(services, database, products, orders))
            given.into.write_text(json.dumps([asdict(size) for size in sizes], indent=1) + "\n")
    sys.stdout.write("\n".join(table(sizes)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
