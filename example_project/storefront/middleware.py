"""The language of a response, what only pages need, and error responses outside of the API's views.

The last are JSON under the API's prefixes, and 503 if the database is unavailable.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.urls import is_valid_path
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from rest_framework.authentication import SessionAuthentication
from rest_framework.settings import api_settings

logger = logging.getLogger(__name__)

MESSAGES: Final = {
    HTTPStatus.BAD_REQUEST: ("The request could not be understood.", "bad_request"),
    HTTPStatus.FORBIDDEN: ("You do not have permission to perform this action.", "permission_denied"),
    HTTPStatus.NOT_FOUND: ("Not found.", "not_found"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("Method not allowed.", "method_not_allowed"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("The request is too large.", "too_large"),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("Something went wrong here.", "error"),
    HTTPStatus.SERVICE_UNAVAILABLE: ("The service is busy. Please try again.", "busy"),
}
RETRY_AFTER: Final = "1"  # seconds
SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS", "TRACE")


def is_error_page(response: HttpResponse) -> bool:
    """Return whether a response is an error page that was not created by an API view (these have a renderer)."""
    return (
        response.status_code >= HTTPStatus.BAD_REQUEST
        and not hasattr(response, "accepted_renderer")
        and not response.headers.get("Content-Type", "").startswith("application/json")
    )


def in_json(page: HttpResponse) -> HttpResponse:
    """Replace the content of an error page by JSON. The other headers are kept, and the page is not logged again."""
    detail, code = MESSAGES.get(HTTPStatus(page.status_code), (HTTPStatus(page.status_code).phrase, "error"))
    page.content = json.dumps({"detail": detail, "code": code}).encode()
    page.headers["Content-Type"] = "application/json"
    page.headers["Content-Length"] = str(len(page.content))
    return page


def lacks_slash(request: HttpRequest) -> bool:
    """Return whether an unsafe request has a path that exists only with a trailing slash.

    Django would redirect it, which loses the body, or raise an error if ``DEBUG`` is on.
    """
    if request.method in SAFE_METHODS or request.path_info.endswith("/"):
        return False
    return not is_valid_path(request.path_info) and bool(is_valid_path(f"{request.path_info}/"))


class Language(LocaleMiddleware):
    """Django's middleware for a site whose paths have no language in them, which it would look up twice a request."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of the cookie or the ``Accept-Language`` header."""
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the language to the headers of the response."""
        if "Accept-Language" not in response.headers.get("Vary", ""):
            patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class PagesOnly(MiddlewareMixin):
    """Mixin for middleware that does nothing below ``API_PREFIXES``, unless the API authenticates by the session."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        authenticators: Any = api_settings.DEFAULT_AUTHENTICATION_CLASSES
        has_sessions = any(issubclass(each, SessionAuthentication) for each in authenticators)
        self.skipped: tuple[str, ...] = () if has_sessions else tuple(settings.API_PREFIXES)

    def __call__(self, request: HttpRequest) -> Any:
        """Return the response; only that of a page is processed."""
        if request.path_info.startswith(self.skipped):
            return self.get_response(request)
        return super().__call__(request)


class PageSessions(PagesOnly, SessionMiddleware):
    """Django's middleware for the sessions of pages; the API has tokens."""


class PageUsers(PagesOnly, AuthenticationMiddleware):
    """Django's middleware for the users of sessions."""


class PageMessages(PagesOnly, MessageMiddleware):
    """Django's middleware for the messages of pages."""


class JsonErrors:
    """Middleware that replaces Django's error pages under ``API_PREFIXES`` by ``{"detail", "code"}``.

    Unknown paths, failed CSRF checks, suspicious requests and unhandled exceptions are not handled by the exception
    handler of the API. The debug page of an unhandled exception is kept if ``DEBUG`` is on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response, in JSON if it is an error under an API prefix."""
        below_api = f"{request.path_info}/".startswith(settings.API_PREFIXES)
        if below_api and "\x00" in request.path_info:
            return in_json(HttpResponseNotFound())  # no key contains a NUL, and PostgreSQL raises an error for it
        if below_api and lacks_slash(request):
            return JsonResponse(
                {"detail": f"This address needs a slash at its end: {request.path}/", "code": "missing_slash"},
                status=HTTPStatus.NOT_FOUND,
            )
        response = self.get_response(request)
        crashed = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        if below_api and is_error_page(response) and not (settings.DEBUG and crashed):
            return in_json(response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return 503 if a view failed because the database is or was unavailable."""
        if settings.DEBUG or not isinstance(error, OperationalError | InterfaceError):
            return None
        logger.error("The database failed", exc_info=error)
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return HttpResponse(status.phrase, "text/plain", status=status, headers={"Retry-After": RETRY_AFTER})
