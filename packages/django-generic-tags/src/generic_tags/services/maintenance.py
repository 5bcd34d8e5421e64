"""Removal of links whose object does not exist."""

from __future__ import annotations

from django.db import transaction

from generic_tags.links.deletion import remove_all_orphans
from generic_tags.selectors import get_tagged_item_model


def remove_orphans(using: str = "default") -> dict[str, int]:
    """Delete the links to objects and models that do not exist, for example after a deletion by raw SQL.

    Links of a multi-table child whose parent was registered later are moved to the parent.

    Args:
        using: Alias of the database.

    Returns:
        The number of deleted links by the label of the model.
    """
    with transaction.atomic(using=using):
        return remove_all_orphans(get_tagged_item_model()._base_manager.using(using))
