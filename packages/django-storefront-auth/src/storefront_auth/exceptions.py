from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class AccountError(Exception):
    """Base of everything that the use cases of this package raise."""


class DeadTokenError(AccountError):
    """The token is malformed, expired, revoked, or belongs to nobody who may come in.

    Which of these is nobody's business.
    """


class InvalidLinkError(AccountError):
    """The link of a mail is malformed, expired, used, or belongs to nobody who may use it."""


class WrongPasswordError(AccountError):
    """The present password was not given."""


class AccountGoneError(AccountError):
    """The account was deleted, or must not be used any more, since it was read."""


class AccountInUseError(AccountError):
    """Other rows refer to the account and protect it from deletion."""


class FieldRefusedError(AccountError):
    """A value can't be taken.

    Attributes:
        field: its name in the request.
        messages: the reasons, for people.
    """

    def __init__(self, field: str, messages: Sequence[Any]) -> None:
        super().__init__(field, messages)
        self.field = field
        self.messages = messages
