"""Throttles of the views."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.contrib.auth import get_user_model
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from storefront_auth.accounts.authority import is_staff
from storefront_auth.throttling import account_name, client_address, hit


class CountingThrottle(BaseThrottle, ABC):
    """Allows as many requests as ``THROTTLE_RATES`` says for its scope."""

    scope: str
    _wait: int | None = None

    @abstractmethod
    def who(self, request: Request) -> str | None:
        """Return the key under which the request is counted, or ``None`` to not count it.

        Args:
            request: The request.
        """

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request and return whether it is within the limit."""
        who = self.who(request)
        counted = hit(self.scope, who) if who else None
        if counted is None or not counted.blocked:
            return True
        self._wait = counted.wait
        return False

    def wait(self) -> int | None:
        """Return the seconds until the next request may be made."""
        return self._wait


class AddressThrottle(CountingThrottle):
    """Counts by the address that a request comes from."""

    def who(self, request: Request) -> str | None:
        """Return the address."""
        return client_address(request)


class UserThrottle(CountingThrottle):
    """Counts by the user."""

    def who(self, request: Request) -> str | None:
        """Return the user's key."""
        return str(request.user.pk) if request.user.is_authenticated else None


class RegisterAddressThrottle(AddressThrottle):
    """Limits registrations, whose responses reveal which names are taken."""

    scope = "register_address"


class NewAddressThrottle(RegisterAddressThrottle):
    """Limits changes of email addresses, which reveal which addresses are taken; staff are not limited."""

    def who(self, request: Request) -> str | None:
        """Return the network address if the request changes the email address, otherwise ``None``."""
        return super().who(request) if is_new_address(request) and not is_staff(request.user) else None


class ResetAddressThrottle(AddressThrottle):
    """Limits the mails that one client can trigger."""

    scope = "reset_address"


class ResetAccountThrottle(CountingThrottle):
    """Limits the mails to one mailbox, from any client, whether the mailbox has an account or not."""

    scope = "reset_account"

    def who(self, request: Request) -> str | None:
        """Return the normalized mailbox."""
        field = get_user_model().get_email_field_name()
        email = request.data.get(field) if isinstance(request.data, dict) else None
        return account_name(email) if isinstance(email, str) else None


class PasswordThrottle(UserThrottle):
    """Limits the passwords that can be tried with a stolen access token."""

    scope = "password_account"


class NewAddressPasswordThrottle(PasswordThrottle):
    """Limits the passwords that are tried together with a new email address."""

    def who(self, request: Request) -> str | None:
        """Return the user's key, if a password was given."""
        has_password = is_new_address(request) and "current_password" in request.data
        return super().who(request) if has_password else None


class PersonalDataThrottle(UserThrottle):
    """Limits exports of personal data, which read many tables."""

    scope = "personal_data"


def is_new_address(request: Request) -> bool:
    """Return whether the request contains an email address that differs from that of its user.

    Args:
        request: The request.
    """
    if request.method not in {"PUT", "PATCH"} or not isinstance(request.data, dict):
        return False
    field = get_user_model().get_email_field_name()
    return request.data.get(field, "") not in ("", getattr(request.user, field, ""))
