"""Use cases to like and unlike objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, models, router, transaction

from generic_likes.exceptions import InvalidUser, NotFound
from generic_likes.links.keys import Key, saved_key
from generic_likes.links.locks import hold
from generic_likes.links.prefetch import forget_prefetched
from generic_likes.links.registry import column_for, content_type_of, home_of
from generic_likes.links.transactions import use_case
from generic_likes.selectors import get_liked_item_model, is_saved_user
from generic_likes.signals import object_liked, object_unliked

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser
    from django.dispatch import Signal


def like(user: AbstractBaseUser | AnonymousUser | None, obj: models.Model) -> bool:
    """Add a user's like to an object.

    Args:
        user: A saved user.
        obj: A saved object of a registered model.

    Returns:
        Whether the user did not like it before.

    Raises:
        InvalidUser: The user is None, anonymous or not saved.
        NotRegistered: The model is not registered.
        NotFound: The object is not saved, or the object or the user no longer exists.
        Busy: The database aborted the transaction several times because of other transactions.
    """
    return bulk_like(user, [obj]) == 1


def unlike(user: AbstractBaseUser | AnonymousUser | None, obj: models.Model) -> bool:
    """Remove a user's like from an object.

    Args:
        user: A saved user.
        obj: A saved object of a registered model.

    Returns:
        Whether the user liked it.

    Raises:
        InvalidUser: The user is None, anonymous or not saved.
        NotRegistered: The model is not registered.
        NotFound: The object is not saved.
        Busy: The database aborted the transaction several times because of other transactions.
    """
    return bulk_unlike(user, [obj]) == 1


def bulk_like(user: AbstractBaseUser | AnonymousUser | None, objs: Iterable[models.Model]) -> int:
    """Add a user's likes to many objects, with a constant number of queries.

    Args:
        user: A saved user.
        objs: Saved objects of registered models and of one database.

    Returns:
        The number of objects that the user did not like before.

    Raises:
        InvalidUser: The user is None, anonymous or not saved.
        NotRegistered: One of the models is not registered.
        NotFound: One of the objects is not saved, or one of them or the user no longer exists.
        Busy: The database aborted the transaction several times because of other transactions.
    """
    listed = _listed(user, objs)
    if not listed:
        return 0
    using = write_alias(listed[0])
    try:
        return _like(user, listed, using=using)
    except IntegrityError as error:
        if _exists(user, using):
            raise
        raise NotFound("The user does not exist.") from error


def bulk_unlike(user: AbstractBaseUser | AnonymousUser | None, objs: Iterable[models.Model]) -> int:
    """Remove a user's likes from many objects, with a constant number of queries.

    Args:
        user: A saved user.
        objs: Saved objects of registered models and of one database.

    Returns:
        The number of objects that the user liked.

    Raises:
        InvalidUser: The user is None, anonymous or not saved.
        NotRegistered: One of the models is not registered.
        NotFound: One of the objects is not saved.
        Busy: The database aborted the transaction several times because of other transactions.
    """
    listed = _listed(user, objs)
    return _unlike(user, listed, using=write_alias(listed[0])) if listed else 0


def write_alias(obj: models.Model) -> str:
    """Return the alias of the database to which the likes of the object are written."""
    alias: str = router.db_for_write(get_liked_item_model(), instance=obj)
    return alias


def _listed(user: Any, objs: Iterable[models.Model]) -> list[models.Model]:
    if not is_saved_user(user):
        raise InvalidUser(f"Only a saved user can like something, not {user!r}.")
    listed = list(objs)
    for obj in listed:
        column_for(type(obj))
        saved_key(obj)
    return list(dict.fromkeys(listed))


@use_case()
def _like(user: Any, objs: Sequence[models.Model], *, using: str) -> int:
    _hold(objs, using)
    if not _exists(user, using):  # in an outer transaction the foreign key may be checked only at its end
        raise NotFound("The user does not exist.")
    model, owners = get_liked_item_model(), _owners(objs, using)
    links = [
        model(user_id=user.pk, content_type_id=content_type, **{column_for(type(obj)): key})
        for (content_type, key), obj in owners.items()
    ]
    added: list[Any] = model.objects.using(using).insert_missing(links)
    for link in added:
        _announce(object_liked, user, owners[link.content_type_id, link.object_id], using)
    return len(added)


@use_case()
def _unlike(user: Any, objs: Sequence[models.Model], *, using: str) -> int:
    owners, likes = _owners(objs, using), get_liked_item_model().objects.using(using)
    found: list[Any] = list(likes.filter(user=user.pk).for_objects(objs).select_for_update())
    if found:
        likes.filter(pk__in=[link.pk for link in found]).delete()
    for link in found:
        _announce(object_unliked, user, owners[link.content_type_id, link.object_id], using)
    return len(found)


def _exists(user: Any, using: str) -> bool:
    field: Any = get_liked_item_model()._meta.get_field("user")
    return bool(field.related_model._base_manager.using(using).filter(pk=user.pk).exists())


def _owners(objs: Sequence[models.Model], using: str) -> dict[tuple[int, Key], models.Model]:
    return {(content_type_of(type(obj), using).pk, saved_key(obj)): obj for obj in objs}


def _hold(objs: Sequence[models.Model], using: str) -> None:
    """Lock the objects against deletion until the transaction ends."""
    keys: dict[type[models.Model], set[Key]] = defaultdict(set)
    for obj in objs:
        keys[home_of(type(obj))].add(saved_key(obj))
    for model in sorted(keys, key=lambda model: model._meta.label):
        hold(model, keys[model], using, database=objs[0]._state.db or using)


def _announce(signal: Signal, user: Any, obj: models.Model, using: str) -> None:
    """Drop the prefetched likes of the object, and send the signal after the commit."""
    forget_prefetched(obj)
    fields = {field.name for field in obj._meta.concrete_fields}
    for annotation in {"likes_count", "is_liked"} - fields:
        obj.__dict__.pop(annotation, None)
    send = partial(signal.send_robust, sender=type(obj), instance=obj, user=user, using=using)
    transaction.on_commit(lambda: send() and None, using=using)
