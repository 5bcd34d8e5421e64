"""Changing and deleting a row under its lock."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Model

from storefront_store.exceptions import NotFound
from storefront_store.services.transactions import use_case, using


def lock(row: Model) -> None:
    """Lock a row until the transaction ends, and read its values anew; belongs into a use case.

    Args:
        row: The row as it was read.

    Raises:
        NotFound: If it was deleted meanwhile.
    """
    try:
        row.refresh_from_db(using=using(), from_queryset=type(row)._base_manager.select_for_update())
    except type(row).DoesNotExist as error:  # type: ignore[attr-defined]
        raise NotFound from error


def always() -> None:
    """Accept the row as it is: the check of callers that have none."""


@use_case
def change_locked(row: Model, save: Callable[[], object], *, check: Callable[[], object] = always) -> None:
    """Change a row under its lock, so that what others have changed meanwhile stays as they left it.

    Args:
        row: The row as it was read; it is read again.
        save: Sets the new values and saves.
        check: Called under the lock before the change; refuses it by raising.

    Raises:
        NotFound: If the row was deleted meanwhile.
    """
    lock(row)
    check()
    save()


@use_case
def delete_locked(row: Model, delete: Callable[[], object], *, check: Callable[[], object] = always) -> None:
    """Delete a row under its lock.

    Args:
        row: The row as it was read; it is read again.
        delete: Deletes it.
        check: Called under the lock before the deletion; refuses it by raising.

    Raises:
        NotFound: If the row was deleted meanwhile.
    """
    lock(row)
    check()
    delete()
