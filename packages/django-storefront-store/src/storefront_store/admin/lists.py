"""The changelist of models with a title."""

from __future__ import annotations

from typing import Any

from storefront_store.admin.hardening import BoundedChangeList


class FoldedChangeList(BoundedChangeList):
    """Changelist that sorts titles by their folded form, which has an index."""

    def get_ordering_field(self, field_name: Any) -> Any:
        """Return the field by which a column is sorted."""
        return "title_key" if field_name == "title" else super().get_ordering_field(field_name)
