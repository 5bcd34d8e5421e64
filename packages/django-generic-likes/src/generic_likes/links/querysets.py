"""The queryset of links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Func, Q, Subquery

from ..exceptions import Busy
from .keys import Key, parse_key, saved_key
from .registry import column_for, content_type_of, home_of
from .transactions import is_duplicate

L = TypeVar("L", bound=models.Model)


def count_rows(queryset: models.QuerySet[Any]) -> Subquery:
    """Return an expression for the number of rows: ``COUNT(*)`` without joins, which can be read from an index."""
    count = Func(template="COUNT(*)", output_field=models.BigIntegerField())
    return Subquery(queryset.order_by().annotate(_rows=count).values("_rows"))


class LinkQuerySet(models.QuerySet[L]):
    """Queryset of links, with filters by object and by model."""

    def for_model(self, model: type[models.Model]) -> LinkQuerySet[L]:
        """Return the links to objects of this model.

        Raises:
            NotRegistered: The model is not registered.
        """
        column = column_for(model)
        links = self.filter(content_type=content_type_of(model, self.db), **{f"{column}__isnull": False})
        if home_of(model) is not model._meta.concrete_model:  # objects of the parent need not be objects of the child
            links = links.filter(**{f"{column}__in": model._base_manager.using(self.db).values("pk")})
        return links

    def for_key(self, model: type[models.Model], key: object) -> LinkQuerySet[L]:
        """Return the links to the object of this model with this primary key.

        Raises:
            InvalidKey: The value is not a valid primary key of the model.
            NotRegistered: The model is not registered.
        """
        column = column_for(model)
        return self.filter(content_type=content_type_of(model, self.db), **{column: parse_key(model, key)})

    def for_object(self, obj: models.Model) -> LinkQuerySet[L]:
        """Return the links to this object.

        Raises:
            NotFound: The object is not saved.
            NotRegistered: Its model is not registered.
        """
        column = column_for(type(obj))
        return self.filter(content_type=content_type_of(type(obj), self.db), **{column: saved_key(obj)})

    def for_objects(self, objs: Iterable[models.Model]) -> LinkQuerySet[L]:
        """Return the links to these objects, which may be of several models.

        Raises:
            NotFound: One of the objects is not saved.
            NotRegistered: The model of one of them is not registered.
        """
        keys: dict[type[models.Model], set[Key]] = defaultdict(set)
        for obj in objs:
            keys[type(obj)].add(saved_key(obj))
        wanted = Q(pk__in=[])
        for model, these in keys.items():
            wanted |= Q(content_type=content_type_of(model, self.db), **{f"{column_for(model)}__in": these})
        return self.filter(wanted)

    def insert_missing(self, links: Iterable[L]) -> list[L]:
        """Insert the links that do not exist yet.

        Args:
            links: Unsaved links of registered models.

        Returns:
            The inserted links. If several transactions insert the same link, only one of them returns it.

        Raises:
            Busy: Another transaction inserted some of them, which this transaction can't see.
        """
        # Insert in a fixed order to avoid deadlocks between two writers.
        missing = self._without_existing(sorted(links, key=lambda link: tuple(map(str, _identity(link)))))
        while missing:
            try:
                with transaction.atomic(using=self.db):
                    self.bulk_create(missing)
            except IntegrityError as error:
                left = self._without_existing(missing)
                if len(left) < len(missing):
                    missing = left
                    continue
                if is_duplicate(error):
                    raise Busy from error
                raise
            break
        return missing

    def _without_existing(self, links: list[L]) -> list[L]:
        if not links:
            return []
        keys: dict[tuple[int, str], set[Any]] = defaultdict(set)
        end = _end(links[0])
        for link in links:
            content_type, key, _ = _identity(link)
            keys[content_type, link.key_column].add(key)  # type: ignore[attr-defined]
        wanted = Q(pk__in=[])
        for (content_type, column), these in keys.items():
            wanted |= Q(content_type=content_type, **{f"{column}__in": these})
        ends = {getattr(link, f"{end}_id") for link in links}
        existing = {_identity(link) for link in self.filter(wanted, **{f"{end}__in": ends})}
        return [link for link in links if _identity(link) not in existing]


def _end(link: Any) -> str:
    """Return the name of the foreign key at the other end of the link."""
    end: str = link.end
    return end


def _identity(link: Any) -> tuple[int, Key, Any]:
    return link.content_type_id, link.object_id, getattr(link, f"{_end(link)}_id")
