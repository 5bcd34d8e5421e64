"""Run the example project on a free port with a temporary database, and test the path from browsing to an order.

Prints a line for each step, with status and time, and exits with an error at the first unexpected response.
``CATALOGUE=file`` loads that catalogue instead of the sample one.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import demo

START_SECONDS = 60
REQUEST_SECONDS = 30


class WrongAnswer(Exception):
    """A response of the site was not as expected."""


@dataclass
class Answer:
    """A response of the site."""

    status: int
    headers: Any
    raw: bytes
    seconds: float

    @property
    def body(self) -> Any:
        """The decoded JSON body."""
        return json.loads(self.raw) if self.raw else None


@dataclass
class Client:
    """Sends JSON requests to the site, and prints a line for each step."""

    base: str
    token: str = ""
    steps: int = field(default=0, init=False)

    def send(self, method: str, path: str, data: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """Send a request and return the response, with any status."""
        url = path if path.startswith("http") else self.base + path
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(url, body, method=method, headers=headers or {})  # noqa: S310  (a local server)
        request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"JWT {self.token}")
        started = time.perf_counter()
        try:
            with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as response:  # noqa: S310
                return Answer(response.status, response.headers, response.read(), time.perf_counter() - started)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read(), time.perf_counter() - started)

    def step(
        self,
        title: str,
        method: str,
        path: str,
        data: Any = None,
        *,
        expect: int = 200,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send the request of a step and print its line.

        Args:
            title: The name of the step.
            method: The HTTP method.
            path: The path of the URL.
            data: The JSON body.
            expect: The expected status code.
            headers: The headers of the request.

        Raises:
            WrongAnswer: If the status code is not the expected one.
        """
        answer = self.send(method, path, data, headers)
        self.steps += 1
        self.line(f"{answer.status} {answer.seconds * 1000:6.0f} ms  {title}")
        check(answer.status == expect, f"{method} {path}: {expect} expected, body {answer.raw[:500]!r}")
        return answer

    @staticmethod
    def line(text: str) -> None:
        """Print a line without buffering."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def check(condition: bool, message: str) -> None:
    """Raise an error unless ``condition`` is true.

    Raises:
        WrongAnswer: If it is false.
    """
    if not condition:
        raise WrongAnswer(message)


def all_products(client: Client) -> Iterator[dict[str, Any]]:
    """Yield all products, following the cursor from page to page."""
    url: str | None = "/store/products/?pagination=cursor&page_size=100"
    while url:
        answer = client.send("GET", url)
        check(answer.status == 200, f"GET {url}: {answer.status}")
        yield from answer.body["results"]
        url = answer.body["next"]


def browse(client: Client) -> dict[str, Any]:
    """Browse the catalogue, and return a product to buy."""
    page = client.step("products, first page", "GET", "/store/products/").body
    check(0 < len(page["results"]) <= 10, "a page holds one to ten products")
    if page["next"]:
        following = client.step("products, next page", "GET", page["next"]).body
        seen = {product["id"] for product in page["results"]}
        check(all(product["id"] not in seen for product in following["results"]), "pages overlap")
    started = time.perf_counter()
    products = list(all_products(client))
    client.line(f"200 {(time.perf_counter() - started) * 1000:6.0f} ms  the whole catalogue by cursor: {len(products)}")
    check(len(products) == len({product["id"] for product in products}), "the cursor repeats products")
    check(len(products) == page["count"], f"the pages count {page['count']} products, the cursor {len(products)}")
    collections = client.step("collections", "GET", "/store/collections/").body
    check(sum(row["products_count"] for row in collections) == len(products), "collections count other products")

    wanted = next((product for product in products if 1 <= product["inventory"] < 30_000), None)
    if wanted is None:
        raise WrongAnswer("nothing is in stock")
    filtered = client.step(
        "products of one collection", "GET", f"/store/products/?collection_id={wanted['collection']}&page_size=100"
    ).body
    check(all(row["collection"] == wanted["collection"] for row in filtered["results"]), "the filter leaks")
    limits = urlencode({"unit_price__gt": wanted["unit_price"] - 0.01, "unit_price__lt": wanted["unit_price"] + 0.01})
    priced = client.step("products within a price range", "GET", f"/store/products/?{limits}&page_size=100").body
    check(any(row["id"] == wanted["id"] for row in priced["results"]), "the price filter loses the product")
    found = client.step(
        "search by title", "GET", f"/store/products/?search={quote(wanted['title'])}&page_size=100"
    ).body
    check(any(row["id"] == wanted["id"] for row in found["results"]), "the search loses the product")
    for ordering in ("unit_price", "-unit_price"):
        prices = [
            row["unit_price"]
            for row in client.step(f"order by {ordering}", "GET", f"/store/products/?ordering={ordering}").body[
                "results"
            ]
        ]
        check(prices == sorted(prices, reverse=ordering.startswith("-")), f"{ordering} is not the order")
    report(client, products, collections)
    return wanted


def report(client: Client, products: list[dict[str, Any]], collections: list[dict[str, Any]]) -> None:
    """Print the numbers of products and collections."""
    reviews = sum(product["rating"]["count"] for product in products)
    pictures = sum(bool(product["images"]) for product in products)
    client.line(
        f"                {len(products)} products, {len(collections)} collections, {reviews} reviews with a rating, "
        f"{pictures} products with pictures"
    )


def look_closer(client: Client, product: dict[str, Any]) -> None:
    """Read a product, its images and reviews, and write a review."""
    path = f"/store/products/{product['id']}/"
    detail = client.step(f"product: {product['title'][:50]}", "GET", path).body
    check(detail["title"] == product["title"], "another product came")
    images = client.step("its pictures", "GET", f"{path}images/").body
    if images:
        picture = client.send("GET", images[0]["image"])
        check(picture.status == 200 and picture.headers["Content-Type"].startswith("image/"), "a picture is missing")
    client.step("its reviews", "GET", f"{path}reviews/")
    review = {"name": "A passer-by", "description": "Just what I was looking for.", "rating": 5}
    written = client.step("write a review", "POST", f"{path}reviews/", review, expect=201).body
    client.step("read it again", "GET", f"{path}reviews/{written['id']}/")


def ask_the_price(client: Client, cart: str) -> dict[str, Any]:
    """Return the quote of a cart with the first shipping method, if there is one, and the ``choices`` it is for."""
    path = f"/store/carts/{cart}/quote/"
    offered = client.step("what it costs", "POST", path, {}).body["shipping_methods"]
    choices = {"shipping_method": offered[0]["id"]} if offered else {}
    quoted: dict[str, Any] = client.step("what it costs with shipping", "POST", path, choices).body
    added = sum(row["amount"] for row in quoted["adjustments"] if not row["included"])
    check(round(quoted["subtotal"] + added, 2) == quoted["total"], "the quote does not add up")
    return {**quoted, "choices": choices}


def buy(client: Client, product: dict[str, Any]) -> None:
    """Fill a cart, place an order, and read the order."""
    cart = client.step("a cart, anonymously", "POST", "/store/carts/", {}, expect=201).body["id"]
    line = {"product_id": product["id"], "quantity": 1}
    item = client.step("put the product in", "POST", f"/store/carts/{cart}/items/", line, expect=201).body
    again = client.step("once more", "POST", f"/store/carts/{cart}/items/", line, expect=201).body
    check(again["id"] == item["id"] and again["quantity"] == 2, "the quantities did not add up")
    client.step("change the quantity", "PATCH", f"/store/carts/{cart}/items/{item['id']}/", {"quantity": 1})
    filled = client.step("look into the cart", "GET", f"/store/carts/{cart}/").body
    check(filled["items"][0]["quantity"] == 1 and filled["total_price"] > 0, "the cart adds up wrongly")

    token, client.token = client.token, ""
    client.step("no checkout without login", "POST", "/store/orders/", {"cart_id": cart}, expect=401)
    client.token = token
    quoted = ask_the_price(client, cart)
    check(quoted["subtotal"] == filled["total_price"], "the quote's lines cost another sum than the cart")
    order = {"cart_id": cart, **quoted["choices"], "expected_total": quoted["total"] + 1}
    changed = client.step("no checkout at another price", "POST", "/store/orders/", order, expect=409).body
    check(changed["code"] == "total_changed", "another reason came")
    order["expected_total"] = quoted["total"]
    key = {"Idempotency-Key": str(uuid.uuid4())}
    bought = client.step("check out", "POST", "/store/orders/", order, expect=201, headers=key)
    replay = client.step("the same again", "POST", "/store/orders/", order, expect=201, headers=key)
    check(replay.raw == bought.raw and replay.headers["Idempotent-Replayed"] == "true", "the replay differs")
    check(bought.body["total"] == quoted["total"], "the order costs another sum than the quote")
    client.step("the cart is gone", "GET", f"/store/carts/{cart}/", expect=404)
    orders = client.step("my orders", "GET", "/store/orders/").body
    check([row["id"] for row in orders] == [bought.body["id"]], "the list of orders is not the one order")
    client.step("my order", "GET", f"/store/orders/{bought.body['id']}/")
    left = client.step("its stock is taken", "GET", f"/store/products/{product['id']}/").body["inventory"]
    check(left == product["inventory"] - 1, f"stock was {product['inventory']} and is {left}")


def want_too_much(client: Client, product: dict[str, Any]) -> None:
    """Try to order more than is in stock."""
    cart = client.step("another cart", "POST", "/store/carts/", {}, expect=201).body["id"]
    line = {"product_id": product["id"], "quantity": product["inventory"] + 1}
    client.step("more than the stock", "POST", f"/store/carts/{cart}/items/", line, expect=201)
    refused = client.step("check out: out of stock", "POST", "/store/orders/", {"cart_id": cart}, expect=409).body
    check(refused["code"] == "out_of_stock", "another reason came")
    check(refused["items"][0]["product_id"] == product["id"], "another product came")


def walk(client: Client) -> None:
    """Run all steps."""
    client.step("home page", "GET", "/")
    client.step("API schema", "GET", "/schema/")
    name, password = f"smoke-{uuid.uuid4().hex[:8]}", uuid.uuid4().hex
    account = {"username": name, "password": password, "email": f"{name}@storefront.example"}
    client.step("register", "POST", "/auth/users/", account, expect=201)
    tokens = client.step("log in", "POST", "/auth/jwt/create/", {"username": name, "password": password}).body
    client.token = tokens["access"]
    me = client.step("who am I", "GET", "/auth/users/me/").body
    check(me["username"] == name, "somebody else")
    product = browse(client)
    look_closer(client, product)
    buy(client, product)
    want_too_much(client, product)


def free_port() -> int:
    """Return an unused port."""
    with socket.socket() as probe:
        probe.bind((demo.HOST, 0))
        return int(probe.getsockname()[1])


def wait_until_open(server: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the server listens on the port.

    Raises:
        WrongAnswer: If it exits, or doesn't listen in time.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((demo.HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise WrongAnswer("the server did not start")


def main() -> int:
    """Start the site, run all steps, and return the exit code."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        env = demo.environment(
            DATABASE_URL=f"sqlite:///{Path(folder) / 'smoke.sqlite3'}",
            MEDIA_ROOT=str(Path(folder) / "media"),
            EMAIL_URL=f"filemail:///{Path(folder) / 'mail'}",
        )
        demo.prepare(env, os.environ.get("CATALOGUE", ""))
        port = free_port()
        log = Path(folder) / "server.log"
        with log.open("wb") as output:
            env = demo.listening(env, port)
            server = subprocess.Popen(demo.server(), env=env, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_until_open(server, port)
            Client.line(f"\nServer ready after {time.monotonic() - started:.1f} s\n")
            client = Client(f"http://{demo.HOST}:{port}")
            walk(client)
        except WrongAnswer as error:
            sys.stderr.write(f"WRONG: {error}\nThe end of the server's log:\n{log.read_text()[-5000:]}\n")
            return 1
        finally:
            server.terminate()
            server.wait(10)
    Client.line(f"\n{client.steps} steps as expected, {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
