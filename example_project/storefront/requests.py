"""Requests as the entry points make them: their text is UTF-8, whatever ``charset`` stands in ``Content-Type``.

Django takes that charset for the query as well, and reads the query at once, while the request is still being made:
before any middleware, where nothing turns an error into an answer. Too many fields, a codec that makes no text
(``charset=hex``) or a header that can't be read would reach the server, which answers 500. Nothing is lost by not
listening: the API's bodies and Django's forms are UTF-8 anyway, and are refused if they are not.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest


class Utf8Request(HttpRequest):
    """Ignores what a client calls the encoding, and a ``Content-Type`` that can't be read."""

    @property
    def encoding(self) -> None:
        """The encoding that was asked for: none, which stands for ``DEFAULT_CHARSET``."""
        return None

    @encoding.setter
    def encoding(self, value: str | None) -> None:
        pass

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except (BadRequest, ValueError):  # a parameter in an unknown encoding, or a charset with a NUL
            meta["CONTENT_TYPE"] = self.content_type = ""
            self.content_params = {}


class WsgiRequest(Utf8Request, WSGIRequest):
    """A request from a WSGI server."""


class AsgiRequest(Utf8Request, ASGIRequest):
    """A request from an ASGI server."""
