"""Clients that buy at the same time, look at what they have bought at once, and note what they don't see."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from smoke import Client, check


class Failures(Counter[str]):
    """Responses that were not as expected, by what was asked."""


class Buyer:
    """Somebody who looks around, buys, and reads what was bought."""

    def __init__(self, url: str, products: list[int], *, client: Client | None = None) -> None:
        self.client = client or Client(url)
        self.products = itertools.cycle(products)
        self.failures = Failures()
        self.seconds: list[float] = []

    def ask(self, method: str, path: str, data: Any = None, *, expect: int = 200) -> Any:
        """Send a request, note its time and whether it failed, and return its body."""
        try:
            answer = self.client.send(method, path, data)
        except OSError as error:
            self.failures[f"{method} {path}: {error}"] += 1
            return {}
        self.seconds.append(answer.seconds)
        if answer.status != expect:
            self.failures[f"{method} {path}: {answer.status}, not {expect}: {answer.raw[:200]!r}"] += 1
            return {}
        return answer.body

    def see(self, what: str, seen: bool) -> None:
        """Note that something is not seen."""
        if not seen:
            self.failures[f"not seen: {what}"] += 1

    def round(self) -> None:
        """Send 14 requests: look around, buy something, and read the cart and the order after each step."""
        product = next(self.products)
        self.browse(product)
        self.buy(product)

    def browse(self, product: int) -> None:
        """Send seven requests: pages of the list, a product, and the collections."""
        for path in ("", "?page=3", "?search=a", f"{product}/", f"{product}/reviews/", "?ordering=-unit_price"):
            self.ask("GET", f"/store/products/{path}")
        self.ask("GET", "/store/collections/")

    def buy(self, product: int) -> None:
        """Buy one unit, and look at the cart, at the order and at the list of orders at once."""
        cart = self.ask("POST", "/store/carts/", {}, expect=201).get("id")
        self.ask("POST", f"/store/carts/{cart}/items/", {"product_id": product, "quantity": 1}, expect=201)
        items = self.ask("GET", f"/store/carts/{cart}/").get("items", [])
        self.see("the line in the cart", [item["product"]["id"] for item in items] == [product])
        order = self.ask("POST", "/store/orders/", {"cart_id": cart}, expect=201).get("id")
        self.see("the order", self.ask("GET", f"/store/orders/{order}/").get("id") == order)
        self.see("the order in the list", order in [row["id"] for row in self.ask("GET", "/store/orders/") or []])
        self.ask("GET", f"/store/carts/{cart}/", expect=404)


def rounds(number: int) -> Callable[[Buyer], None]:
    """Return the task of going through some rounds."""

    def act(buyer: Buyer) -> None:
        for _ in range(number):
            buyer.round()

    return act


def tours(number: int) -> Callable[[Buyer], None]:
    """Return the task of looking around some times."""

    def act(buyer: Buyer) -> None:
        for _ in range(number):
            buyer.browse(next(buyer.products))

    return act


def purchases(number: int) -> Callable[[Buyer], None]:
    """Return the task of buying some times."""

    def act(buyer: Buyer) -> None:
        for _ in range(number):
            buyer.buy(next(buyer.products))

    return act


def together(
    buyers: list[Buyer], act: Callable[[Buyer], None], while_running: Callable[[], None] | None = None
) -> None:
    """Let all buyers act at the same time; meanwhile do something else."""
    with ThreadPoolExecutor(len(buyers)) as pool:
        running = [pool.submit(act, buyer) for buyer in buyers]
        if while_running is not None:
            while_running()
        for future in running:
            future.result()


def no_failures(what: str, buyers: list[Buyer]) -> None:
    """Check that no buyer has seen a failure, and show how many requests there were."""
    failures = sum((buyer.failures for buyer in buyers), Failures())
    number = sum(len(buyer.seconds) for buyer in buyers)
    Client.line(f"                {what}: {number} requests, {failures.total()} failures")
    check(not failures, f"{what}: {failures.most_common(3)}")
