"""A gunicorn worker that reads requests with waitress.

Gunicorn's threaded worker reads each request in one of its threads, so a few clients that send one byte per second can
occupy all of them. Waitress reads the headers and bodies of all requests in one event loop, and passes a request to a
thread when it is complete. Gunicorn manages processes, signals and restarts.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import quote

from gunicorn.workers.base import Worker
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

TICK_SECONDS: Final = 1
LINGER_SECONDS: Final = 1  # how long a stopping worker still handles requests on open connections
CONNECTIONS: Final = 1000  # per worker; each needs a file descriptor and some kilobytes
MAX_BODY_BYTES: Final = 100 * 1024 * 1024

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BufferedWorker(Worker):
    """Gunicorn worker that runs a WSGI application with waitress, in ``threads`` threads."""

    alive: bool

    def run(self) -> None:
        """Serve until gunicorn stops the worker, then finish the requests that have arrived completely."""
        connections: dict[int, Any] = {}
        server = create_server(
            self.count_and_log(self.wsgi),
            map=connections,
            sockets=[listening_socket(each) for each in self.sockets],
            threads=self.cfg.threads,
            ident=None,
            connection_limit=CONNECTIONS,
            channel_timeout=self.cfg.keepalive,
            max_request_header_size=self.cfg.limit_request_line + self.cfg.limit_request_field_size,
            max_request_body_size=MAX_BODY_BYTES,
            clear_untrusted_proxy_headers=False,  # the project's settings define how many proxies are trusted
            asyncore_use_poll=True,
        )
        while self.alive and self.has_parent():
            self.notify()
            wasyncore.loop(timeout=TICK_SECONDS, use_poll=True, map=connections, count=1)
        self.drain(connections)
        server.task_dispatcher.shutdown(timeout=TICK_SECONDS)

    def drain(self, connections: dict[int, Any]) -> None:
        """Stop accepting connections, and finish running requests within ``graceful_timeout``."""
        for listener in [each for each in connections.values() if isinstance(each, BaseWSGIServer)]:
            listener.del_channel(connections)
        start = time.monotonic()
        while time.monotonic() < start + self.cfg.graceful_timeout:
            busy = any(is_busy(each) for each in connections.values())
            if not busy and time.monotonic() > start + LINGER_SECONDS:
                return
            self.notify()
            wasyncore.loop(timeout=0.1, use_poll=True, map=connections, count=1)

    def has_parent(self) -> bool:
        """Return whether the master process is alive; without it the worker stops."""
        return self.ppid == os.getppid()

    def count_and_log(self, application: Wsgi) -> Wsgi:
        """Return the application wrapped with gunicorn's access log and ``max_requests``."""

        def counted(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            self.nr += 1
            if self.nr >= self.max_requests and self.alive:
                self.log.info("Autorestarting worker after current request.")
                self.alive = False
            if not self.cfg.accesslog:
                return application(environ, start_response)
            return logged(self.log, application, environ, start_response)

        return counted


def listening_socket(wrapped: Any) -> socket.socket:
    """Return the socket that gunicorn's socket object wraps."""
    plain: socket.socket = wrapped.sock
    plain.setblocking(False)
    return plain


def is_busy(connection: Any) -> bool:
    """Return whether a connection has a complete request without a response."""
    return isinstance(connection, HTTPChannel) and bool(connection.requests or connection.total_outbufs_len)


def logged(log: Any, application: Wsgi, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
    """Yield the response of the application, and write a line to gunicorn's access log when it is complete."""
    started = time.monotonic()
    response = SimpleNamespace(status="000", headers=[], sent=0)

    def remember(status: str, headers: list[tuple[str, str]], *args: Any) -> Any:
        response.status, response.headers = status, headers
        return start_response(status, headers, *args)

    body = application(environ, remember)
    try:
        for part in body:
            response.sent += len(part)
            yield part
    finally:
        if hasattr(body, "close"):
            body.close()
        query = environ.get("QUERY_STRING")
        raw = quote(environ.get("PATH_INFO", "").encode("latin-1")) + (f"?{query}" if query else "")
        request = SimpleNamespace(headers=[(key[5:], value) for key, value in environ.items() if key[:5] == "HTTP_"])
        log.access(response, request, {**environ, "RAW_URI": raw}, timedelta(seconds=time.monotonic() - started))
