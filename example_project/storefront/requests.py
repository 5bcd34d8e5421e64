"""Make requests readable before Django sees them: their text is UTF-8, whatever ``charset`` a client names.

Django takes the charset of ``Content-Type`` for the query as well, and reads that header while the request is being
made: before any middleware, where nothing turns an error into an answer. A charset that makes no text
(``charset=hex``) or a header that can't be read would reach the server, which answers 500. Nothing is lost: the API's
bodies and Django's forms are UTF-8 anyway, and are refused if they are not.
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
    """Return a ``Content-Type`` without its charset; empty if the header can't be read."""
    try:
        parse_header_parameters(content_type)
    except (BadRequest, ValueError, LookupError):  # a parameter in an unknown encoding
        return ""
    return CHARSET.sub("", content_type)


class Utf8Wsgi:
    """Wrap a WSGI application."""

    def __init__(self, application: Wsgi) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        if environ.get("CONTENT_TYPE"):
            environ["CONTENT_TYPE"] = without_charset(environ["CONTENT_TYPE"])
        return self.application(environ, start_response)


class Utf8Asgi:
    """Wrap an ASGI application."""

    def __init__(self, application: Asgi) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer a request."""
        if scope["type"] == "http":
            scope = {**scope, "headers": [_readable(*header) for header in scope["headers"]]}
        await self.application(scope, receive, send)


def _readable(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() != b"content-type":
        return name, value
    return name, without_charset(value.decode("latin-1")).encode("latin-1")
