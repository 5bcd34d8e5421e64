"""Export of the personal data of a user."""

from __future__ import annotations

from typing import TypedDict

from django.db import models

from generic_likes.selectors import get_liked_item_model


class LikeRecord(TypedDict):
    """A like, as values that can be serialized to JSON."""

    model: str
    id: int | str
    liked_at: str


class PersonalData(TypedDict):
    """All data that the package stores about a user."""

    likes: list[LikeRecord]


def personal_data(user: models.Model) -> PersonalData:
    """Return all data that the package stores about a user, as values that can be serialized to JSON, in one query.

    The likes are deleted together with the account.

    Args:
        user: A saved user.
    """
    likes = get_liked_item_model().objects.using(user._state.db).for_user(user)
    rows = likes.select_related("content_type").order_by("created_at", "pk")
    return {
        "likes": [
            {
                "model": f"{like.content_type.app_label}.{like.content_type.model}",
                "id": like.object_id if isinstance(like.object_id, int) else str(like.object_id),
                "liked_at": like.created_at.isoformat(),
            }
            for like in rows.iterator()
        ]
    }
