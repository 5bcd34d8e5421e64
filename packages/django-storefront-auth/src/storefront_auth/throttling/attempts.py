"""Login attempts, counted once for each request."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from django.http import HttpRequest

from storefront_auth.throttling.addresses import account_name, client_address
from storefront_auth.throttling.counting import Hit, hit


class LoginAttempt:
    """A login attempt from any form, counted by network address and by account."""

    def __init__(self, request: HttpRequest | None, identifier: str) -> None:
        """Count the attempt.

        Args:
            request: The request, if there is one.
            identifier: The name or address that was typed.
        """
        hits = [hit("login_account", account_name(identifier))]
        if request is not None:
            hits.append(hit("login_address", client_address(request)))
        self.hits: list[Hit] = [counted for counted in hits if counted]

    @classmethod
    def of(cls, request: HttpRequest | None, identifier: str) -> LoginAttempt:
        """Return the attempt of ``request`` for this account, which the first call counts.

        Args:
            request: The request, if there is one.
            identifier: The name or address that was typed.
        """
        if request is None:
            return cls(None, identifier)
        attempts = _attempts.setdefault(request, {})
        if identifier not in attempts:
            attempts[identifier] = cls(request, identifier)
        return attempts[identifier]

    @staticmethod
    def blocked_in(request: HttpRequest) -> LoginAttempt | None:
        """Return the attempt of ``request`` that was blocked, if one was."""
        return next((attempt for attempt in _attempts.get(request, {}).values() if attempt.wait), None)

    @property
    def wait(self) -> int:
        """Seconds until the next attempt may be made; 0 if this one may."""
        return max((counted.wait for counted in self.hits if counted.blocked), default=0)

    def succeeded(self) -> None:
        """Uncount the attempt, because only failed ones are limited."""
        for counted in self.hits:
            counted.refund()
        self.hits = []


# The attempts of each request, which its view, authentication backend and middleware share.
_attempts: WeakKeyDictionary[HttpRequest, dict[str, LoginAttempt]] = WeakKeyDictionary()
