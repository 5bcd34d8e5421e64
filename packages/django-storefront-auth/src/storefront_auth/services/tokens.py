"""Issuing, checking and refreshing tokens; those from before a change of the password are refused."""

from __future__ import annotations

import re
from typing import NamedTuple, TypeVar

from django.contrib.auth.models import update_last_login
from django.db import IntegrityError
from rest_framework_simplejwt import settings as jwt_settings
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token

from storefront_auth.accounts.lookup import find_by_pk, lock
from storefront_auth.exceptions import AccountGone, ForeignToken, TokenNotValid
from storefront_auth.models import TokenState
from storefront_auth.tokens import (
    PASSWORD_CLAIM,
    VERSION_CLAIM,
    AccessToken,
    PresentedRefreshToken,
    PresentedToken,
    RefreshToken,
    password_fingerprint,
    records,
)
from storefront_auth.transactions import database_of, use_case
from storefront_auth.types import AnyUser

AnyToken = TypeVar("AnyToken", bound=Token)


class TokenPair(NamedTuple):
    """The tokens that a login or a refresh returns.

    Attributes:
        access: The new access token.
        refresh: The new refresh token; ``None`` if the used one stays valid.
    """

    access: AccessToken
    refresh: RefreshToken | None


def read_token(token_class: type[AnyToken], raw: str | bytes) -> AnyToken:
    """Return ``raw`` as a signed and unexpired token.

    Args:
        token_class: The class of the token.
        raw: The encoded token from the request.

    Raises:
        TokenNotValid: If it is not a valid token of this class.
    """
    try:
        token = token_class(raw)  # type: ignore[arg-type]
    except (TokenError, ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError, RecursionError):
        # The libraries do not validate all claims and headers; nested or overlong ones raise any of these exceptions.
        raise TokenNotValid from None
    jti = token.get(api_settings.JTI_CLAIM)
    if not isinstance(jti, str) or not re.fullmatch(r"[!-~]{1,255}", jti):
        raise TokenNotValid
    return token


def user_of(token: Token) -> AnyUser:
    """Return the user of ``token``, with one query.

    Args:
        token: A signed and unexpired token.

    Raises:
        ForeignToken: If it was made by simplejwt's own classes.
        TokenNotValid: If the user was deleted, deactivated or logged out everywhere, or has another password now.
    """
    if VERSION_CLAIM not in token:
        raise ForeignToken
    user = find_by_pk(token.get(api_settings.USER_ID_CLAIM), "storefront_token_state")
    state: TokenState | None = getattr(user, "storefront_token_state", None)
    if (
        user is None
        or state is None
        or user.is_active is not True
        or token.get(VERSION_CLAIM) != state.version
        or token.get(PASSWORD_CLAIM) != password_fingerprint(user)
    ):
        raise TokenNotValid
    return user


@use_case
def issue(user: AnyUser) -> RefreshToken:
    """Return a new refresh token, whose ``access_token`` is its access token.

    Args:
        user: The user whose password was checked. If it has been changed in the meantime, the token is not valid.

    Raises:
        AccountGone: If the account has been deleted in the meantime, or is inactive, which an authentication backend of
            the project may have ignored.
    """
    # Deactivating the account from here on ends this token with the others.
    if lock(user).is_active is not True:
        raise AccountGone
    token = RefreshToken.for_user(user)
    if api_settings.UPDATE_LAST_LOGIN:
        update_last_login(None, user)  # type: ignore[arg-type]
    return token


def refresh(raw: str) -> TokenPair:
    """Return new tokens for a refresh token.

    With ``SIMPLE_JWT["ROTATE_REFRESH_TOKENS"]`` the token is replaced, see :func:`rotate`. Otherwise it stays valid
    until it expires or is revoked.

    Args:
        raw: The refresh token.

    Raises:
        TokenNotValid: If it is not valid.
    """
    # simplejwt replaces its settings object when the settings change, so it can't be imported by name.
    if jwt_settings.api_settings.ROTATE_REFRESH_TOKENS:
        fresh = rotate(raw)
        return TokenPair(fresh.access_token, fresh)
    token = read_token(PresentedRefreshToken, raw)
    user = user_of(token)
    if not records.is_unspent(token, database_of(user)):
        raise TokenNotValid
    return TokenPair(token.access_token, None)


def rotate(raw: str) -> RefreshToken:
    """Invalidate a refresh token and return its replacement.

    Of several parallel calls only one succeeds: the one that inserts the token into the blacklist. If a token is reused
    more than ``REUSE_GRACE_SECONDS`` after its rotation, it was probably stolen and all tokens of its user are ended. A
    token that was logged out is only rejected.

    Args:
        raw: The refresh token.

    Returns:
        The new refresh token.

    Raises:
        TokenNotValid: If the token is not valid or was used before.
    """
    used = read_token(PresentedRefreshToken, raw)
    user = user_of(used)
    try:
        return _rotate(user, used)
    except IntegrityError:
        if records.is_reused_late(used, database_of(user)):
            logout_everywhere(user)
        raise TokenNotValid from None


@use_case
def _rotate(user: AnyUser, used: PresentedRefreshToken) -> RefreshToken:
    # The order matters: inserting the new row takes a shared lock on the user, which a deletion locks first.
    fresh = used.successor(user)
    records.spend(used, database_of(user))
    return fresh


def logout(raw: str) -> None:
    """End one refresh token.

    Args:
        raw: The refresh token.

    Raises:
        TokenNotValid: If it is not valid any more.
    """
    token = read_token(PresentedRefreshToken, raw)
    try:
        _logout(user_of(token), token)
    except IntegrityError:
        raise TokenNotValid from None


@use_case
def _logout(user: AnyUser, token: PresentedRefreshToken) -> None:
    records.spend(token, database_of(user), logged_out=True)


@use_case
def logout_everywhere(user: AnyUser) -> None:
    """End every access token, refresh token and session of a user.

    Args:
        user: The user.
    """
    TokenState.objects.using(database_of(user)).of_users([user.pk]).end_tokens()


def verify(raw: str) -> None:
    """Check that an access or refresh token is valid.

    Args:
        raw: The token.

    Raises:
        TokenNotValid: If it is not valid.
    """
    token = read_token(PresentedToken, raw)
    if token.get(api_settings.TOKEN_TYPE_CLAIM) not in (AccessToken.token_type, RefreshToken.token_type):
        raise TokenNotValid
    user = user_of(token)
    if token.is_refresh() and not records.is_unspent(token, database_of(user)):
        raise TokenNotValid


def purge_expired_tokens(batch_size: int = 1000, using: str | None = None, *, everything: bool = False) -> int:
    """Delete the records of tokens that have expired, or whose user was deleted.

    Args:
        batch_size: How many to delete in one transaction, to keep transactions short.
        using: The alias of the database; by default the one to which accounts are written.
        everything: Whether to delete the records of valid tokens as well, which revokes them.

    Returns:
        The number of deleted records.
    """
    return records.purge(batch_size, using or database_of(), everything=everything)
