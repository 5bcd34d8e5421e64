"""Web server for the client: static files, the page for all other paths, and the client's settings.

``python serve.py [--host 127.0.0.1] [--port 8001] [--api http://127.0.0.1:8000] [--currency USD]``. It uses only the
standard library and is meant for development and tests; for production, see the README.
"""

from __future__ import annotations

import argparse
import json
import posixpath
import sys
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

FOLDER: Final = Path(__file__).resolve().parent
PAGE: Final = "/index.html"
SETTINGS: Final = "/js/config.js"
SERVED: Final = (PAGE, "/css/", "/js/", "/img/")  # excludes this file and others in the folder
IDLE_SECONDS: Final = 30


def content_security_policy(api: str) -> str:
    """Return the content security policy: only local scripts and styles, images over HTTPS, connections to the API."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' blob: https: {api}",  # https: allows media in an object store
            f"connect-src 'self' {api}",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def origin(url: str) -> str:
    """Return the origin of the API's URL from the command line, without a path.

    Raises:
        ArgumentTypeError: If it is not an http(s) URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or any(mark in parts.netloc for mark in " ;,'\""):
        raise argparse.ArgumentTypeError(f"{url!r} is not an address such as http://127.0.0.1:8000")
    return f"{parts.scheme}://{parts.netloc}"


class ClientHandler(SimpleHTTPRequestHandler):
    """Request handler for GET and HEAD."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    server_version = "storefront-client"
    sys_version = ""
    extensions_map = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
    }

    def __init__(self, *args: Any, api: str, currency: str, quiet: bool, **kwargs: Any) -> None:
        self.api = api
        self.currency = currency
        self.quiet = quiet
        super().__init__(*args, directory=str(FOLDER), **kwargs)

    def send_head(self) -> Any:
        """Send the resource at the requested path, or 404 if the path is invalid."""
        try:
            return self.send_what_is_there()
        except ValueError:  # from parsing the URL, or from the file system for a NUL character
            return self.send_error(HTTPStatus.NOT_FOUND)

    def send_what_is_there(self) -> Any:
        """Send an existing file, the settings, or the page for paths that the client's router handles."""
        path = posixpath.normpath(unquote(urlsplit(self.path).path))
        self.path = quote(path)
        if path == SETTINGS:
            return self.send_settings()
        if not path.startswith(SERVED):
            if PurePosixPath(path).suffix and "/" not in path.strip("/"):
                return self.send_error(HTTPStatus.NOT_FOUND)  # /favicon.ico and the like
            self.path = PAGE
        return super().send_head()

    def list_directory(self, path: Any) -> None:
        """Send 404 instead of a directory listing."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_settings(self) -> None:
        """Send ``js/config.js`` with the values of this server."""
        settings = {"api": self.api, "currency": self.currency}
        body = f"export default {json.dumps(settings)};\n".encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.extensions_map[".js"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def end_headers(self) -> None:
        """Add the headers of all responses. File names have no hash, so browsers must revalidate their cache."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Content-Security-Policy", content_security_policy(self.api))
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Referrer-Policy", "same-origin")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *args: Any) -> None:
        """Log requests unless ``quiet`` is set."""
        if not self.quiet:
            super().log_message(*args)


def build_server(host: str, port: int, *, api: str, currency: str = "USD", quiet: bool = True) -> ThreadingHTTPServer:
    """Return a server that is bound to its port but not yet running.

    Args:
        host: The address to bind to.
        port: The port; 0 selects a free one.
        api: The origin of the API, which must allow this server's origin (CORS).
        currency: The currency of the prices.
        quiet: Whether to log no requests.
    """
    handler = partial(ClientHandler, api=api, currency=currency, quiet=quiet)
    return ThreadingHTTPServer((host, port), handler)


def main() -> None:
    """Read the command line and serve until interrupted."""
    parser = argparse.ArgumentParser(description="Serve the storefront's client.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--api", type=origin, default="http://127.0.0.1:8000", help="where the API is")
    parser.add_argument("--currency", default="USD", help="currency of the prices (ISO 4217)")
    parser.add_argument("--quiet", action="store_true", help="log no requests")
    options = parser.parse_args()
    server = build_server(options.host, options.port, api=options.api, currency=options.currency, quiet=options.quiet)
    sys.stdout.write(f"The client: http://{options.host}:{server.server_port}/ (API: {options.api})\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
