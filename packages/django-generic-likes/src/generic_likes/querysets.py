"""The queryset of likes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generic_likes.links.querysets import LinkQuerySet

if TYPE_CHECKING:
    from generic_likes.models import AbstractLikedItem  # noqa: F401 - used in a string below


class LikedItemQuerySet(LinkQuerySet["AbstractLikedItem"]):
    """Queryset of likes, with filters by object, by model and by user."""

    def for_user(self, user: Any) -> LikedItemQuerySet:
        """Return the likes of this user, or none for ``None`` and anonymous users."""
        return self.none() if user is None or user.pk is None else self.filter(user=user.pk)
