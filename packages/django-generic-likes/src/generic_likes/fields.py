"""Model fields of the package."""

from __future__ import annotations

from generic_likes.links.fields import ExactCharField, LinkRelation

__all__ = ["ExactCharField", "LikedItemRelation"]


class LikedItemRelation(LinkRelation):
    """Reverse relation from an object to its likes.

    ``likes = LikedItemRelation()`` allows ``filter(likes__user=user)`` and ``prefetch_related("likes__user")``.
    """
