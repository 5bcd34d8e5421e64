"""Removal of likes whose object does not exist."""

from __future__ import annotations

from django.db import transaction

from generic_likes.links.deletion import remove_all_orphans
from generic_likes.selectors import get_liked_item_model


def remove_orphans(using: str = "default") -> dict[str, int]:
    """Delete the likes of objects and models that do not exist, for example after a deletion by raw SQL.

    Likes of a multi-table child whose parent was registered later are moved to the parent.

    Args:
        using: Alias of the database.

    Returns:
        The number of deleted likes by the label of the model.
    """
    with transaction.atomic(using=using):
        return remove_all_orphans(get_liked_item_model()._base_manager.using(using))
