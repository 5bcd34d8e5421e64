from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class AuthError(Exception):
    """Base of everything that the use cases of this package raise."""


class TokenNotValid(AuthError):
    """The token is malformed, expired, revoked, or belongs to nobody who may come in.

    Which of these is nobody's business.
    """


class InvalidLink(AuthError):
    """The link of a mail is malformed, expired, used, or belongs to nobody who may use it."""


class WrongPassword(AuthError):
    """The present password was not given."""


class AccountGone(AuthError):
    """The account was deleted, or must not be used any more, since it was read."""


class AccountInUse(AuthError):
    """Other rows refer to the account and protect it from deletion."""


class FieldRefused(AuthError):
    """A value can't be taken.

    Attributes:
        field: its name in the request.
        messages: the reasons, for people.
    """

    def __init__(self, field: str, messages: Sequence[Any]) -> None:
        super().__init__(field, messages)
        self.field = field
        self.messages = messages
