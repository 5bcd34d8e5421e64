"""The links in mails: who they are for, and a token that is good once."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from storefront_auth.accounts.lookup import decoy, find_by_pk
from storefront_auth.exceptions import InvalidLink
from storefront_auth.types import AnyUser


class _LinkTokens(PasswordResetTokenGenerator):
    """Django's generator, with a salt for each purpose: a link to activate must not reset a password."""

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.key_salt = f"storefront_auth.accounts.links.{purpose}"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        # The parent's parts change with password, login and address; these with activation and renaming.
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}{user.get_username()}"


activation = _LinkTokens("activation")
password_reset = _LinkTokens("password_reset")
username_reset = _LinkTokens("username_reset")


def encode_uid(user: AnyUser) -> str:
    """Return the part of a link that says who it is for."""
    return urlsafe_base64_encode(force_bytes(user.pk))


def follow(uid: str, token: str, generator: PasswordResetTokenGenerator, *, active: bool) -> AnyUser:
    """Return whose link it is, locked until the transaction ends, so that parallel requests can't use it twice.

    Args:
        uid: the part that says who.
        token: the part that proves it.
        generator: the one of its purpose.
        active: whether it is for active accounts or for the others.

    Raises:
        InvalidLink: whatever is wrong, after the same work.
    """
    try:
        pk = urlsafe_base64_decode(uid).decode()
    except ValueError:
        pk = ""
    stand_in = decoy()
    user = find_by_pk(pk, lock=True)
    is_good = generator.check_token(user or stand_in, token)
    if user is None or not is_good or user.is_active is not active:
        raise InvalidLink
    return user
