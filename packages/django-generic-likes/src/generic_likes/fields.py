"""Model fields of the package."""

from __future__ import annotations

from generic_likes.links.fields import ExactCharField, LinkRelation

__all__ = ["ExactCharField", "LikedItemRelation"]


class LikedItemRelation(LinkRelation):
    """The likes of an object as a field of its own model.

    ``likes = LikedItemRelation()`` allows ``filter(likes__user=user)`` and ``prefetch_related("likes__user")``.
    """
