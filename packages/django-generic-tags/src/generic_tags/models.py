from __future__ import annotations

import uuid
from typing import Any

import swapper
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generic_tags.exceptions import InvalidLabelError
from generic_tags.fields import ExactCharField, ObjectForeignKey
from generic_tags.keys import KEY_COLUMNS, MAX_TEXT, key_column
from generic_tags.labels import MAX_LENGTH, clean_label, label_key, slug_for
from generic_tags.querysets import TaggedItemQuerySet, TagManager


class AbstractTag(models.Model):
    """A label that is unique whatever the case and the Unicode form, with a slug that follows it."""

    label = models.CharField(_("label"), max_length=MAX_LENGTH)
    label_key = ExactCharField(_("comparable label"), max_length=MAX_LENGTH, unique=True, editable=False)
    slug = ExactCharField(_("slug"), max_length=MAX_LENGTH, unique=True, editable=False)

    objects = TagManager()

    class Meta:
        abstract = True
        ordering = ["label_key"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_label(self.label)
        fields = kwargs.get("update_fields")
        if fields is not None and "label" in fields:
            kwargs["update_fields"] = {*fields, "label_key", "slug"}
        super().save(*args, **kwargs)

    save.alters_data = True  # type: ignore[attr-defined]

    def natural_key(self) -> tuple[str]:
        return (self.label,)

    def set_label(self, label: object) -> None:
        """Take over a label with the key and the slug that belong to it.

        Raises:
            InvalidLabelError: the text can not be a label.
        """
        self.label = clean_label(label)
        self.label_key = label_key(self.label)
        self.slug = slug_for(self.label_key)

    def clean(self) -> None:
        """Let forms tell of a wrong or a taken label at the field."""
        super().clean()
        try:
            self.set_label(self.label)
        except InvalidLabelError as error:
            raise ValidationError({"label": ValidationError(str(error), code=error.code)}) from error
        others = type(self)._default_manager.exclude(pk=self.pk)
        if others.filter(label_key=self.label_key).exists():
            message = _("A tag with this label exists already.")
            raise ValidationError({"label": ValidationError(message, code="unique")})


class Tag(AbstractTag):
    class Meta(AbstractTag.Meta):
        swappable = swapper.swappable_setting("generic_tags", "Tag")


def _one_key() -> Q:
    """Exactly one of the key columns is filled."""
    condition = Q()
    for column in KEY_COLUMNS:
        condition |= Q(**{f"{other}__isnull": other != column for other in KEY_COLUMNS})
    return condition


class AbstractTaggedItem(models.Model):
    """One tag on one object. The key of the object is in the column of its type; ``object_id`` stands for all three."""

    tag = models.ForeignKey(
        swapper.get_model_name("generic_tags", "Tag"),
        on_delete=models.CASCADE,
        related_name="tagged_items",
        db_index=False,  # the indexes below begin with it
        verbose_name=_("tag"),
    )
    content_type = models.ForeignKey(
        ContentType,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # the unique constraints begin with it
        verbose_name=_("content type"),
    )
    object_int = models.BigIntegerField(_("integer key"), null=True, blank=True, editable=False)
    object_uuid = models.UUIDField(_("UUID key"), null=True, blank=True, editable=False)
    object_str = ExactCharField(_("text key"), max_length=MAX_TEXT, null=True, blank=True, editable=False)
    content_object = ObjectForeignKey()

    objects = TaggedItemQuerySet.as_manager()

    class Meta:
        abstract = True
        verbose_name = _("tagged item")
        verbose_name_plural = _("tagged items")
        indexes = [models.Index(fields=["tag", "content_type", column]) for column in KEY_COLUMNS]
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=["content_type", column, "tag"], name=f"%(app_label)s_%(class)s_{column}_unique"
                )
                for column in KEY_COLUMNS
            ),
            models.CheckConstraint(condition=_one_key(), name="%(app_label)s_%(class)s_one_key"),
        ]

    def __str__(self) -> str:
        return f"{self.content_type_id}:{self.object_id} #{self.tag_id}"

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


class TaggedItem(AbstractTaggedItem):
    class Meta(AbstractTaggedItem.Meta):
        swappable = swapper.swappable_setting("generic_tags", "TaggedItem")
