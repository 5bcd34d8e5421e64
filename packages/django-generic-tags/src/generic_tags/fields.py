from __future__ import annotations

from typing import TYPE_CHECKING, Any

import swapper
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models

from generic_tags.keys import key_column

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


class ObjectForeignKey(GenericForeignKey):
    """A generic foreign key over the property ``object_id``, which picks the column by the type of the key.

    Unlike Django's it survives a content type whose model is gone: such an object is ``None``, prefetched or not.
    """

    def _check_object_id_field(self) -> list[CheckMessage]:
        return []

    def _is_stale(self, instance: models.Model) -> bool:
        content_type_id = getattr(instance, self.model._meta.get_field(self.ct_field).attname)
        if content_type_id is None:
            return False
        manager = ContentType.objects.db_manager(instance._state.db)
        return manager.get_for_id(content_type_id).model_class() is None

    def get_prefetch_querysets(self, instances: Any, querysets: Any = None) -> Any:
        live = [instance for instance in instances if not self._is_stale(instance)]
        rows, row_key, instance_key, *rest = super().get_prefetch_querysets(live, querysets)  # type: ignore[misc]

        def key_or_none(instance: models.Model) -> Any:
            return None if self._is_stale(instance) else instance_key(instance)

        return rows, row_key, key_or_none, *rest

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is not None and self._is_stale(instance):
            return None
        return super().__get__(instance, cls)


class TaggedItemRelation(GenericRelation):
    """Declare the tag links on a model of one's own: joins, prefetch, and deletion in bulk.

    ``tagged_items = TaggedItemRelation()`` allows ``filter(tagged_items__tag__slug="red")`` and
    ``prefetch_related("tagged_items__tag")``. The column is found by the model's primary key.
    """

    def __init__(self, to: Any = None, **options: Any) -> None:
        super().__init__(to or swapper.get_model_name("generic_tags", "TaggedItem"), **options)

    @property
    def object_id_field_name(self) -> str:
        return key_column(self.model)

    @object_id_field_name.setter
    def object_id_field_name(self, name: str) -> None:
        """Django's constructor sets a fixed name; the column depends on the model."""

    def _is_matching_generic_foreign_key(self, field: Any) -> bool:
        return isinstance(field, ObjectForeignKey)
