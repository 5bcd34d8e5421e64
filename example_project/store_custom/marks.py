"""The tags and likes of many objects.

Lists read them together with the objects: a statement would cost more than what it reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import OuterRef, Subquery

from generic_likes.links.querysets import count_rows
from generic_likes.selectors import UNLIKED, get_liked_item_model, is_saved_user, states_by_key
from generic_tags.links.registry import column_for, home_of
from generic_tags.selectors import get_tagged_item_model, labels_by_key
from storefront_store.packed import packed, unpacked

ANNOTATIONS: Final = ("packed_tags", "likes_count")


def with_marks(queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Annotate objects with ``packed_tags`` and ``likes_count``.

    Args:
        queryset: Objects of a model that is registered for tags and likes.
    """
    model = home_of(queryset.model)._meta
    # A subquery, because the statement may be kept for longer than the key of the content type.
    kind = Subquery(ContentType.objects.filter(app_label=model.app_label, model=model.model_name).values("pk")[:1])
    of_object = {"content_type": kind, column_for(queryset.model): OuterRef("pk")}
    tags = get_tagged_item_model().objects.filter(**of_object)
    likes = get_liked_item_model().objects.filter(**of_object)
    return queryset.annotate(
        packed_tags=packed(tags, "tag__label_key", "tag__label"),
        likes_count=count_rows(likes),
    )


def set_marks(rows: Sequence[Any], model: type[models.Model], user: Any = None) -> None:
    """Set ``tags``, ``likes_count`` and ``is_liked`` of objects.

    Args:
        rows: Objects, of which either all or none have the annotations of :func:`with_marks`.
        model: Their model.
        user: The user for ``is_liked``, which is False for None and anonymous users.
    """
    keys = [row.pk for row in rows]
    packed_tags = [vars(row).get("packed_tags") for row in rows]
    if None in packed_tags:  # not annotated, or longer than the database returns
        labels = labels_by_key(model, keys)
        for row in rows:
            row.tags = labels.get(row.pk, [])
    else:
        for row, value in zip(rows, packed_tags, strict=True):
            row.tags = [label for _key, label in unpacked(value)]
    if all("likes_count" in vars(row) for row in rows) and not is_saved_user(user):
        for row in rows:
            row.is_liked = False
        return
    states = states_by_key(model, keys, user)
    for row in rows:
        row.likes_count, row.is_liked = states.get(row.pk, UNLIKED)
