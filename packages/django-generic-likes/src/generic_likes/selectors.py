"""Read-only queries. Only this module joins likes with objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Value, When

from generic_likes.links.keys import Key, saved_key
from generic_likes.links.querysets import count_rows
from generic_likes.links.registry import column_for, content_type_of, load_model
from generic_likes.prepared import Prepared, is_plain

if TYPE_CHECKING:
    from generic_likes.models import AbstractLikedItem

M = TypeVar("M", bound=models.Model)


class LikeState(NamedTuple):
    """The number of likes of an object, and whether a user likes it.

    Attributes:
        likes_count: The number of users who like it.
        is_liked: Whether the user is one of them.
    """

    likes_count: int
    is_liked: bool


UNLIKED: Final = LikeState(0, False)


def get_liked_item_model() -> type[AbstractLikedItem]:
    """Return the model of likes that is active in the project."""
    model: type[AbstractLikedItem] = load_model("LikedItem")
    return model


def is_saved_user(user: Any) -> bool:
    """Return whether ``user`` is a saved user, and not ``None`` or an anonymous user."""
    return getattr(user, "pk", None) is not None


def likes_count(obj: models.Model) -> int:
    """Return the number of users who like the object.

    Raises:
        NotFound: The object is not saved.
        NotRegistered: Its model is not registered.
    """
    return get_liked_item_model().objects.using(obj._state.db).for_object(obj).count()


def is_liked(obj: models.Model, user: Any) -> bool:
    """Return whether the user likes the object, ``False`` for ``None`` and anonymous users.

    Raises:
        NotFound: The object is not saved.
        NotRegistered: Its model is not registered.
    """
    likes = get_liked_item_model().objects.using(obj._state.db).for_object(obj)
    return is_saved_user(user) and likes.filter(user=user.pk).exists()


def like_state(obj: models.Model, user: Any = None) -> LikeState:
    """Return how many users like the object, and whether ``user`` is one of them, in one query.

    Raises:
        NotFound: The object is not saved.
        NotRegistered: Its model is not registered.
    """
    return likes_for_many([obj], user)[obj]


def likes_for_many(objs: Iterable[M], user: Any = None) -> dict[M, LikeState]:
    """Return the ``like_state`` of every object, in one query for all of them.

    Args:
        objs: Saved objects of one database. They may be of several models.
        user: The user for ``is_liked``, which is ``False`` for ``None`` and anonymous users.
    """
    states: dict[M, LikeState] = dict.fromkeys(objs, UNLIKED)
    if not states:
        return states
    using = next(iter(states))._state.db
    likes = get_liked_item_model().objects.using(using).for_objects(states)
    columns = sorted({column_for(type(obj)) for obj in states})
    known = {
        (content_type, next(key for key in keys if key is not None)): LikeState(count, mine)
        for content_type, *keys, count, mine in _counted(likes, user, "content_type", *columns)
    }
    ids = {obj: (content_type_of(type(obj), using).pk, saved_key(obj)) for obj in states}
    return {obj: known.get(ids[obj], UNLIKED) for obj in states}


def states_by_key(
    model: type[models.Model], keys: Iterable[Key], user: Any = None, using: str | None = None
) -> dict[Key, LikeState]:
    """Return the like states of the objects with these primary keys, in one query.

    Args:
        model: The registered model of the objects.
        keys: Primary keys in the type of the field.
        user: The user for ``is_liked``, which is ``False`` for ``None`` and anonymous users.
        using: Alias of the database.

    Returns:
        The states by primary key, only for objects with likes.
    """
    keys = list(keys)
    if not keys:
        return {}
    likes = get_liked_item_model()
    using = using or likes.objects.db
    values: dict[str, Any] = {"content_type": content_type_of(model, using).pk}
    if is_saved_user(user):
        values["user"] = user.pk
    statement = _states_statement(likes, column_for(model), is_own="user" in values)
    rows = statement.fetch(keys, using=using, **values)
    return {key: LikeState(count, bool(mine)) for key, count, mine in rows}


def with_likes(queryset: models.QuerySet[M], user: Any = None) -> models.QuerySet[M]:
    """Annotate a queryset of a registered model with ``likes_count``, and with ``is_liked`` for ``user``.

    Raises:
        NotRegistered: The model is not registered.
    """
    column = column_for(queryset.model)
    likes: Any = get_liked_item_model().objects.using(queryset.db)
    content_type = content_type_of(queryset.model, queryset.db)
    likes = likes.filter(content_type=content_type, **{column: OuterRef("pk")})
    own = Exists(likes.filter(user=user.pk)) if is_saved_user(user) else Value(False)
    annotated: Any = queryset.annotate(likes_count=count_rows(likes), is_liked=own)
    return annotated


def most_liked(queryset: models.QuerySet[M], user: Any = None) -> models.QuerySet[M]:
    """Order by the number of likes in descending order, with the annotations of :func:`with_likes`."""
    return with_likes(queryset, user).order_by("-likes_count", "pk")


def liked_by(user: Any, model: type[M]) -> models.QuerySet[M]:
    """Return the objects of the model that the user likes, or none for ``None`` and anonymous users.

    Raises:
        NotRegistered: The model is not registered.
    """
    return only_liked_by(model._default_manager.all(), user)


def only_liked_by(queryset: models.QuerySet[M], user: Any) -> models.QuerySet[M]:
    """Return the objects of a queryset that the user likes, or none for ``None`` and anonymous users.

    Raises:
        NotRegistered: The model is not registered.
    """
    column = column_for(queryset.model)
    if not is_saved_user(user):
        return queryset.none()
    content_type = content_type_of(queryset.model, queryset.db)
    likes = get_liked_item_model().objects.using(queryset.db)
    own = likes.filter(user=user.pk, content_type=content_type.pk, **{f"{column}__isnull": False})
    return queryset.filter(pk__in=own.values(column))


def _counted(likes: models.QuerySet[Any], user: Any, *by: str) -> Iterator[tuple[Any, ...]]:
    """Yield the values of the columns ``by``, the number of likes, and whether the user's like is among them."""
    counted = _grouped(likes, user.pk if is_saved_user(user) else None, *by)
    for *values, count, mine in counted.values_list(*by, "_count", "_own"):
        yield *values, count, bool(mine)


def _grouped(likes: models.QuerySet[Any], user: Any, *by: str) -> models.QuerySet[Any]:
    """Group likes by columns, with their number as ``_count`` and the number of those of ``user`` as ``_own``."""
    own = Value(0) if user is None else Count(Case(When(user=user, then=Value(1))))
    grouped: Any = likes.order_by().values(*by).annotate(_count=Count("*"), _own=own)
    return grouped


@lru_cache(maxsize=16)
def _states_statement(likes: type[AbstractLikedItem], column: str, *, is_own: bool) -> Prepared:
    """Return the statement that reads like states of objects by their keys in a column of a model of likes."""
    bound: dict[str, Any] = {"content_type": ContentType._meta.pk}
    if is_own:
        bound["user"] = likes._meta.get_field("user").target_field
    key: Any = likes._meta.get_field(column)
    return Prepared(
        lambda keys, content_type, user=None: _grouped(
            likes.objects.filter(**{"content_type": content_type, f"{column}__in": keys}), user, column
        ),
        [column, "_count", "_own"],
        key=key,
        bound=bound,
        kept=is_plain(likes.objects),
    )
