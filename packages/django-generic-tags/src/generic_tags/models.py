"""The models of tags and of their links to objects."""

from __future__ import annotations

from typing import Any, ClassVar

import swapper
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from generic_tags.exceptions import InvalidLabel
from generic_tags.fields import ExactCharField
from generic_tags.labels import MAX_LENGTH, clean_label, label_key, slug_for
from generic_tags.links.keys import KEY_COLUMNS
from generic_tags.links.models import AbstractLink, one_key
from generic_tags.querysets import TaggedItemQuerySet, TagManager


class AbstractTag(models.Model):
    """Abstract tag, with a label that is unique regardless of case and Unicode form, and a slug made from it."""

    label: models.CharField[Any, Any] = models.CharField(_("label"), max_length=MAX_LENGTH)
    # save() computes both from the label. With a default, tools that fill models with random values skip them.
    label_key: ExactCharField = ExactCharField(
        _("comparable label"), max_length=MAX_LENGTH, unique=True, editable=False, default=""
    )
    slug: ExactCharField = ExactCharField(_("slug"), max_length=MAX_LENGTH, unique=True, editable=False, default="")

    objects: ClassVar[Any] = TagManager()

    class Meta:
        abstract = True
        ordering: ClassVar[Any] = ["label_key"]
        verbose_name: ClassVar[Any] = _("tag")
        verbose_name_plural: ClassVar[Any] = _("tags")

    def __str__(self) -> str:
        """Return the label."""
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the tag, with the key and the slug of its label.

        Raises:
            InvalidLabel: The label is invalid.
        """
        self.set_label(self.label)
        fields = kwargs.get("update_fields")
        if fields is not None and "label" in fields:
            kwargs["update_fields"] = {*fields, "label_key", "slug"}
        super().save(*args, **kwargs)

    save.alters_data = True  # type: ignore[attr-defined]

    def natural_key(self) -> tuple[str]:
        """Return what identifies the tag in fixtures."""
        return (self.label,)

    def set_label(self, label: object) -> None:
        """Set the label, and the key and the slug that are computed from it.

        Raises:
            InvalidLabel: The label is invalid.
        """
        self.label = clean_label(label)
        self.label_key = label_key(self.label)
        self.slug = slug_for(self.label_key)

    def clean(self) -> None:
        """Validate the label.

        Raises:
            ValidationError: The label is invalid, or another tag has it.
        """
        super().clean()
        try:
            self.set_label(self.label)
        except InvalidLabel as error:
            raise ValidationError({"label": ValidationError(str(error), code=error.code)}) from error
        others = type(self)._default_manager.exclude(pk=self.pk)
        if others.filter(label_key=self.label_key).exists():
            message = _("A tag with this label already exists.")
            raise ValidationError({"label": ValidationError(message, code="unique")})


class Tag(AbstractTag):
    """The default model of tags; the setting ``GENERIC_TAGS_TAG_MODEL`` replaces it."""

    class Meta(AbstractTag.Meta):
        swappable: ClassVar[Any] = swapper.swappable_setting("generic_tags", "Tag")


class AbstractTaggedItem(AbstractLink):
    """Abstract link between a tag and an object."""

    end: ClassVar[str] = "tag"

    tag: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("generic_tags", "Tag"),
        on_delete=models.CASCADE,
        related_name="tagged_items",
        db_index=False,  # the indexes below begin with it
        verbose_name=_("tag"),
    )

    objects: ClassVar[Any] = TaggedItemQuerySet.as_manager()

    class Meta:
        abstract = True
        verbose_name: ClassVar[Any] = _("tagged item")
        verbose_name_plural: ClassVar[Any] = _("tagged items")
        indexes: ClassVar[Any] = [models.Index(fields=["tag", "content_type", column]) for column in KEY_COLUMNS]
        constraints: ClassVar[Any] = [
            *(
                models.UniqueConstraint(
                    fields=["content_type", column, "tag"], name=f"%(app_label)s_%(class)s_{column}_unique"
                )
                for column in KEY_COLUMNS
            ),
            models.CheckConstraint(condition=one_key(), name="%(app_label)s_%(class)s_one_key"),
        ]

    def __str__(self) -> str:
        """Return the label of the tag."""
        return str(self.tag)


class TaggedItem(AbstractTaggedItem):
    """The default model of tag links; the setting ``GENERIC_TAGS_TAGGEDITEM_MODEL`` replaces it."""

    class Meta(AbstractTaggedItem.Meta):
        swappable: ClassVar[Any] = swapper.swappable_setting("generic_tags", "TaggedItem")
