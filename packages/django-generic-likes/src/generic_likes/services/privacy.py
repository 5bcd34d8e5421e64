"""What the package stores about a person."""

from __future__ import annotations

from typing import TypedDict

from django.db import models

from generic_likes.selectors import get_liked_item_model


class LikeRecord(TypedDict):
    """One like, as values that JSON can hold."""

    model: str
    id: int | str
    liked_at: str


class PersonalData(TypedDict):
    """Everything that the package stores about one user."""

    likes: list[LikeRecord]


def personal_data(user: models.Model) -> PersonalData:
    """Return everything that the package stores about a user, as values that JSON can hold, in one query.

    The likes go with the account when it is deleted.

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
