"""Middleware that decides from which database a request is read."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse

from storefront.replicas import shoppers
from storefront.replicas.monitor import monitor
from storefront.replicas.router import reading_from_replica

SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS", "TRACE")


class ReadYourWrites:
    """Middleware that reads safe requests from the replica, unless who sends them has written recently.

    A safe request that fails while it is read from the replica is repeated on the primary.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response."""
        keys = shoppers.keys_of(request)
        if request.method not in SAFE_METHODS:
            return self._write(request, keys)
        if shoppers.has_new_token(request) or shoppers.wrote_recently(keys) or not monitor.is_usable():
            return self.get_response(request)
        with reading_from_replica():
            response = self.get_response(request)
        if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            return response
        monitor.suspect()
        return self.get_response(request)

    def _write(self, request: HttpRequest, keys: set[str]) -> HttpResponse:
        """Return the response of the primary, and record who has written; also after a failure, which may be late."""
        keys |= shoppers.keys_in_body(request)
        response = self.get_response(request)
        shoppers.remember(keys | shoppers.keys_in_response(response))
        return response
