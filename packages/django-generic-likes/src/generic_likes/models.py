from __future__ import annotations

import uuid
from typing import Any

import swapper
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generic_likes.fields import ExactCharField, ObjectForeignKey
from generic_likes.keys import KEY_COLUMNS, MAX_TEXT, key_column
from generic_likes.querysets import LikedItemQuerySet


def _one_key() -> Q:
    """Exactly one of the key columns is filled."""
    condition = Q()
    for column in KEY_COLUMNS:
        condition |= Q(**{f"{other}__isnull": other != column for other in KEY_COLUMNS})
    return condition


class AbstractLikedItem(models.Model):
    """One user likes one object. The key of the object is in the column of its type; ``object_id`` stands for all."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="liked_items",
        db_index=False,  # the unique constraints begin with it
        verbose_name=_("user"),
    )
    content_type = models.ForeignKey(
        ContentType,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # the indexes below begin with it
        verbose_name=_("content type"),
    )
    object_int = models.BigIntegerField(_("integer key"), null=True, blank=True, editable=False)
    object_uuid = models.UUIDField(_("UUID key"), null=True, blank=True, editable=False)
    object_str = ExactCharField(_("text key"), max_length=MAX_TEXT, null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("liked at"), auto_now_add=True)
    content_object = ObjectForeignKey()

    objects = LikedItemQuerySet.as_manager()

    class Meta:
        abstract = True
        verbose_name = _("like")
        verbose_name_plural = _("likes")
        indexes = [models.Index(fields=["content_type", column]) for column in KEY_COLUMNS]
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=["user", "content_type", column], name=f"%(app_label)s_%(class)s_{column}_unique"
                )
                for column in KEY_COLUMNS
            ),
            models.CheckConstraint(condition=_one_key(), name="%(app_label)s_%(class)s_one_key"),
        ]

    def __str__(self) -> str:
        return f"{self.content_type_id}:{self.object_id} ♥ {self.user_id}"

    @property
    def object_id(self) -> int | uuid.UUID | str | None:
        """The key of the object, whatever its type; to be set after the content type."""
        return next((key for column in KEY_COLUMNS if (key := getattr(self, column)) is not None), None)

    @object_id.setter
    def object_id(self, key: Any) -> None:
        for column in KEY_COLUMNS:
            setattr(self, column, None)
        if key is not None:
            model = ContentType.objects.db_manager(self._state.db).get_for_id(self.content_type_id).model_class()
            if model is None:
                raise LookupError(f"The model of content type {self.content_type_id} is gone.")
            setattr(self, key_column(model), key)


class LikedItem(AbstractLikedItem):
    class Meta(AbstractLikedItem.Meta):
        swappable = swapper.swappable_setting("generic_likes", "LikedItem")
