"""Changing and deleting rows under a lock."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Model

from storefront_store.exceptions import NotFound
from storefront_store.services.transactions import use_case, using


def lock(row: Model) -> None:
    """Lock a row until the transaction ends, and reload its values; must be called in a use case.

    Args:
        row: The row.

    Raises:
        NotFound: If it was deleted in the meantime.
    """
    try:
        row.refresh_from_db(using=using(), from_queryset=type(row)._base_manager.select_for_update())
    except type(row).DoesNotExist as error:  # type: ignore[attr-defined]
        raise NotFound from error


def always() -> None:
    """Accept any row; the default check."""


@use_case
def change_locked(row: Model, save: Callable[[], object], *, check: Callable[[], object] = always) -> None:
    """Change a row under its lock, so that concurrent changes of other fields are kept.

    Args:
        row: The row; it is reloaded under the lock.
        save: Sets the new values and saves.
        check: Called under the lock before the change; raises an exception to refuse it.

    Raises:
        NotFound: If the row was deleted in the meantime.
    """
    lock(row)
    check()
    save()


@use_case
def delete_locked(row: Model, delete: Callable[[], object], *, check: Callable[[], object] = always) -> None:
    """Delete a row under its lock.

    Args:
        row: The row; it is reloaded under the lock.
        delete: Deletes it.
        check: Called under the lock before the deletion; raises an exception to refuse it.

    Raises:
        NotFound: If the row was deleted in the meantime.
    """
    lock(row)
    check()
    delete()
