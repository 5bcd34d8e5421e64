from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from storefront_auth.throttling import LoginAttempt


class LoginThrottleMiddleware:
    """Answers 429 where a login form was throttled; without it the form says that the password is wrong."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        attempt = LoginAttempt.blocked_in(request)
        if attempt is None or response.status_code == 429:
            return response
        return HttpResponse(
            _("Too many attempts to log in. Try again later."),
            status=429,
            headers={"Retry-After": str(attempt.wait)},
            content_type="text/plain; charset=utf-8",
        )
