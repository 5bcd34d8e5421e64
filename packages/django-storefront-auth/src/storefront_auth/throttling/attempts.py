"""Attempts to log in, counted once a request."""

from __future__ import annotations

from django.http import HttpRequest

from storefront_auth.throttling.addresses import account_name, client_address
from storefront_auth.throttling.counting import hit


class LoginAttempt:
    """An attempt to log in, counted once a request by address and by account, whichever door it came through."""

    def __init__(self, request: HttpRequest | None, identifier: str) -> None:
        hits = [hit("login_account", account_name(identifier))]
        if request is not None:
            hits.append(hit("login_address", client_address(request)))
        self.hits = [counted for counted in hits if counted]

    @classmethod
    def of(cls, request: HttpRequest | None, identifier: str) -> LoginAttempt:
        """Return this request's attempt for this account; the first call counts it."""
        if request is None:
            return cls(None, identifier)
        attempts = request.__dict__.setdefault("_storefront_auth_attempts", {})
        if identifier not in attempts:
            attempts[identifier] = cls(request, identifier)
        return attempts[identifier]

    @staticmethod
    def blocked_in(request: HttpRequest) -> LoginAttempt | None:
        """Return the attempt of this request that was blocked, if one was."""
        attempts = getattr(request, "_storefront_auth_attempts", {}).values()
        return next((attempt for attempt in attempts if attempt.wait), None)

    @property
    def wait(self) -> int:
        """Seconds until the next attempt may be made; 0 if this one may."""
        return max((counted.wait for counted in self.hits if counted.blocked), default=0)

    def succeeded(self) -> None:
        """Forget this attempt: only failed ones add up."""
        for counted in self.hits:
            counted.refund()
        self.hits = []
