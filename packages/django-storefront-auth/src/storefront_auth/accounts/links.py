"""The links in mails: an encoded key of the account, and a token that works once."""

from __future__ import annotations

import hashlib
from typing import Final

from django.conf import settings
from django.core import signing
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from storefront_auth.accounts.lookup import decoy, email_of, find_by_pk
from storefront_auth.exceptions import InvalidLink
from storefront_auth.types import AnyUser

_SEPARATOR: Final = "."


class LinkTokens:
    """Makes and checks the tokens of links for one purpose.

    A token is a time and a signature of the state of the account, so it stops working once that state changes:
    with the password, the email address, the user name, a login or the activation.
    """

    def __init__(self, purpose: str) -> None:
        """Create the generator.

        Args:
            purpose: Part of the salt: a link to activate an account must not reset its password.
        """
        self._signer = signing.TimestampSigner(sep=_SEPARATOR, salt=f"storefront_auth.links.{purpose}")

    def make_token(self, user: AnyUser) -> str:
        """Return a token for the present state of ``user``."""
        state = _state_of(user)
        return self._signer.sign(state).removeprefix(state + _SEPARATOR)

    def check_token(self, user: AnyUser, token: str) -> bool:
        """Return whether ``token`` is for the present state of ``user`` and younger than PASSWORD_RESET_TIMEOUT."""
        try:
            self._signer.unsign(f"{_state_of(user)}{_SEPARATOR}{token}", max_age=settings.PASSWORD_RESET_TIMEOUT)
        except (signing.BadSignature, ValueError):
            return False
        return True


activation: Final[LinkTokens] = LinkTokens("activation")
password_reset: Final[LinkTokens] = LinkTokens("password_reset")
username_reset: Final[LinkTokens] = LinkTokens("username_reset")


def encode_uid(user: AnyUser) -> str:
    """Return the part of a link that identifies the account."""
    return urlsafe_base64_encode(force_bytes(user.pk))


def follow(uid: str, token: str, tokens: LinkTokens, *, active: bool) -> AnyUser:
    """Return the account of a link, locked until the transaction ends, so that parallel requests can't use it twice.

    Args:
        uid: The part of the link that identifies the account.
        token: The part that proves it.
        tokens: The generator of the purpose.
        active: Whether the link is for active accounts or for inactive ones.

    Raises:
        InvalidLink: If the link is not valid. The same work is done for every reason, so that it can't be measured.
    """
    try:
        pk = urlsafe_base64_decode(uid).decode()
    except ValueError:
        pk = ""
    stand_in = decoy()
    user = find_by_pk(pk, lock=True)
    is_good = tokens.check_token(user or stand_in, token)
    if user is None or not is_good or user.is_active is not active:
        raise InvalidLink
    return user


def _state_of(user: AnyUser) -> str:
    # Databases store fractions of a second with different precision.
    login = user.last_login.replace(microsecond=0, tzinfo=None) if user.last_login else ""
    parts = (user.pk, user.password, login, email_of(user), user.is_active, user.get_username())
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()
