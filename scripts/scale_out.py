"""Run two web nodes behind nginx, with PgBouncer, a PostgreSQL primary, its streaming replica, and Redis.

``python scripts/scale_out.py`` runs until Ctrl-C. ``--check`` tests that reads come from the replica, that shoppers see
their own writes at once even if the replica stands still, that 1,000 mixed requests succeed, that the last unit is sold
once, and that a killed replica fails no request; and it measures what the primary is spared.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import processes
from buyers import Buyer, no_failures, purchases, rounds, together, tours
from replication import Pair, start_pair
from services import Services, wait_for
from smoke import Client, check
from two_nodes import Cluster, logged_in, open_or_check

LAG_SECONDS: Final = 10
HOLD_SECONDS: Final = LAG_SECONDS + 3  # storefront.replicas.shoppers.hold_seconds()
BUYERS: Final = 6
MIXED_REQUESTS: Final = 1_000
PARALLEL: Final = 16
PASSWORD: Final = uuid.uuid4().hex
READ_ROWS: Final = (
    "SELECT sum(tup_fetched + tup_returned) FROM pg_stat_database WHERE datname = 'storefront'"  # since the start
)


class ScaledOut(Cluster):
    """The cluster of two nodes, with a pooler and a replica."""

    def __init__(self, services: Services) -> None:
        self.pair: Pair = start_pair(services)
        super().__init__(
            services,
            DATABASE_URL=self.pair.url("storefront"),
            DATABASE_REPLICA_URL=self.pair.url("storefront_replica"),
            DATABASE_REPLICA_LAG_SECONDS=str(LAG_SECONDS),
            DATABASE_PREPARED_STATEMENTS="off",  # PgBouncer of Debian 12 does not know them in transaction mode
            THROTTLING="off",
        )
        self.pair.wait_until_current()

    def products(self) -> list[int]:
        """Return the keys of products with enough stock for all checks."""
        self.pair.ask("UPDATE storefront_store_product SET inventory = 1000000")
        self.pair.wait_until_current()
        page = Client(self.url).send("GET", "/store/products/?page_size=100").body
        return [row["id"] for row in page["results"]]

    def buyers(self, products: list[int]) -> list[Buyer]:
        """Register buyers and log them in."""
        buyers = []
        for number in range(BUYERS):
            client, name = Client(self.url), f"buyer-{number}"
            account = {"username": name, "password": PASSWORD, "email": f"{name}@storefront.example"}
            check(client.send("POST", "/auth/users/", account).status == 201, "nobody can register")
            body = client.send("POST", "/auth/jwt/create/", account).body
            client.token = body["access"]
            check(client.send("GET", "/auth/users/me/").status == 200, "a new account is not known")
            buyers.append(Buyer(self.url, products[number::BUYERS], client=client))
        return buyers


def read_from_replica(cluster: ScaledOut) -> None:
    """Check that what visitors read is read from the replica."""
    visitor = Client(cluster.url)
    before = [int(cluster.pair.ask(READ_ROWS, replica=replica)) for replica in (False, True)]
    for _ in range(100):
        check(visitor.send("GET", "/store/products/").status == 200, "the list failed")
    time.sleep(1.5)  # until backends report their numbers
    after = [int(cluster.pair.ask(READ_ROWS, replica=replica)) for replica in (False, True)]
    primary, replica = (now - then for now, then in zip(after, before, strict=True))
    Client.line(f"                100 lists: {primary} rows read on the primary, {replica} on the replica")
    check(replica > 2 * primary, "the replica is not read")


def forget_writes(cluster: ScaledOut) -> None:
    """Wait until earlier writes and new tokens don't count anymore, while visitors keep the nodes busy."""
    end = time.monotonic() + HOLD_SECONDS
    while time.monotonic() < end:
        for node in cluster.nodes:
            Client(node.url).send("GET", "/store/products/")
        time.sleep(0.2)
    cluster.pair.wait_until_current()


def see_own_writes(cluster: ScaledOut, buyers: list[Buyer], products: list[int]) -> None:
    """Check that buyers see their own purchases at once while the replica stands still, and visitors don't."""
    visitor, admin = Client(cluster.url), logged_in(cluster.url, "admin")
    forget_writes(cluster)
    path, title = f"/store/products/{products[0]}/", f"A new title {uuid.uuid4().hex[:6]}"
    cluster.pair.ask("SELECT pg_wal_replay_pause()", replica=True)
    started = time.monotonic()
    try:
        admin.step("the replica stands still; staff change a title", "PATCH", path, {"title": title})
        check(admin.send("GET", path).body["title"] == title, "staff do not see their own change")
        seen = visitor.step("a visitor sees the old one", "GET", path).body["title"]
        check(seen != title, "visitors are not read from the replica")
        together(buyers, purchases(1))
        took = time.monotonic() - started
    finally:
        cluster.pair.ask("SELECT pg_wal_replay_resume()", replica=True)
    check(took < LAG_SECONDS, f"this took {took:.0f} s, and the replica was not read after {LAG_SECONDS}")
    no_failures(f"{len(buyers)} purchases, seen at once by who bought, while the replica stood still", buyers)
    cluster.pair.wait_until_current()
    check(visitor.step("now it goes on, and all see the new one", "GET", path).body["title"] == title, "too old")


def sell_the_last(cluster: ScaledOut, product: int) -> None:
    """Check that the last unit is sold once if many buy it at the same time on both nodes."""
    clients = [logged_in(node.url, "customer") for node in cluster.nodes]
    carts = []
    for number in range(PARALLEL):
        client = clients[number % 2]
        cart = client.send("POST", "/store/carts/", {}).body["id"]
        client.send("POST", f"/store/carts/{cart}/items/", {"product_id": product, "quantity": 1})
        carts.append((client, cart))
    set_stock = "UPDATE storefront_store_product SET inventory = %s WHERE id = %s"
    cluster.pair.ask(set_stock, 1, product)

    def check_out(basket: tuple[Client, str]) -> int:
        client, cart = basket
        return client.send("POST", "/store/orders/", {"cart_id": cart}).status

    with ThreadPoolExecutor(PARALLEL) as pool:
        statuses = list(pool.map(check_out, carts))
    left = cluster.pair.ask("SELECT inventory FROM storefront_store_product WHERE id = %s", product)
    Client.line(f"                {PARALLEL} checkouts of the last unit: {dict(Counter(statuses))}, {left} left")
    check(statuses.count(201) == 1 and left == 0, "the last unit was not sold once")
    cluster.pair.ask(set_stock, 1_000_000, product)


def lose_the_replica(cluster: ScaledOut, buyers: list[Buyer]) -> None:
    """Check that no request fails when the replica is killed, stays away, and comes back."""
    over = threading.Event()

    def keep_buying(buyer: Buyer) -> None:
        while not over.is_set():
            buyer.round()

    def break_it() -> None:
        time.sleep(2)
        cluster.pair.replica.kill()
        time.sleep(5)
        cluster.pair.replica.start()
        cluster.pair.wait_until_current()
        time.sleep(3)
        over.set()

    together(buyers, keep_buying, break_it)
    no_failures("the replica was killed and started again under load", buyers)
    wait_for("the replica to be read again", lambda: is_read(cluster), 30)


def is_read(cluster: ScaledOut) -> bool:
    """Return whether a visitor's request is read from the replica."""
    before = int(cluster.pair.ask(READ_ROWS, replica=True))
    for _ in range(20):
        Client(cluster.url).send("GET", "/store/products/")
    time.sleep(1.5)
    return int(cluster.pair.ask(READ_ROWS, replica=True)) - before > 100


def measure(cluster: ScaledOut, buyer: Buyer, products: list[int]) -> Iterator[str]:
    """Measure the CPU time of the databases for the same requests, with the replica and without it.

    One client buys, and the others look around, as in most shops.
    """
    clients = [buyer, *(Buyer(cluster.url, products) for _ in range(BUYERS - 1))]
    for title, url in (("with the replica", cluster.env["DATABASE_REPLICA_URL"]), ("without it", "")):
        for node in cluster.nodes:
            node.server.env["DATABASE_REPLICA_URL"] = url
            cluster.restart(node)
        for client in clients:
            client.browse(products[0])
            client.seconds.clear()
        servers = (cluster.pair.primary, cluster.pair.replica)
        before, started = [processes.cpu_seconds(server.pid) for server in servers], time.monotonic()
        together(clients, lambda client: (rounds if client is buyer else tours)(15)(client))
        took = time.monotonic() - started
        used = [processes.cpu_seconds(server.pid) - then for server, then in zip(servers, before, strict=True)]
        number = sum(len(client.seconds) for client in clients)
        primary, replica = (1000 * seconds / number for seconds in used)
        yield (
            f"{title}: {number} requests, {number / took:.0f} a second,"
            f" CPU ms a request: primary {primary:.2f}, replica {replica:.2f}"
        )
    no_failures("measured", clients)


def sell_one_product(cluster: ScaledOut, buyers: list[Buyer], products: list[int]) -> Iterator[str]:
    """Measure checkouts of a product that everybody buys, and of a different one each."""
    for title, chosen in (("one product for all", products[:1] * BUYERS), ("a product each", products[:BUYERS])):
        for buyer, product in zip(buyers, chosen, strict=True):
            buyer.products = itertools.cycle([product])
        orders = "SELECT count(*) FROM storefront_store_order"
        before, started = cluster.pair.ask(orders), time.monotonic()
        together(buyers, purchases(15))
        yield f"{title}: {(cluster.pair.ask(orders) - before) / (time.monotonic() - started):.1f} orders a second"
    no_failures("sold", buyers)


def prove() -> None:
    """Run all checks."""
    with Services() as services:
        cluster = ScaledOut(services)
        products = cluster.products()
        buyers = cluster.buyers(products)
        read_from_replica(cluster)
        together(buyers, rounds(-(-MIXED_REQUESTS // (14 * BUYERS))))
        no_failures("mixed", buyers)
        see_own_writes(cluster, buyers, products)
        sell_the_last(cluster, products[1])
        lose_the_replica(cluster, buyers)
        for line in itertools.chain(measure(cluster, buyers[0], products), sell_one_product(cluster, buyers, products)):
            Client.line(f"                {line}")


def main() -> int:
    """Run the nodes, or run the checks, and return the exit code."""
    return open_or_check(__doc__, ScaledOut, prove)


if __name__ == "__main__":
    sys.exit(main())
