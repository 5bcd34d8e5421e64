"""The models of likes."""

from __future__ import annotations

from typing import Any, ClassVar

import swapper
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from generic_likes.links.keys import KEY_COLUMNS
from generic_likes.links.models import AbstractLink, one_key
from generic_likes.querysets import LikedItemQuerySet


class AbstractLikedItem(AbstractLink):
    """Abstract model of a user's like of an object."""

    end: ClassVar[str] = "user"

    user: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="liked_items",
        db_index=False,  # the unique constraints begin with it
        verbose_name=_("user"),
    )
    created_at: models.DateTimeField[Any, Any] = models.DateTimeField(_("liked at"), auto_now_add=True)

    objects: ClassVar[Any] = LikedItemQuerySet.as_manager()

    class Meta:
        abstract = True
        verbose_name: ClassVar[Any] = _("like")
        verbose_name_plural: ClassVar[Any] = _("likes")
        # The index includes the user, so that the like state of a page can be read from the index alone.
        indexes: ClassVar[Any] = [models.Index(fields=["content_type", column, "user"]) for column in KEY_COLUMNS]
        constraints: ClassVar[Any] = [
            *(
                models.UniqueConstraint(
                    fields=["user", "content_type", column], name=f"%(app_label)s_%(class)s_{column}_unique"
                )
                for column in KEY_COLUMNS
            ),
            models.CheckConstraint(condition=one_key(), name="%(app_label)s_%(class)s_one_key"),
        ]

    def __str__(self) -> str:
        """Return the content type and the key of the object."""
        return f"{self.content_type.name} {self.object_id}"


class LikedItem(AbstractLikedItem):
    """The default model of likes; the setting ``GENERIC_LIKES_LIKEDITEM_MODEL`` replaces it."""

    class Meta(AbstractLikedItem.Meta):
        swappable: ClassVar[Any] = swapper.swappable_setting("generic_likes", "LikedItem")
