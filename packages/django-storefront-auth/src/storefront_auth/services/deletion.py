"""Deletion of an account and of the data that the package stores about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError
from django.db.models import QuerySet

from storefront_auth.accounts.lookup import lock
from storefront_auth.exceptions import AccountInUse
from storefront_auth.transactions import use_case
from storefront_auth.types import AnyUser

#: The text that replaces the name of a deleted account in the admin's log.
DELETED = "deleted user"


def delete(user: AnyUser) -> None:
    """Delete an account.

    Args:
        user: The account.

    Raises:
        AccountInUse: If other rows protect it; then nothing is changed.
        AccountGone: If it has been deleted in the meantime.
    """
    try:
        _delete(user)
    except IntegrityError:
        # Another transaction may have added a protected row after Django collected the rows to delete.
        try:
            _delete(user)
        except IntegrityError:
            raise AccountInUse from None


@use_case
def _delete(user: AnyUser) -> None:
    lock(user).delete()


def lock_and_erase(
    accounts: Iterable[int | str | UUID] | QuerySet[AbstractBaseUser, dict[str, object]], using: str
) -> list[int | str | UUID]:
    """Lock accounts that are about to be deleted, and erase their data that no cascade deletes.

    This is the records of their refresh tokens, which simplejwt would keep without a user, and their names in the
    admin's log.

    Args:
        accounts: The primary keys of the accounts, or a queryset of them.
        using: The alias of the database, in which a transaction must be open.

    Returns:
        The primary keys of the accounts that exist.
    """
    model: Any = get_user_model()
    locked = model._base_manager.using(using).select_for_update().filter(pk__in=accounts).order_by("pk")
    pks = list(locked.values_list("pk", flat=True))
    if apps.is_installed("rest_framework_simplejwt.token_blacklist"):
        tokens = apps.get_model("token_blacklist", "OutstandingToken")
        tokens._base_manager.using(using).filter(user__in=pks).delete()
    if apps.is_installed("django.contrib.admin"):
        entries = apps.get_model("admin", "LogEntry")._base_manager.using(using)
        content_type = ContentType.objects.db_manager(using).get_for_model(model)
        entries.filter(content_type=content_type, object_id__in=[str(pk) for pk in pks]).update(object_repr=DELETED)
    return pks
