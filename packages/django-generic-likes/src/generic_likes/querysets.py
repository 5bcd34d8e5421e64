"""Everything that reads. Joins between likes and objects are made here and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import swapper
from django.contrib.contenttypes.models import ContentType
from django.db import connections, models
from django.db.models import Count, Exists, Func, OuterRef, Q, Subquery, Value
from django.db.models.constants import OnConflict

from generic_likes.exceptions import ObjectNotFoundError
from generic_likes.keys import KEY_COLUMNS, key_field, parse_key
from generic_likes.registry import column_for

if TYPE_CHECKING:
    from collections.abc import Iterable


def get_liked_item_model() -> Any:
    """Return the model in force for likes."""
    return swapper.load_model("generic_likes", "LikedItem")


def content_type_of(model: type[models.Model], using: str | None = None) -> ContentType:
    """Return the content type of the model, for a proxy that of its concrete model."""
    return ContentType.objects.db_manager(using).get_for_model(model, for_concrete_model=True)


def count_rows(queryset: models.QuerySet[Any]) -> Subquery:
    """Return the number of rows as an expression: a bare COUNT(*), which an index alone can answer."""
    count = Func(template="COUNT(*)", output_field=models.BigIntegerField())
    return Subquery(queryset.order_by().annotate(_rows=count).values("_rows"))


def saved_key(obj: models.Model) -> Any:
    """Return the key of a saved object in the type of its field; raise ``ObjectNotFoundError`` for an unsaved one."""
    if obj._state.adding or obj.pk is None:
        raise ObjectNotFoundError(f"{obj._meta.label} must be saved before it is liked.")
    return key_field(type(obj)).to_python(obj.pk)


def is_somebody(user: Any) -> bool:
    """Tell whether this is a saved user, and neither None nor an anonymous one."""
    return user is not None and user.pk is not None


def _is_made_by_the_database(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.AutoField) or field.generated


class LikedItemQuerySet(models.QuerySet[Any]):
    def for_model(self, model: type[models.Model]) -> LikedItemQuerySet:
        """Keep the likes of objects of this model; raise ``NotLikeableError`` if it is not registered."""
        column = column_for(model)
        return self.filter(content_type=content_type_of(model, self.db), **{f"{column}__isnull": False})

    def for_object(self, obj: models.Model) -> LikedItemQuerySet:
        """Keep the likes of this object."""
        return self.for_key(type(obj), saved_key(obj))

    def for_key(self, model: type[models.Model], key: object) -> LikedItemQuerySet:
        """Keep the likes of the object of this model with this key; raise ``InvalidKeyError`` if it can be no key."""
        column = column_for(model)
        return self.filter(content_type=content_type_of(model, self.db), **{column: parse_key(model, key)})

    def insert_missing(self, row: Any) -> bool:
        """Insert the row if it is not there yet, in one statement; tell whether it was inserted."""
        if not connections[self.db].features.can_return_columns_from_insert:
            return self._insert_and_compare(row)
        inserted = self._insert(  # type: ignore[attr-defined]
            [row],
            fields=[field for field in self.model._meta.concrete_fields if not _is_made_by_the_database(field)],
            using=self.db,
            # Django reads what was returned even of a row that was there already: only a column that needs no
            # conversion survives this, and a user's key may need one.
            returning_fields=[self.model._meta.get_field("content_type")],
            on_conflict=OnConflict.IGNORE,
        )
        return any(inserted)

    def _insert_and_compare(self, row: Any) -> bool:
        """Do the same on MySQL, which has no RETURNING: of two writers at once both may believe they were first."""
        key = {column: getattr(row, column) for column in KEY_COLUMNS}
        was_there = self.filter(user=row.user_id, content_type=row.content_type_id, **key).exists()
        self.bulk_create([row], ignore_conflicts=True)
        return not was_there


class LikeState(NamedTuple):
    """What one user sees of the likes of one object."""

    likes_count: int
    is_liked: bool


def likes_count(obj: models.Model) -> int:
    """Return how many users like the object."""
    count: int = get_liked_item_model()._default_manager.using(obj._state.db).for_object(obj).count()
    return count


def like_state(obj: models.Model, user: Any = None) -> LikeState:
    """Return how many users like the object, and whether ``user`` is one of them, in at most two queries."""
    likes = get_liked_item_model()._default_manager.using(obj._state.db).for_object(obj)
    return LikeState(likes.count(), is_somebody(user) and likes.filter(user=user.pk).exists())


def likes_for_many(objs: Iterable[models.Model], user: Any = None) -> dict[models.Model, LikeState]:
    """Return the ``like_state`` of every object, in at most two queries for all of them.

    Args:
        objs: saved objects of one database; they may be of several models.
        user: whose own likes to tell; None or an anonymous user likes nothing.
    """
    by_model: dict[type[models.Model], dict[Any, models.Model]] = defaultdict(dict)
    for obj in objs:
        by_model[type(obj)._meta.concrete_model or type(obj)][saved_key(obj)] = obj
    counts: dict[models.Model, int] = {obj: 0 for found in by_model.values() for obj in found.values()}
    if not counts:
        return {}
    using = next(iter(counts))._state.db
    manager, mine = get_liked_item_model()._default_manager.using(using), set()
    wanted, objects, columns = Q(), {}, set()
    for model, found in by_model.items():
        content_type, column = content_type_of(model, using), column_for(model)
        wanted |= Q(content_type=content_type, **{f"{column}__in": list(found)})
        columns.add(column)
        objects.update({(content_type.pk, key): obj for key, obj in found.items()})

    def find(row: tuple[Any, ...]) -> models.Model:
        return objects[row[0], next(key for key in row[1:] if key is not None)]

    likes = manager.filter(wanted).order_by().values_list("content_type", *sorted(columns))
    for *key, count in likes.annotate(_rows=Count("*")):
        counts[find(tuple(key))] = count
    if is_somebody(user):
        mine = {find(row) for row in likes.filter(user=user.pk)}
    return {obj: LikeState(count, obj in mine) for obj, count in counts.items()}


def with_likes(queryset: models.QuerySet[Any], user: Any = None) -> models.QuerySet[Any]:
    """Annotate ``likes_count`` and ``is_liked``, by ``user``, on a queryset of a registered model."""
    column = column_for(queryset.model)
    likes = get_liked_item_model()._default_manager.using(queryset.db)
    content_type = content_type_of(queryset.model, queryset.db)
    likes = likes.filter(content_type=content_type, **{column: OuterRef("pk")})
    own = Exists(likes.filter(user=user.pk)) if is_somebody(user) else Value(False)
    return queryset.annotate(likes_count=count_rows(likes), is_liked=own)


def most_liked(queryset: models.QuerySet[Any], user: Any = None) -> models.QuerySet[Any]:
    """Order by the number of likes, most first, with the annotations of ``with_likes``."""
    return with_likes(queryset, user).order_by("-likes_count", "pk")


def liked_by(user: Any, model: type[models.Model]) -> models.QuerySet[Any]:
    """Return the objects of the model that the user likes; of an anonymous user none."""
    return only_liked_by(model._default_manager.all(), user)


def only_liked_by(queryset: models.QuerySet[Any], user: Any) -> models.QuerySet[Any]:
    """Keep the objects that the user likes."""
    column = column_for(queryset.model)
    if not is_somebody(user):
        return queryset.none()
    content_type = content_type_of(queryset.model, queryset.db)
    likes = get_liked_item_model()._default_manager.using(queryset.db)
    own = likes.filter(user=user.pk, content_type=content_type.pk)
    return queryset.filter(pk__in=own.values(column))


class LikeableQuerySetMixin:
    """Give a host's own queryset the methods: ``class PhotoQuerySet(LikeableQuerySetMixin, QuerySet)``."""

    def with_likes(self, user: Any = None) -> Any:
        """See ``with_likes``."""
        return with_likes(self, user)  # type: ignore[arg-type]

    def most_liked(self, user: Any = None) -> Any:
        """See ``most_liked``."""
        return most_liked(self, user)  # type: ignore[arg-type]

    def liked_by(self, user: Any) -> Any:
        """See ``only_liked_by``."""
        return only_liked_by(self, user)  # type: ignore[arg-type]


class LikeableQuerySet(LikeableQuerySetMixin, models.QuerySet[Any]):
    """For a model without a queryset of its own: ``objects = LikeableQuerySet.as_manager()``."""
