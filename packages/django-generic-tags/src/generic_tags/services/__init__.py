"""The use cases of the package. Each runs in one transaction and sends its signals after the commit."""

from __future__ import annotations

from generic_tags.services.maintenance import remove_orphans
from generic_tags.services.tagging import add_tags, bulk_add_tags, bulk_remove_tags, clear_tags, remove_tags, set_tags
from generic_tags.services.tags import create_tag, delete_tags, merge_tags, rename_tag, save_tag

__all__ = [
    "add_tags",
    "bulk_add_tags",
    "bulk_remove_tags",
    "clear_tags",
    "create_tag",
    "delete_tags",
    "merge_tags",
    "remove_orphans",
    "remove_tags",
    "rename_tag",
    "save_tag",
    "set_tags",
]
