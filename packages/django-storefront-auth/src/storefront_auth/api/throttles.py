from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.contrib.auth import get_user_model
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from storefront_auth.throttling import account_name, client_address, hit


class CountingThrottle(BaseThrottle, ABC):
    """Allows as many requests as ``THROTTLE_RATES`` says for its scope."""

    scope: str
    _wait: int | None = None

    @abstractmethod
    def who(self, request: Request) -> str | None:
        """Return what is counted for; ``None`` counts nothing."""

    def allow_request(self, request: Request, view: Any) -> bool:
        who = self.who(request)
        counted = hit(self.scope, who) if who else None
        if counted is None or not counted.blocked:
            return True
        self._wait = counted.wait
        return False

    def wait(self) -> int | None:
        return self._wait


class AddressThrottle(CountingThrottle):
    """Counts by the address a request comes from."""

    def who(self, request: Request) -> str | None:
        return client_address(request._request)


class RegisterAddressThrottle(AddressThrottle):
    """Registering tells which names are taken, so nobody may ask for many."""

    scope = "register_address"


class NewAddressThrottle(RegisterAddressThrottle):
    """A new address for an account tells as much; staff may know."""

    def who(self, request: Request) -> str | None:
        if request.method not in {"PUT", "PATCH"} or request.user.is_staff or not isinstance(request.data, dict):
            return None
        field = get_user_model().get_email_field_name()
        is_new = request.data.get(field, "") not in ("", getattr(request.user, field, ""))
        return super().who(request) if is_new else None


class ResetAddressThrottle(AddressThrottle):
    """One client makes few mails."""

    scope = "reset_address"


class ResetAccountThrottle(CountingThrottle):
    """One mailbox gets few mails, whoever asks for them, and whether it has an account or not."""

    scope = "reset_account"

    def who(self, request: Request) -> str | None:
        field = get_user_model().get_email_field_name()
        email = request.data.get(field) if isinstance(request.data, dict) else None
        return account_name(email) if isinstance(email, str) else None


class PasswordThrottle(CountingThrottle):
    """A stolen access token must not be a way to guess the password behind it."""

    scope = "password_account"

    def who(self, request: Request) -> str | None:
        return str(request.user.pk) if request.user.is_authenticated else None
