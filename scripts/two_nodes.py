"""Run two web nodes behind nginx, with one PostgreSQL and one Redis.

``python scripts/two_nodes.py`` runs until Ctrl-C. ``--check`` tests that a cart that was created on one node can be
ordered on the other, that caches and throttles are shared, that a change of the catalogue shows on both nodes at once,
and that a rolling restart under load drops no request.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from services import (
    ENDING_SIGNALS,
    HOST,
    Server,
    Services,
    free_port,
    installed,
    manage,
    prepare,
    site_environment,
    status_of,
    wait_for,
)
from smoke import Client, check

CUSTOMERS: Final = 4  # that send requests during the restart
DRAIN_SECONDS: Final = 2  # for requests that nginx sent before it was reconfigured

NGINX: Final = """
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
    client_max_body_size 2m;
    upstream shop {{
        {upstream}
    }}
    server {{
        listen {host}:{port};
        location / {{
            proxy_pass http://shop;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Request-ID $request_id;
        }}
    }}
}}
"""


@dataclass
class Node:
    """A web node."""

    server: Server
    url: str


class Cluster:
    """The web nodes, and nginx in front of them."""

    def __init__(self, services: Services, **variables: str) -> None:
        self.services = services
        _, redis_url = services.redis()
        port = free_port()
        if "DATABASE_URL" not in variables:
            variables["DATABASE_URL"] = services.postgresql()
        self.env = site_environment(
            REDIS_URL=f"{redis_url}/2",
            CELERY_BROKER_URL=f"{redis_url}/1",
            EMAIL_URL=f"filemail:///{services.folder / 'mails'}",
            STATIC_ROOT=str(services.folder / "static"),
            MEDIA_ROOT=str(services.folder / "media"),
            TRUSTED_PROXIES="0",
            WEB_CONCURRENCY="1",
            SLOW_SERVICE_URL=f"http://{HOST}:{port}/playground/slow-service/",
            **variables,
        )
        prepare(self.env, "seed_db")
        manage(self.env, "seed_demo", "--accounts-only")
        self.nodes = [Node(*services.web(self.env, name=f"web{number}")) for number in (1, 2)]
        self.url = f"http://{HOST}:{port}"
        self.port = port
        self.configure(self.nodes)
        self.nginx = services.run(
            "nginx",
            installed("nginx", "nginx"),
            "-c",
            str(self.configuration),
            "-g",
            "daemon off;",
            stop_signal=signal.SIGQUIT,
        )
        wait_for("nginx", lambda: status_of(f"{self.url}/healthz") == 200)

    @property
    def configuration(self) -> Path:
        """The path of the configuration of nginx."""
        return self.services.folder / "nginx.conf"

    def configure(self, nodes: list[Node]) -> None:
        """Configure nginx to send requests to these nodes."""
        upstream = "\n        ".join(f"server {node.url.removeprefix('http://')};" for node in nodes)
        text = NGINX.format(folder=self.services.folder, upstream=upstream, host=HOST, port=self.port)
        self.configuration.write_text(text)

    def restart(self, node: Node) -> None:
        """Remove a node from nginx, restart it, and add it again when it is ready."""
        self.configure([other for other in self.nodes if other is not node])
        self.nginx.process.send_signal(signal.SIGHUP)  # type: ignore[union-attr]
        time.sleep(DRAIN_SECONDS)
        node.server.stop()
        node.server.start()
        wait_for("the node", lambda: status_of(f"{node.url}/readyz") == 200)
        self.configure(self.nodes)
        self.nginx.process.send_signal(signal.SIGHUP)  # type: ignore[union-attr]
        time.sleep(DRAIN_SECONDS)


def logged_in(url: str, username: str) -> Client:
    """Return a client that is logged in with a demo account."""
    client = Client(url)
    account = {"username": username, "password": f"{username}-of-the-demo"}
    client.token = client.send("POST", "/auth/jwt/create/", account).body["access"]
    return client


def buy_across(first: Client, second: Client) -> None:
    """Check that a cart that was created on one node can be ordered on the other."""
    product = first.send("GET", "/store/products/?in_stock=true").body["results"][0]
    cart = first.step("node 1: a cart", "POST", "/store/carts/", {}, expect=201).body["id"]
    line = {"product_id": product["id"], "quantity": 1}
    second.step("node 2: a product into it", "POST", f"/store/carts/{cart}/items/", line, expect=201)
    second.step("node 2: check out", "POST", "/store/orders/", {"cart_id": cart}, expect=201)
    first.step("node 1: the cart is gone", "GET", f"/store/carts/{cart}/", expect=404)


def change_catalogue(first: Client, second: Client) -> None:
    """Check that a changed product shows on the other node in all responses."""
    page = second.send("GET", "/store/products/?ordering=title").body["results"]
    second.send("GET", "/")
    title = f"A changed title {uuid.uuid4().hex[:6]}"
    path = f"/store/products/{page[0]['id']}/"
    first.step("node 1: change a title", "PATCH", path, {"title": title})
    check(second.step("node 2: the product", "GET", path).body["title"] == title, "the product is old")
    rows = second.step("node 2: the list", "GET", f"/store/products/?search={title.split()[-1]}").body["results"]
    check(rows[0]["title"] == title, "the list is old")
    home = second.step("node 2: the home page", "GET", "/")
    check(title in home.raw.decode(), "the home page is old")
    collection = {"title": f"A new shelf {uuid.uuid4().hex[:6]}"}
    first.step("node 1: a collection", "POST", "/store/collections/", collection, expect=201)
    listed = second.step("node 2: the collections", "GET", "/store/collections/").body
    check(collection["title"] in [row["title"] for row in listed], "the collections are old")


def share_cache(first: Client, second: Client) -> None:
    """Check that the nodes share the cached response of the slow service."""
    slow = first.step("node 1: the slow page", "GET", "/playground/hello/")
    quick = second.step("node 2: the same page", "GET", "/playground/hello/")
    check("The slow service says" in quick.raw.decode(), "the page is incomplete")
    check(slow.seconds > 1.5 > quick.seconds, "the cache is not shared")


def share_throttle(first: Client, second: Client) -> None:
    """Check that the nodes share the throttle of 60 carts per minute."""
    answers: Counter[int] = Counter()
    for number in range(90):
        client = (first, second)[number % 2]
        answers[client.send("POST", "/store/carts/", {}).status] += 1
    Client.line(f"                90 carts at 60 a minute: {dict(answers)}")
    check(answers[429] > 0, "each node counts for itself")


def restart_under_load(cluster: Cluster) -> None:
    """Check that no request fails while both nodes are restarted, one after the other."""
    answers: Counter[str] = Counter()
    over = threading.Event()

    def keep_asking() -> None:
        client = Client(cluster.url)
        while not over.is_set():
            try:
                statuses = [client.send("GET", "/store/products/").status]
                cart = client.send("POST", "/store/carts/", {})
                statuses.append(cart.status)
            except OSError as error:
                answers[type(error).__name__] += 1
            else:
                answers.update(str(status) for status in statuses)

    customers = [threading.Thread(target=keep_asking) for _ in range(CUSTOMERS)]
    for customer in customers:
        customer.start()
    for node in cluster.nodes:
        cluster.restart(node)
    over.set()
    for customer in customers:
        customer.join()
    Client.line(f"                both nodes restarted under load: {dict(answers)}")
    check(set(answers) == {"200", "201"}, "requests were dropped")


def prove() -> None:
    """Run all checks, with throttles for those of shared state and without for the restart."""
    with Services() as services:
        cluster = Cluster(services)
        first, second = (logged_in(node.url, "admin") for node in cluster.nodes)
        buy_across(first, second)
        change_catalogue(first, second)
        share_cache(first, second)
        share_throttle(Client(first.base), Client(second.base))
        cluster.env["THROTTLING"] = "off"
        for node in cluster.nodes:
            node.server.env["THROTTLING"] = "off"
            cluster.restart(node)
        restart_under_load(cluster)


def open_or_check(description: str | None, kind: Callable[[Services], Cluster], prove: Callable[[], None]) -> int:
    """Run a cluster until Ctrl-C, or with ``--check`` its checks, and return the exit code.

    Args:
        description: What ``--help`` says.
        kind: Starts the cluster.
        prove: Starts a cluster and runs the checks.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--check", action="store_true")
    given: Any = parser.parse_args()
    try:
        prove() if given.check else stay_open(kind)
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


def stay_open(kind: Callable[[Services], Cluster]) -> None:
    """Run a cluster until Ctrl-C."""
    with Services() as services:
        cluster = kind(services)
        nodes = ", ".join(node.url for node in cluster.nodes)
        Client.line(f"\nThe shop is open: {cluster.url}/ (nodes: {nodes}; Ctrl-C closes it)")
        signal.sigwait(ENDING_SIGNALS)


def main() -> int:
    """Run the nodes, or run the checks, and return the exit code."""
    return open_or_check(__doc__, Cluster, prove)


if __name__ == "__main__":
    sys.exit(main())
