"""Kill and hang the services behind a checkout while orders are placed, and count orders, waits and mails afterwards.

The site runs with the production settings on PostgreSQL, Redis, a Celery worker with beat, and a mail server, which the
script starts. ``--orders N`` sets how many orders are placed during each fault.
"""

from __future__ import annotations

import argparse
import email
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from services import Services, manage, prepare, site_environment, wait_for
from smoke import Client, check

RECOVERY_SECONDS: Final = 60
HOLD_SECONDS: Final = 15  # longer than the timeouts, so that waiting for one shows
ADDRESS: Final = "buyer@storefront.example"
# An address that is not confirmed gets one mail a day.
CONFIRM: Final = f"from store_custom.services.addresses import confirm; confirm({ADDRESS!r})"
LONGEST_WAIT: Final = 0.25  # seconds that a fault may add to the median checkout; a single timeout would add more


@dataclass
class Fault:
    """A service failure, and how it is repaired."""

    name: str
    strike: Callable[[], None]
    mend: Callable[[], None]


@dataclass
class Shop:
    """The running site, and a customer who is logged in."""

    client: Client
    product: int
    mails: Path

    def buy(self) -> float:
        """Place an order, and return the duration of the checkout in seconds."""
        cart = self.client.send("POST", "/store/carts/", {}).body["id"]
        line = {"product_id": self.product, "quantity": 1}
        added = self.client.send("POST", f"/store/carts/{cart}/items/", line)
        check(added.status == 201, f"the item was answered {added.status}")
        placed = self.client.send("POST", "/store/orders/", {"cart_id": cart})
        check(placed.status == 201, f"the checkout was answered {placed.status}: {placed.raw[:300]!r}")
        return placed.seconds

    def orders(self) -> int:
        """Return the number of orders, from all pages of the list."""
        rows, url = 0, "/store/orders/"
        while url:
            answer = self.client.send("GET", url)
            rows += len(answer.body)
            links = [part.strip().split("; ") for part in (answer.headers.get("Link") or "").split(",") if part]
            url = next((link.strip("<>") for link, kind in links if kind == 'rel="next"'), "")
        return rows

    def message_ids(self) -> Counter[str]:
        """Return how often each confirmation mail has arrived, by Message-ID."""
        letters = (email.message_from_bytes(path.read_bytes()) for path in self.mails.glob("*.eml"))
        return Counter(letter["Message-ID"] for letter in letters if "Your order" in str(letter["Subject"]))


def open_shop(url: str, mails: Path) -> Shop:
    """Register a customer, and find a product to buy."""
    client = Client(url)
    account = {"username": "buyer", "password": "a-rather-long-password", "email": ADDRESS}
    check(client.send("POST", "/auth/users/", account).status == 201, "the account was refused")
    client.token = client.send("POST", "/auth/jwt/create/", account).body["access"]
    products = client.send("GET", "/store/products/?page_size=100").body["results"]
    product = max(products, key=lambda row: row["inventory"])
    return Shop(client, product["id"], mails)


def run(orders: int) -> list[dict[str, Any]]:
    """Run all faults, one after the other, and return the measurements."""
    with Services() as services:
        database = services.postgresql()
        redis, redis_url = services.redis()
        mail, mail_url, mails = services.mail_catcher()
        env = site_environment(
            DATABASE_URL=database,
            REDIS_URL=f"{redis_url}/2",
            CELERY_BROKER_URL=f"{redis_url}/1",
            EMAIL_URL=mail_url,
            STATIC_ROOT=str(services.folder / "static"),
            MEDIA_ROOT=str(services.folder / "media"),
            THROTTLING="off",
        )
        prepare(env, "seed_db")
        manage(env, "shell", "--verbosity", "0", "--command", CONFIRM)
        worker = services.celery("worker", env, "--concurrency", "2")
        services.celery("beat", env, "--schedule", str(services.folder / "schedule"))
        _, url = services.web(env)
        shop = open_shop(url, mails)
        faults = [
            Fault("nothing", lambda: None, lambda: None),
            Fault("worker killed", worker.kill, worker.start),
            Fault("mail server killed", mail.kill, mail.start),
            Fault("mail server hangs", mail.hang, mail.go_on),
            Fault("Redis (broker and cache) killed", redis.kill, redis.start),
            Fault("Redis (broker and cache) hangs", redis.hang, redis.go_on),
        ]
        seen = [suffer(shop, fault, orders) for fault in faults]
        check(shop.orders() == orders * len(faults), "orders were lost or made up")
        return seen


def suffer(shop: Shop, fault: Fault, orders: int) -> dict[str, Any]:
    """Place orders while a service is broken, repair it, and wait for the mails."""
    before = len(shop.message_ids())
    fault.strike()
    struck = time.monotonic()
    waits = [shop.buy() for _ in range(orders)]
    time.sleep(max(HOLD_SECONDS - (time.monotonic() - struck), 0))
    fault.mend()
    mended = time.monotonic()
    wait_for(fault.name, lambda: len(shop.message_ids()) >= before + orders, RECOVERY_SECONDS)
    ids = shop.message_ids()
    result: dict[str, Any] = {
        "fault": fault.name,
        "orders": orders,
        "median": statistics.median(waits),
        "slowest": max(waits),
        "mails": len(ids) - before,
        "repeated": sum(ids.values()) - len(ids),
        "recovered": time.monotonic() - mended,
    }
    Client.line(
        f"{fault.name:32} {orders:4} orders, checkout {result['median'] * 1000:5.0f} ms median, "
        f"{result['slowest'] * 1000:5.0f} ms slowest; {result['mails']:4} mails, {result['repeated']} repeated, "
        f"all there after {result['recovered']:4.1f} s"
    )
    return result


def main() -> int:
    """Run all faults, check the results, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=34)
    results = run(parser.parse_args().orders)
    usual = results[0]["median"]
    for result in results:
        late = result["median"] > usual + LONGEST_WAIT
        check(not late, f"{result['fault']}: checkouts wait")
        check(result["mails"] == result["orders"], f"{result['fault']}: mails are missing")
    Client.line(f"\n{sum(result['orders'] for result in results)} orders, each confirmed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
