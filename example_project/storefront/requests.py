"""WSGI and ASGI wrappers that remove the ``charset`` from requests, whose text is always UTF-8.

Django uses the charset of ``Content-Type`` also for the query string, and reads the header when it creates the request,
before any middleware can handle an error. A charset that is not a text encoding (``charset=hex``) or an invalid header
would raise an exception in the server, which responds with 500. The bodies of the API and of Django's forms are UTF-8,
and are rejected if they are not.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

from django.core.exceptions import BadRequest
from django.utils.http import parse_header_parameters

CHARSET: Final = re.compile(r""";\s*charset\*?\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)""", re.IGNORECASE)

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Asgi = Callable[[Any, Callable[..., Awaitable[Any]], Callable[..., Awaitable[Any]]], Awaitable[None]]


def without_charset(content_type: str) -> str:
    """Return a ``Content-Type`` without its charset, or an empty string if the header is invalid."""
    try:
        parse_header_parameters(content_type)
    except (BadRequest, ValueError, LookupError):  # a parameter in an unknown encoding
        return ""
    return CHARSET.sub("", content_type)


class Utf8Wsgi:
    """Wrapper around a WSGI application."""

    def __init__(self, application: Wsgi) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Call the application with a cleaned ``Content-Type``."""
        if environ.get("CONTENT_TYPE"):
            environ["CONTENT_TYPE"] = without_charset(environ["CONTENT_TYPE"])
        return self.application(environ, start_response)


class Utf8Asgi:
    """Wrapper around an ASGI application."""

    def __init__(self, application: Asgi) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Call the application with a cleaned ``Content-Type``."""
        if scope["type"] == "http":
            scope = {**scope, "headers": [_readable(*header) for header in scope["headers"]]}
        await self.application(scope, receive, send)


def _readable(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() != b"content-type":
        return name, value
    return name, without_charset(value.decode("latin-1")).encode("latin-1")
