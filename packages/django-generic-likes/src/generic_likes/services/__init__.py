"""The use cases of the package. Each runs in one transaction and sends its signals after the commit."""

from __future__ import annotations

from generic_likes.services.liking import bulk_like, bulk_unlike, like, unlike
from generic_likes.services.maintenance import remove_orphans
from generic_likes.services.privacy import personal_data

__all__ = ["bulk_like", "bulk_unlike", "like", "personal_data", "remove_orphans", "unlike"]
