"""The records of refresh tokens in the tables of simplejwt's blacklist app.

A record contains the id of a token and never the token itself, which could be used by anyone who reads the table.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils import timezone
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import Token
from rest_framework_simplejwt.utils import datetime_from_epoch

from storefront_auth.conf import app_settings
from storefront_auth.exceptions import TokenNotValid
from storefront_auth.transactions import database_of
from storefront_auth.types import AnyUser

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: Marks the record of a token that was logged out, in the column that would hold the token.
LOGGED_OUT: Final = "logged out"


def add(token: Token, user: AnyUser) -> None:
    """Record that ``token`` was issued.

    Args:
        token: A new refresh token.
        user: Its user.
    """
    OutstandingToken.objects.using(database_of(user)).create(
        user_id=user.pk,
        jti=token[api_settings.JTI_CLAIM],
        token="",
        created_at=token.current_time,
        expires_at=datetime_from_epoch(token["exp"]),
    )


def spend(token: Token, using: str, *, logged_out: bool = False) -> None:
    """Blacklist ``token`` with an insert that succeeds only once.

    Args:
        token: The refresh token.
        using: The alias of the database.
        logged_out: Whether it is logged out, so that its reuse is not treated as theft.

    Raises:
        TokenNotValid: If it was never issued, or its record was purged.
        IntegrityError: If it was blacklisted before.
    """
    registered = _of(token, using).values_list("pk", flat=True).first()
    if registered is None:
        raise TokenNotValid
    BlacklistedToken.objects.using(using).create(token_id=registered)
    if logged_out:
        _of(token, using).update(token=LOGGED_OUT)


def is_unspent(token: Token, using: str) -> bool:
    """Return whether ``token`` was issued and is not blacklisted.

    Args:
        token: The refresh token.
        using: The alias of the database.
    """
    return _of(token, using).filter(blacklistedtoken__isnull=True).exists()


def is_reused_late(token: Token, using: str) -> bool:
    """Return whether ``token`` was rotated more than ``REUSE_GRACE_SECONDS`` ago.

    Args:
        token: The refresh token.
        using: The alias of the database.
    """
    deadline = timezone.now() - timedelta(seconds=app_settings.REUSE_GRACE_SECONDS)
    return _of(token, using).filter(blacklistedtoken__blacklisted_at__lte=deadline).exclude(token=LOGGED_OUT).exists()


def purge(batch_size: int, using: str, *, everything: bool = False) -> int:
    """Delete the records of tokens that have expired, or whose user was deleted.

    Args:
        batch_size: How many to delete in one transaction.
        using: The alias of the database.
        everything: Whether to delete the records of valid tokens as well.

    Returns:
        The number of deleted records.
    """
    purged = 0
    records = OutstandingToken.objects.using(using)
    stale = records.order_by("pk")
    if not everything:
        stale = stale.filter(Q(expires_at__lte=timezone.now()) | Q(user__isnull=True))
    while batch := list(stale.values_list("pk", flat=True)[:batch_size]):
        records.filter(pk__in=batch).delete()
        purged += len(batch)
    return purged


def _of(token: Token, using: str) -> QuerySet[OutstandingToken]:
    return OutstandingToken.objects.using(using).filter(jti=token[api_settings.JTI_CLAIM])
