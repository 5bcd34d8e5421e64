"""Everything that writes. Each use case is a single statement; its signal goes out after the commit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, router, transaction
from django.db.models import Exists, OuterRef

from generic_likes.exceptions import ObjectNotFoundError
from generic_likes.keys import key_column
from generic_likes.querysets import content_type_of, get_liked_item_model, saved_key
from generic_likes.registry import column_for
from generic_likes.signals import object_liked, object_unliked
from generic_likes.transactions import repeat

if TYPE_CHECKING:
    from django.dispatch import Signal


def _announce(signal: Signal, user: Any, obj: models.Model, using: str) -> None:
    send = partial(signal.send_robust, sender=type(obj), instance=obj, user=user, using=using)
    transaction.on_commit(lambda: send() and None, using=using)


def _key(obj: models.Model, using: str) -> dict[str, Any]:
    """Return what identifies the object in a row of likes."""
    return {column_for(type(obj)): saved_key(obj), "content_type": content_type_of(type(obj), using)}


def _write_alias(obj: models.Model) -> str:
    alias: str = router.db_for_write(get_liked_item_model(), instance=obj)
    return alias


def like(user: Any, obj: models.Model) -> bool:
    """Let the user like the object; tell whether that is new.

    Raises:
        NotLikeableError, ObjectNotFoundError (the object is not saved, or the user is gone), BusyError.
    """
    model, using = get_liked_item_model(), _write_alias(obj)
    row = model(user=user, **_key(obj, using))
    try:
        is_new = repeat(lambda: model._default_manager.using(using).insert_missing(row), using)
    except IntegrityError as error:
        users = model._meta.get_field("user").related_model._base_manager.using(using)
        if users.filter(pk=user.pk).exists():
            raise
        raise ObjectNotFoundError("The user is gone.") from error
    if is_new:
        _announce(object_liked, user, obj, using)
    return is_new


def unlike(user: Any, obj: models.Model) -> bool:
    """Take the user's like back; tell whether there was one.

    Raises:
        NotLikeableError, ObjectNotFoundError (the object is not saved), BusyError.
    """
    using = _write_alias(obj)
    own = get_liked_item_model()._default_manager.using(using).filter(user=user.pk, **_key(obj, using))
    was_there = repeat(lambda: own.delete()[0] > 0, using)
    if was_there:
        _announce(object_unliked, user, obj, using)
    return was_there


def remove_orphans(using: str = "default") -> dict[str, int]:
    """Delete the likes of objects that are gone, as raw SQL leaves them; return how many, by model label.

    Likes of a model that no longer exists go too.
    """
    likes = get_liked_item_model()._default_manager.using(using)
    removed = {}
    used = likes.order_by().values_list("content_type", flat=True).distinct()
    for content_type in ContentType.objects.using(using).filter(pk__in=list(used)):
        orphans = likes.filter(content_type=content_type)
        model = content_type.model_class()
        if model is not None:
            there = model._base_manager.using(using).filter(pk=OuterRef(key_column(model)))
            orphans = orphans.filter(~Exists(there))
        removed[f"{content_type.app_label}.{content_type.model}"] = orphans.delete()[0]
    return removed


def forget_object(obj: models.Model, using: str) -> None:
    """Delete the likes of an object that is being deleted, in the same transaction."""
    key = {column_for(type(obj)): obj.pk, "content_type": content_type_of(type(obj), using)}
    get_liked_item_model()._default_manager.using(using).filter(**key).delete()
