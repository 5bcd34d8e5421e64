from __future__ import annotations

import re
from datetime import timedelta
from typing import TypeVar

from django.contrib.auth.models import update_last_login
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import Token

from storefront_auth.accounts.lookup import find_by_pk, lock
from storefront_auth.conf import app_settings
from storefront_auth.exceptions import AccountGone, TokenNotValid
from storefront_auth.models import TokenState
from storefront_auth.tokens import (
    PASSWORD_CLAIM,
    VERSION_CLAIM,
    AccessToken,
    PresentedRefreshToken,
    PresentedToken,
    RefreshToken,
    password_fingerprint,
)
from storefront_auth.types import AnyUser

AnyToken = TypeVar("AnyToken", bound=Token)


def read_token(token_class: type[AnyToken], raw: str | bytes) -> AnyToken:
    """Return the signed and unexpired token that ``raw`` is.

    Raises:
        TokenNotValid: for anything else, however strange.
    """
    try:
        token = token_class(raw)  # type: ignore[arg-type]
    except (TokenError, ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError, RecursionError):
        # The libraries expect well-meant claims and headers; nested or overlong ones come out as any of these.
        raise TokenNotValid from None
    jti = token.get(api_settings.JTI_CLAIM)
    if not isinstance(jti, str) or not re.fullmatch(r"[!-~]{1,255}", jti):
        raise TokenNotValid
    return token


def user_of(token: Token) -> AnyUser:
    """Return whose token it is, by one query.

    Raises:
        TokenNotValid: if the user is gone, inactive, logged out everywhere since, or has another password now.
    """
    user = find_by_pk(token.get(api_settings.USER_ID_CLAIM), "storefront_token_state")
    state: TokenState | None = getattr(user, "storefront_token_state", None)
    if (
        user is None
        or state is None
        or not user.is_active
        or token.get(VERSION_CLAIM) != state.version
        or token.get(PASSWORD_CLAIM) != password_fingerprint(user)
    ):
        raise TokenNotValid
    return user


def issue(user: AnyUser) -> RefreshToken:
    """Return a new refresh token, whose ``access_token`` is its access token.

    Args:
        user: whose password was just checked; with another password since, the token is dead.

    Raises:
        AccountGone: if the account was deleted meanwhile, or is inactive: backends of a host may not mind.
    """
    with transaction.atomic():
        # Who deactivates the account from here on ends this token with the others.
        if not lock(user).is_active:
            raise AccountGone
        token = RefreshToken.for_user(user)
        if api_settings.UPDATE_LAST_LOGIN:
            update_last_login(None, user)  # type: ignore[arg-type]
    return token


def rotate(raw: str) -> RefreshToken:
    """Spend a refresh token and return the one that takes its place.

    Of any number of parallel calls one succeeds: the one whose row gets into the blacklist. A token that comes back
    later than ``REUSE_GRACE_SECONDS`` after it was spent was probably stolen, and ends all tokens of its user.

    Raises:
        TokenNotValid: for every other call.
    """
    used = read_token(PresentedRefreshToken, raw)
    user = user_of(used)
    try:
        with transaction.atomic():
            # In this order: the new row takes a share of the user's, and who deletes the user locks that one first.
            fresh = used.successor(user)
            _spend(used)
            return fresh
    except IntegrityError:
        if _reused_late(used):
            logout_everywhere(user)
        raise TokenNotValid from None


def logout(raw: str) -> None:
    """Spend a refresh token for nothing.

    Raises:
        TokenNotValid: if it is no good any more.
    """
    token = read_token(PresentedRefreshToken, raw)
    user_of(token)
    try:
        with transaction.atomic():
            _spend(token)
    except IntegrityError:
        raise TokenNotValid from None


def logout_everywhere(user: AnyUser) -> None:
    """End every access and refresh token that the user holds."""
    TokenState.objects.of_users([user.pk]).end_tokens()


def verify(raw: str) -> None:
    """Look whether a token of either kind would be accepted.

    Raises:
        TokenNotValid: if it would not.
    """
    token = read_token(PresentedToken, raw)
    if token.get(api_settings.TOKEN_TYPE_CLAIM) not in (AccessToken.token_type, RefreshToken.token_type):
        raise TokenNotValid
    user_of(token)
    if token.is_refresh() and not _registered(token).filter(blacklistedtoken__isnull=True).exists():
        raise TokenNotValid


def purge_expired_tokens(batch_size: int = 1000) -> int:
    """Delete the records of tokens that have expired, which nobody will ever ask for again.

    Args:
        batch_size: how many to delete in one transaction, so that none is long.

    Returns:
        How many were deleted.
    """
    purged = 0
    expired = OutstandingToken.objects.filter(expires_at__lte=timezone.now()).order_by("pk")
    while batch := list(expired.values_list("pk", flat=True)[:batch_size]):
        OutstandingToken.objects.filter(pk__in=batch).delete()
        purged += len(batch)
    return purged


def _registered(token: Token):  # type: ignore[no-untyped-def]
    return OutstandingToken.objects.filter(jti=token[api_settings.JTI_CLAIM])


def _spend(token: Token) -> None:
    """Insert the row that only one can insert; a token that was never given out, or is purged, can't be spent."""
    registered = _registered(token).values_list("pk", flat=True).first()
    if registered is None:
        raise TokenNotValid
    BlacklistedToken.objects.create(token_id=registered)


def _reused_late(token: Token) -> bool:
    deadline = timezone.now() - timedelta(seconds=app_settings.REUSE_GRACE_SECONDS)
    return _registered(token).filter(blacklistedtoken__blacklisted_at__lte=deadline).exists()
