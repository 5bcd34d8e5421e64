from __future__ import annotations

from typing import TYPE_CHECKING, Any

import swapper
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from generic_likes.keys import key_column

if TYPE_CHECKING:
    from django.core.checks import CheckMessage
    from django.db.backends.base.base import BaseDatabaseWrapper


class ExactCharField(models.CharField):
    """Text that is equal only if it is the same: MySQL's and MariaDB's default takes ``A`` and ``á`` for ``a``."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        if connection.vendor == "mysql":
            nopad = getattr(connection, "mysql_is_mariadb", False)
            parameters["collation"] = "utf8mb4_nopad_bin" if nopad else "utf8mb4_bin"
        return parameters


class _Gone:
    """Stands for a content type whose model is gone, and for that model: there are no objects."""

    class _meta:  # noqa: N801 - the name under which Django looks
        pk = models.TextField()

    @classmethod
    def model_class(cls) -> type[_Gone]:
        return cls

    @staticmethod
    def get_object_for_this_type(*args: Any, **kwargs: Any) -> Any:
        raise ObjectDoesNotExist

    @staticmethod
    def get_all_objects_for_this_type(**kwargs: Any) -> Any:
        return ContentType.objects.none()


class ObjectForeignKey(GenericForeignKey):
    """A generic foreign key over the property ``object_id``, which picks the column by the type of the key.

    Unlike Django's it survives a content type whose model is gone: such an object is ``None``, prefetched or not.
    """

    def _check_object_id_field(self) -> list[CheckMessage]:
        return []

    def get_content_type(self, obj: Any = None, id: Any = None, using: Any = None, model: Any = None) -> Any:  # noqa: A002
        """Return the content type of an object or a model, or the one with this id."""
        found = super().get_content_type(obj=obj, id=id, using=using, model=model)
        return _Gone if found.model_class() is None else found


class LikedItemRelation(GenericRelation):
    """Declare the likes on a model of one's own: joins, prefetch, and deletion in bulk.

    ``likes = LikedItemRelation()`` allows ``filter(likes__user=user)`` and ``prefetch_related("likes__user")``.
    The column is found by the model's primary key.
    """

    def __init__(self, to: Any = None, **options: Any) -> None:
        super().__init__(to or swapper.get_model_name("generic_likes", "LikedItem"), **options)

    @property
    def object_id_field_name(self) -> str:
        return key_column(self.model)

    @object_id_field_name.setter
    def object_id_field_name(self, name: str) -> None:
        """Django's constructor sets a fixed name; the column depends on the model."""

    def _is_matching_generic_foreign_key(self, field: Any) -> bool:
        return isinstance(field, ObjectForeignKey)
