"""The development server of the client."""

from __future__ import annotations

import argparse
import http.client
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from client.serve import build_server, origin


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a running server."""
    server = build_server("127.0.0.1", 0, api="http://api.example:8000", currency="CHF")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, Any, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, response.headers, body


@pytest.mark.parametrize("path", ["/", "/cart", "/products/1", "/password/reset/MQ/c0ffee-1.2", "/?search=pot"])
def test_page_answers_every_address_of_its_router(port: int, path: str) -> None:
    status, headers, body = ask(port, path)
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "/js/main.js" in body


def test_settings_are_those_of_the_command_line(port: int) -> None:
    status, headers, body = ask(port, "/js/config.js")
    assert status == 200
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert body == 'export default {"api": "http://api.example:8000", "currency": "CHF"};\n'
    assert ask(port, "/js/config.js", "HEAD")[2] == ""


@pytest.mark.parametrize(
    "path",
    ["/js/nothing.js", "/css/", "/js", "/favicon.ico", "/serve.py", "/js/../serve.py", "/js/%2e%2e/serve.py",
     "/js/%252e%252e/serve.py", "/js/..%2f..%2fmanage.py"],
)  # fmt: skip
def test_nothing_else_is_served(port: int, path: str) -> None:
    status, _headers, body = ask(port, path)
    assert "def " not in body
    assert status == 404 or "/js/main.js" in body


@pytest.mark.parametrize("path", ["/js/%00", "/js/main.js%00", "/js/" + "a" * 4200, "/js/%FF", "HTTP://[/js/main.js"])
def test_an_address_that_names_nothing_is_unknown(port: int, path: str) -> None:
    assert ask(port, path)[0] == 404


def test_answers_are_guarded_and_asked_for_again(port: int) -> None:
    status, headers, _body = ask(port, "/js/main.js")
    assert status == 200
    assert headers["Cache-Control"] == "no-cache"
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self' http://api.example:8000" in policy
    assert "unsafe" not in policy
    assert ask(port, "/js/main.js", If_Modified_Since=headers["Last-Modified"])[0] == 304


def test_nothing_can_be_sent_there(port: int) -> None:
    assert ask(port, "/", "POST")[0] == 501


@pytest.mark.parametrize("url", ["api.example", "ftp://api.example", "http://", "http://api.example;script-src", ""])
def test_address_of_the_api_is_checked(url: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        origin(url)


def test_path_of_the_api_is_dropped() -> None:
    assert origin("https://api.example:8443/store/") == "https://api.example:8443"
