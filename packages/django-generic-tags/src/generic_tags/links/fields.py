"""Model fields: exact text, the object of a link, and the links of an object.

Only this module uses private parts of Django's generic relations; ``test_django_internals.py`` fails when one of them
changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import swapper
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.db import models

from ..conf import APP_LABEL, LINK_MODEL
from .keys import key_column
from .registry import content_type_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.contenttypes.models import ContentType
    from django.core.checks import CheckMessage
    from django.db.backends.base.base import BaseDatabaseWrapper


if TYPE_CHECKING:
    CharField = models.CharField[Any, Any]  # generic for type checkers only
else:
    CharField = models.CharField


class ExactCharField(CharField):
    """Text field with exact comparison, unlike the default collations of MySQL and MariaDB, where ``á`` equals ``A``.

    It has a default, so that tools which fill models with random values skip it.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """Return the column's parameters, with a binary collation on MySQL and MariaDB."""
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        if connection.vendor == "mysql":
            nopad = getattr(connection, "mysql_is_mariadb", False)
            parameters["collation"] = "utf8mb4_nopad_bin" if nopad else "utf8mb4_bin"
        return parameters


class ObjectForeignKey(GenericForeignKey):
    """Generic foreign key that uses the property ``object_id``, which selects the column by the type of the key.

    Unlike Django's field, it is ``None`` if the model of the content type no longer exists.
    """

    # Django checks for a model field named object_id, which is a property here.
    def _check_object_id_field(self) -> list[CheckMessage]:
        return []

    def get_content_type(self, obj: Any = None, id: Any = None, using: Any = None, model: Any = None) -> Any:  # noqa: A002
        """Return the content type under which an object or a model is linked, or the one with this id."""
        if obj is not None:
            return content_type_of(type(obj), obj._state.db)
        if model is not None:
            return content_type_of(model)
        return super().get_content_type(id=id, using=using)

    def contribute_to_class(self, cls: Any, name: str, *args: Any, **kwargs: Any) -> None:
        """Add the field, and wrap Django's accessor: the field itself, or a descriptor since Django 6.1."""
        super().contribute_to_class(cls, name, *args, **kwargs)
        setattr(cls, name, ObjectAccessor(self, vars(cls)[name]))

    def is_stale(self, instance: models.Model) -> bool:
        """Return whether the model of the instance's content type no longer exists."""
        content_type_id = getattr(instance, f"{self.ct_field}_id")
        if content_type_id is None:
            return False
        content_type: ContentType = super().get_content_type(id=content_type_id, using=instance._state.db)
        return content_type.model_class() is None


class ObjectAccessor:
    """Descriptor that gets, sets and prefetches the object of a link; ``None`` if its model no longer exists.

    Args:
        field: The field.
        accessor: Django's accessor, which is used for models that exist.
    """

    def __init__(self, field: ObjectForeignKey, accessor: Any) -> None:
        self.field = field
        self.accessor = accessor

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        """Return the object, or ``None`` if it does not exist."""
        if instance is None:
            return self
        return None if self.field.is_stale(instance) else self.accessor.__get__(instance, cls)

    def __set__(self, instance: Any, value: Any) -> None:
        """Set the object."""
        self.accessor.__set__(instance, value)

    def is_cached(self, instance: Any) -> bool:
        """Return whether the object is cached."""
        return bool(self.accessor.is_cached(instance))

    def get_prefetch_querysets(self, instances: Iterable[Any], querysets: Any = None) -> Any:
        """Prefetch the objects of the links whose models exist."""
        is_stale = self.field.is_stale
        known = [instance for instance in instances if not is_stale(instance)]
        objects, object_key, link_key, *rest = self.accessor.get_prefetch_querysets(known, querysets)
        return (objects, object_key, lambda link: None if is_stale(link) else link_key(link), *rest)


class LinkRelation(GenericRelation):
    """Reverse relation from an object to its links, for joins and prefetches."""

    def __init__(self, to: Any = None, **options: Any) -> None:
        """Relate the model to the package's model of links, or to the custom model that replaces it."""
        super().__init__(to or swapper.get_model_name(APP_LABEL, LINK_MODEL), **options)

    @property
    def object_id_field_name(self) -> str:
        """The link column that holds keys of this model."""
        return key_column(self.model)

    @object_id_field_name.setter
    def object_id_field_name(self, name: str) -> None:
        """Ignore the name that Django's constructor sets."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Run the checks of a relation, without those for a fixed key column."""
        return super(models.ForeignObject, self).check(**kwargs)

    def get_content_type(self) -> ContentType:
        """Return the content type under which objects of this model are linked."""
        return content_type_of(self.model)

    def bulk_related_objects(self, objs: Any, using: str = "default") -> models.QuerySet[Any]:
        """Return an empty queryset, because links are deleted after their objects; see ``deletion``."""
        links: models.QuerySet[Any] = self.remote_field.model._base_manager.using(using)
        return links.none()
