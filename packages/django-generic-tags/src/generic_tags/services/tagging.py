"""Use cases to tag and untag objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import models, router, transaction

from generic_tags.links.keys import Key, saved_key
from generic_tags.links.locks import hold, hold_exclusively
from generic_tags.links.prefetch import forget_prefetched
from generic_tags.links.registry import column_for, content_type_of, home_of
from generic_tags.links.transactions import use_case
from generic_tags.selectors import get_tag_model, get_tagged_item_model
from generic_tags.services.naming import Named, ensure_tags, find_tags, name_tags
from generic_tags.signals import object_tagged, object_untagged

if TYPE_CHECKING:
    from django.dispatch import Signal

    from generic_tags.models import AbstractTag
    from generic_tags.services.naming import TagLike


def add_tags(obj: models.Model, *tags: TagLike) -> list[AbstractTag]:
    """Add tags to an object; tags that do not exist are created.

    Args:
        obj: A saved object of a registered model.
        tags: Labels or tags.

    Returns:
        The tags that the object did not have, ordered by label.

    Raises:
        InvalidLabel: One of the labels is invalid; nothing is added.
        TooManyLabels: There are more than ``GENERIC_TAGS["MAX_LABELS"]``.
        NotRegistered: The model is not registered.
        NotFound: The object or one of the tags is not saved or no longer exists.
        Busy: The database aborted the transaction several times because of other transactions.
    """
    column_for(type(obj))
    saved_key(obj)
    using = write_alias(obj)
    added = _add([obj], name_tags(tags, using), using=using)
    return added.get(obj, [])


def remove_tags(obj: models.Model, *tags: TagLike) -> list[AbstractTag]:
    """Remove tags from an object.

    Args:
        obj: A saved object of a registered model.
        tags: Labels or tags; those that the object does not have are ignored.

    Returns:
        The tags that the object had, ordered by label.

    Raises:
        InvalidLabel: One of the labels is invalid; nothing is removed.
        TooManyLabels: There are more than ``GENERIC_TAGS["MAX_LABELS"]``.
        NotRegistered: The model is not registered.
        NotFound: The object is not saved.
        Busy: The database aborted the transaction several times because of other transactions.
    """
    column_for(type(obj))
    saved_key(obj)
    using = write_alias(obj)
    removed = _remove([obj], name_tags(tags, using), using=using)
    return removed.get(obj, [])


def set_tags(obj: models.Model, tags: Iterable[TagLike]) -> list[AbstractTag]:
    """Replace the tags of an object: add those that are missing, remove all others.

    The row of the object is locked, so that parallel calls run one after the other.

    Args:
        obj: A saved object of a registered model.
        tags: Labels or tags.

    Returns:
        The tags, ordered by label.

    Raises:
        InvalidLabel: One of the labels is invalid; nothing is changed.
        TooManyLabels: There are more than ``GENERIC_TAGS["MAX_LABELS"]``.
        NotRegistered: The model is not registered.
        NotFound: The object or one of the tags is not saved or no longer exists.
        Busy: The database aborted the transaction several times because of other transactions.
    """
    column_for(type(obj))
    saved_key(obj)
    using = write_alias(obj)
    return _set(obj, name_tags(tags, using), using=using)


def clear_tags(obj: models.Model) -> list[AbstractTag]:
    """Remove all tags from an object; see :func:`set_tags`.

    Returns:
        The tags that the object had, ordered by label.
    """
    column_for(type(obj))
    saved_key(obj)
    return _clear(obj, using=write_alias(obj))


def bulk_add_tags(objs: Iterable[models.Model], *tags: TagLike) -> int:
    """Add tags to many objects, with a constant number of queries.

    Args:
        objs: Saved objects of registered models and of one database.
        tags: Labels or tags.

    Returns:
        The number of links that are new.

    Raises:
        InvalidLabel: One of the labels is invalid; nothing is added.
        TooManyLabels: There are more than ``GENERIC_TAGS["MAX_LABELS"]``.
        NotRegistered: One of the models is not registered.
        NotFound: One of the objects or tags is not saved or no longer exists.
        Busy: The database aborted the transaction several times because of other transactions.
    """
    listed = _listed(objs)
    if not listed:
        return 0
    using = write_alias(listed[0])
    return sum(map(len, _add(listed, name_tags(tags, using), using=using).values()))


def bulk_remove_tags(objs: Iterable[models.Model], *tags: TagLike) -> int:
    """Remove tags from many objects, with a constant number of queries.

    Args:
        objs: Saved objects of registered models and of one database.
        tags: Labels or tags.

    Returns:
        The number of links that were removed.

    Raises:
        InvalidLabel: One of the labels is invalid; nothing is removed.
        TooManyLabels: There are more than ``GENERIC_TAGS["MAX_LABELS"]``.
        NotRegistered: One of the models is not registered.
        NotFound: One of the objects is not saved.
        Busy: The database aborted the transaction several times because of other transactions.
    """
    listed = _listed(objs)
    if not listed:
        return 0
    using = write_alias(listed[0])
    return sum(map(len, _remove(listed, name_tags(tags, using), using=using).values()))


def announce(signal: Signal, obj: models.Model, tags: Iterable[AbstractTag], using: str) -> None:
    """Send a signal about the tags of an object after the commit, if there are any."""
    listed = sorted(tags, key=lambda tag: tag.label_key)
    if listed:
        send = partial(signal.send_robust, sender=type(obj), instance=obj, tags=listed, using=using)
        transaction.on_commit(lambda: send() and None, using=using)


def write_alias(obj: models.Model) -> str:
    """Return the alias of the database to which the links of the object are written."""
    alias: str = router.db_for_write(get_tagged_item_model(), instance=obj)
    return alias


def _listed(objs: Iterable[models.Model]) -> list[models.Model]:
    listed = list(objs)
    for obj in listed:
        column_for(type(obj))
        saved_key(obj)
    return list(dict.fromkeys(listed))


@use_case(retry_missing_references=True)
def _add(objs: Sequence[models.Model], named: Named, *, using: str) -> dict[models.Model, list[AbstractTag]]:
    _hold(objs, using)
    return _attach(objs, ensure_tags(named, using), using)


@use_case(retry_missing_references=True)
def _remove(objs: Sequence[models.Model], named: Named, *, using: str) -> dict[models.Model, list[AbstractTag]]:
    tags = {tag.pk: tag for tag in find_tags(named, using)}
    if not tags:
        return {}
    links = get_tagged_item_model().objects.using(using).for_objects(objs)
    return _detach(objs, links.filter(tag__in=list(tags)), using, tags)


@use_case(retry_missing_references=True)
def _set(obj: models.Model, named: Named, *, using: str) -> list[AbstractTag]:
    _hold([obj], using, exclusively=True)
    tags = ensure_tags(named, using)
    links = get_tagged_item_model().objects.using(using).for_object(obj)
    _detach([obj], links.exclude(tag__in=[tag.pk for tag in tags]), using)
    _attach([obj], tags, using)
    return sorted(tags, key=lambda tag: tag.label_key)


@use_case(retry_missing_references=True)
def _clear(obj: models.Model, *, using: str) -> list[AbstractTag]:
    links = get_tagged_item_model().objects.using(using).for_object(obj)
    return _detach([obj], links, using).get(obj, [])


def _hold(objs: Sequence[models.Model], using: str, *, exclusively: bool = False) -> None:
    """Lock the objects against deletion until the transaction ends."""
    keys: dict[type[models.Model], set[Key]] = defaultdict(set)
    for obj in objs:
        keys[home_of(type(obj))].add(saved_key(obj))
    database = objs[0]._state.db or using
    for model in sorted(keys, key=lambda model: model._meta.label):
        if exclusively and database == using:
            hold_exclusively(model, keys[model], using)
        else:
            hold(model, keys[model], using, database=database)


def _attach(
    objs: Sequence[models.Model], tags: Sequence[AbstractTag], using: str
) -> dict[models.Model, list[AbstractTag]]:
    """Add the tags to the objects, and return the added tags by object."""
    model: Any = get_tagged_item_model()
    owners = {(content_type_of(type(obj), using).pk, saved_key(obj)): obj for obj in objs}
    links = [
        model(tag=tag, content_type_id=content_type, **{column_for(type(obj)): key})
        for (content_type, key), obj in owners.items()
        for tag in tags
    ]
    added: dict[models.Model, list[AbstractTag]] = defaultdict(list)
    for link in model.objects.using(using).insert_missing(links):
        added[owners[link.content_type_id, link.object_id]].append(link.tag)
    _announce_all(object_tagged, added, using)
    return added


def _detach(
    objs: Sequence[models.Model], links: models.QuerySet[Any], using: str, tags: dict[Any, AbstractTag] | None = None
) -> dict[models.Model, list[AbstractTag]]:
    """Delete links of the objects, and return the removed tags by object."""
    owners = {(content_type_of(type(obj), using).pk, saved_key(obj)): obj for obj in objs}
    found = list(links.select_for_update())
    if not found:
        return {}
    get_tagged_item_model().objects.using(using).filter(pk__in=[link.pk for link in found]).delete()
    if tags is None:
        tags = get_tag_model().objects.using(using).in_bulk({link.tag_id for link in found})
    removed: dict[models.Model, list[AbstractTag]] = defaultdict(list)
    for link in found:
        if link.tag_id in tags:
            removed[owners[link.content_type_id, link.object_id]].append(tags[link.tag_id])
    _announce_all(object_untagged, removed, using)
    return removed


def _announce_all(signal: Signal, changed: dict[models.Model, list[AbstractTag]], using: str) -> None:
    for obj, tags in changed.items():
        tags.sort(key=lambda tag: tag.label_key)
        forget_prefetched(obj)
        announce(signal, obj, tags, using)
