"""Clients that send one byte per second do not delay others, in each documented deployment, with real sockets."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import demo
import pytest
import two_nodes
from services import Services, free_port, manage, site_environment, status_of, wait_for

SLOW_CLIENTS = 32
WATCHED_SECONDS = 3
HEAD = b"POST /store/carts/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
KINDS = {
    "headers": (b"", HEAD + b"X-Padding: " + b"a" * 100),
    "body": (HEAD + b"Content-Length: 100\r\n\r\n", b" " * 100),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n64\r\n", b" " * 100),
}


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with Services() as running:
        yield running


@pytest.fixture(scope="module")
def environment(services: Services) -> dict[str, str]:
    env = site_environment(
        DATABASE_URL=f"sqlite:///{services.folder / 'shop.sqlite3'}",
        STATIC_ROOT=str(services.folder / "static"),
        EMAIL_URL=f"filemail:///{services.folder / 'mail'}",
    )
    manage(env, "migrate", "--verbosity", "0")
    return env


@pytest.fixture(scope="module")
def demo_port(services: Services, environment: dict[str, str]) -> int:
    """Run the site like ``make demo``."""
    port = free_port()
    services.run("demo", *demo.server(), env=demo.listening(environment, port))
    wait_for("the demo", lambda: status_of(f"http://127.0.0.1:{port}/healthz") == 200)
    return port


@pytest.fixture(scope="module")
def procfile_port(services: Services, environment: dict[str, str]) -> int:
    """Run the site with the command in the Procfile."""
    port = free_port()
    [line] = [line for line in (demo.EXAMPLE / "Procfile").read_text().splitlines() if line.startswith("web:")]
    command = [sys.executable, "-m", *line.removeprefix("web:").split()]
    services.run("web", *command, env={**environment, "PORT": str(port)})
    wait_for("the web process", lambda: status_of(f"http://127.0.0.1:{port}/healthz") == 200)
    return port


@pytest.fixture(scope="module")
def nginx_port(services: Services, procfile_port: int) -> int:
    """Run the site behind nginx, which is configured as documented."""
    if not shutil.which("nginx"):
        pytest.skip("nginx is not installed")
    port, folder = free_port(), services.folder / "nginx"
    folder.mkdir()
    configuration = folder / "nginx.conf"
    upstream = f"server 127.0.0.1:{procfile_port};"
    configuration.write_text(two_nodes.NGINX.format(folder=folder, upstream=upstream, host="127.0.0.1", port=port))
    services.run("nginx", "nginx", "-c", str(configuration), "-g", "daemon off;", env=dict(os.environ))
    wait_for("nginx", lambda: status_of(f"http://127.0.0.1:{port}/healthz") == 200)
    return port


def send_slowly(port: int, start: bytes, rest: bytes, over: threading.Event) -> None:
    """Send ``start`` immediately, then ``rest`` byte by byte."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as slow:
        slow.sendall(start)
        for byte in rest:
            if over.wait(1):
                return
            slow.sendall(bytes([byte]))


def slowest_answer(port: int) -> float:
    """Return the duration of the slowest of several requests."""
    slowest, end = 0.0, time.monotonic() + WATCHED_SECONDS
    while time.monotonic() < end:
        started = time.monotonic()
        with urlopen(f"http://127.0.0.1:{port}/store/products/", timeout=10) as answer:
            assert answer.status == 200
        slowest = max(slowest, time.monotonic() - started)
        time.sleep(0.5)
    return slowest


@pytest.mark.parametrize("way", ["demo_port", "procfile_port", "nginx_port"])
def test_slow_clients_do_not_delay_others(request: pytest.FixtureRequest, way: str) -> None:
    port = request.getfixturevalue(way)
    slowest_answer(port)  # the first request of a process takes longer
    over = threading.Event()
    clients = [
        threading.Thread(target=send_slowly, args=(port, start, rest, over))
        for start, rest in KINDS.values()
        for _ in range(SLOW_CLIENTS)
    ]
    for client in clients:
        client.start()
    try:
        time.sleep(1)
        assert slowest_answer(port) < 1, "a slow client holds a thread"  # a blocked server does not respond at all
    finally:
        over.set()
        for client in clients:
            client.join()


def test_chunked_body_is_accepted(demo_port: int) -> None:
    body = b'{"quantity": 1}'
    head = HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", demo_port), timeout=10) as slow:
        slow.sendall(head)
        for byte in body:
            slow.sendall(b"1\r\n" + bytes([byte]) + b"\r\n")
            time.sleep(0.01)
        slow.sendall(b"0\r\n\r\n")
        answer = b"".join(iter(lambda: slow.recv(4096), b""))

    assert answer.startswith(b"HTTP/1.1 201 ")


def test_stopping_server_finishes_running_request(services: Services, environment: dict[str, str]) -> None:
    port = free_port()
    server = services.run("stopping", *demo.server(), env=demo.listening({**environment, "PLAYGROUND": "on"}, port))
    wait_for("the server", lambda: status_of(f"http://127.0.0.1:{port}/healthz") == 200)
    answers: list[int] = []

    def ask() -> None:
        with urlopen(f"http://127.0.0.1:{port}/playground/slow-service/", timeout=20) as answer:  # takes two seconds
            answers.append(answer.status)

    visitor = threading.Thread(target=ask)
    visitor.start()
    time.sleep(0.7)
    started = time.monotonic()
    server.stop()
    visitor.join()

    assert answers == [200]
    assert time.monotonic() - started < 15


def test_access_log_contains_request_and_status(services: Services, environment: dict[str, str]) -> None:
    port, log = free_port(), services.folder / "access.log"
    server = services.run(
        "logging", *demo.server(), env=demo.listening({**environment, "WEB_ACCESS_LOG": str(log)}, port)
    )
    wait_for("the server", lambda: status_of(f"http://127.0.0.1:{port}/healthz") == 200)
    with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10):
        pass
    server.stop()

    assert '"GET /healthz HTTP/1.1" 200 19' in Path(log).read_text().splitlines()[-1]
