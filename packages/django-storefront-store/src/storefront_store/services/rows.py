"""Changing a row without undoing what others do to it at the same time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from storefront_store.exceptions import NotFound
from storefront_store.services.transactions import use_case


@use_case
def change(row: Any, save: Callable[[], Any]) -> None:
    """Change a row under its lock: stock that a checkout took meanwhile stays taken, and what was hidden, hidden.

    Args:
        row: The row as it was read; it is read again.
        save: Sets what shall be different, and saves.

    Raises:
        NotFound: If it was deleted meanwhile.
    """
    try:
        row.refresh_from_db(from_queryset=type(row)._base_manager.select_for_update())
    except type(row).DoesNotExist as error:
        raise NotFound from error
    save()
