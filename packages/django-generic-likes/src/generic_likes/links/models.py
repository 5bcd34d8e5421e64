"""The abstract model of a link."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fields import ExactCharField, ObjectForeignKey
from .keys import INTEGER, KEY_COLUMNS, MAX_TEXT, Key, key_column
from .registry import content_type_of, home_of


def one_key() -> Q:
    """Return the condition that exactly one of the key columns is not null."""
    condition = Q()
    for column in KEY_COLUMNS:
        condition |= Q(**{f"{other}__isnull": other != column for other in KEY_COLUMNS})
    return condition


class AbstractLink(models.Model):
    """Abstract link to one object, with one key column for each type of primary key.

    ``object_id`` reads and sets the column for the type of the object's key.
    """

    end: ClassVar[str]  # name of the foreign key at the other end of the link

    content_type: models.ForeignKey[Any, Any] = models.ForeignKey(
        ContentType,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # unique constraints and indexes of the concrete models begin with it
        verbose_name=_("content type"),
    )
    object_int: models.BigIntegerField[Any, Any] = models.BigIntegerField(
        _("integer key"), null=True, blank=True, editable=False
    )
    object_uuid: models.UUIDField[Any, Any] = models.UUIDField(_("UUID key"), null=True, blank=True, editable=False)
    object_str: ExactCharField = ExactCharField(
        _("text key"), max_length=MAX_TEXT, null=True, blank=True, editable=False
    )
    content_object: ObjectForeignKey = ObjectForeignKey()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the link with the content type of its object; see :func:`~.registry.home_of`.

        A link without an object is saved with the integer key 0, and ``remove_orphans`` deletes it.
        """
        if self.object_id is None:
            setattr(self, INTEGER, 0)
        model = self._content_types().get_for_id(self.content_type_id).model_class() if self.content_type_id else None
        if model is not None and home_of(model) is not model:
            self.content_type = content_type_of(model, self._state.db)
        super().save(*args, **kwargs)

    save.alters_data = True  # type: ignore[attr-defined]

    @property
    def key_column(self) -> str:
        """The name of the column that holds the key of the object."""
        return next((column for column in KEY_COLUMNS if getattr(self, column) is not None), INTEGER)

    @property
    def object_id(self) -> Key | None:
        """The primary key of the object, of any type. Set the content type before it."""
        key: Key | None = getattr(self, self.key_column)
        return key

    @object_id.setter
    def object_id(self, key: Key | None) -> None:
        for column in KEY_COLUMNS:
            setattr(self, column, None)
        if key is not None:
            model = self._content_types().get_for_id(self.content_type_id).model_class()
            if model is None:
                raise LookupError(f"The model of content type {self.content_type_id} does not exist.")
            setattr(self, key_column(model), key)

    def _content_types(self) -> Any:
        return ContentType.objects.db_manager(self._state.db)
