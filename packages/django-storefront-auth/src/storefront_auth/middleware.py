"""Middleware for login forms and sessions outside the API, such as those of the admin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.contrib.auth import SESSION_KEY as USER_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from storefront_auth.services.sessions import is_ended
from storefront_auth.throttling import LoginAttempt, hit

GetResponse = Callable[[HttpRequest], Any]

#: The names of Django's views that ask for the current password, in the admin and in ``django.contrib.auth.urls``.
PASSWORD_VIEWS: Final = frozenset({"password_change"})


class LoginThrottleMiddleware:
    """Returns a 429 response if a login form or a change of password was throttled.

    Without this middleware, a throttled login form reports a wrong password.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Store the next middleware or view.

        Args:
            get_response: The next middleware or view.
        """
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response to ``request``."""
        response = self.get_response(request)
        attempt = LoginAttempt.blocked_in(request)
        if attempt is None or response.status_code == 429:
            return response
        return _too_many(attempt.wait)

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponse | None:
        """Count the current passwords that a session submits to a form to change the password."""
        match = request.resolver_match
        if request.method != "POST" or match is None or match.url_name not in PASSWORD_VIEWS:
            return None
        user = getattr(request, "user", None)
        counted = hit("password_account", str(user.pk)) if user is not None and user.is_authenticated else None
        return _too_many(counted.wait) if counted is not None and counted.blocked else None


class SessionVersionMiddleware:
    """Ends sessions together with the tokens of their user, for example at "log out everywhere".

    Put it after ``AuthenticationMiddleware``. Sessions from before its installation are ended too.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        """Store the next middleware or view.

        Args:
            get_response: The next middleware or view.
        """
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Return the response to ``request``, whose user is checked when it is first accessed."""
        if not hasattr(request, "user"):
            return self.get_response(request)  # a project without sessions
        user, auser = request.user, getattr(request, "auser", None)

        async def checked_auser() -> Any:
            present = await auser()  # type: ignore[misc]
            return await sync_to_async(_unless_ended)(request, present)

        request.user = SimpleLazyObject(lambda: _unless_ended(request, user))  # type: ignore[assignment]
        if auser is not None:
            request.auser = checked_auser
        return self.get_response(request)


def _unless_ended(request: HttpRequest, user: Any) -> Any:
    if USER_KEY not in request.session or not is_ended(request, user):
        return user
    request.session.flush()
    return AnonymousUser()


def _too_many(wait: int) -> HttpResponse:
    return HttpResponse(
        _("Too many attempts. Try again later."),
        status=429,
        headers={"Retry-After": str(wait)},
        content_type="text/plain; charset=utf-8",
    )
