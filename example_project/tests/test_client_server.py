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


def send_request(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, Any, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, response.headers, body


@pytest.mark.parametrize("path", ["/", "/cart", "/products/1", "/password/reset/MQ/c0ffee-1.2", "/?search=pot"])
def test_page_is_served_for_every_client_route(port: int, path: str) -> None:
    status, headers, body = send_request(port, path)
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "/js/main.js" in body


def test_config_contains_command_line_options(port: int) -> None:
    status, headers, body = send_request(port, "/js/config.js")
    assert status == 200
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert body == 'export default {"api": "http://api.example:8000", "currency": "CHF"};\n'
    assert send_request(port, "/js/config.js", "HEAD")[2] == ""


@pytest.mark.parametrize(
    "path",
    ["/js/nothing.js", "/css/", "/js", "/favicon.ico", "/serve.py", "/js/../serve.py", "/js/%2e%2e/serve.py",
     "/js/%252e%252e/serve.py", "/js/..%2f..%2fmanage.py"],
)  # fmt: skip
def test_other_files_are_not_served(port: int, path: str) -> None:
    status, _headers, body = send_request(port, path)
    assert "def " not in body
    assert status == 404 or "/js/main.js" in body


@pytest.mark.parametrize("path", ["/js/%00", "/js/main.js%00", "/js/" + "a" * 4200, "/js/%FF", "HTTP://[/js/main.js"])
def test_malformed_path_is_404(port: int, path: str) -> None:
    assert send_request(port, path)[0] == 404


def test_responses_have_security_headers_and_are_revalidated(port: int) -> None:
    status, headers, _body = send_request(port, "/js/main.js")
    assert status == 200
    assert headers["Cache-Control"] == "no-cache"
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self' http://api.example:8000" in policy
    assert "unsafe" not in policy
    assert send_request(port, "/js/main.js", If_Modified_Since=headers["Last-Modified"])[0] == 304


def test_post_is_501(port: int) -> None:
    assert send_request(port, "/", "POST")[0] == 501


@pytest.mark.parametrize("url", ["api.example", "ftp://api.example", "http://", "http://api.example;script-src", ""])
def test_invalid_api_url_is_rejected(url: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        origin(url)


def test_path_of_api_url_is_removed() -> None:
    assert origin("https://api.example:8443/store/") == "https://api.example:8443"
