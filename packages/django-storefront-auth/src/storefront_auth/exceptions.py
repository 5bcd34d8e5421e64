"""The exceptions of this package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class AuthError(Exception):
    """Base class of the exceptions of this package."""


class TokenNotValid(AuthError):
    """The token is malformed, expired or revoked, or its user may not log in.

    The exception does not contain the reason, which would reveal something about the account.
    """


class ForeignToken(TokenNotValid):
    """The token was made by simplejwt's own classes and lacks the claims of this package."""


class InvalidLink(AuthError):
    """The mailed link is malformed, expired or used, or its account may not use it."""


class WrongPassword(AuthError):
    """The current password is wrong."""


class AccountGone(AuthError):
    """The account was deleted or deactivated after it was read."""


class AccountInUse(AuthError):
    """Other rows refer to the account and protect it from deletion."""


class NotPermitted(AuthError):
    """The editor may not change this account, or may not grant or withdraw these rights."""


class Busy(AuthError):
    """The database aborted the transaction in favour of another one several times."""


class FieldRefused(AuthError):
    """A value cannot be accepted.

    Attributes:
        field: The name of the field in the request.
        messages: The reasons, for people.
    """

    def __init__(self, field: str, messages: Sequence[Any]) -> None:
        """Create the exception.

        Args:
            field: The name of the field in the request.
            messages: The reasons, for people.
        """
        super().__init__(field, messages)
        self.field = field
        self.messages = messages
