"""Everything that writes: each use case is one transaction, its signals go out after the commit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connections, models, router, transaction
from django.db.models import Exists, OuterRef

from generic_tags.conf import app_settings
from generic_tags.exceptions import ObjectNotFoundError, TagExistsError, TooManyLabelsError
from generic_tags.keys import KEY_COLUMNS, key_column
from generic_tags.labels import clean_label, label_key
from generic_tags.querysets import content_type_of, get_tag_model, get_tagged_item_model, saved_key
from generic_tags.registry import column_for
from generic_tags.signals import object_tagged, object_untagged
from generic_tags.transactions import ATTEMPTS, run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.dispatch import Signal


def announce(signal: Signal, obj: models.Model, tags: Iterable[Any], using: str) -> None:
    """Send a signal about the tags after the commit, if there are any."""
    listed = sorted(tags, key=lambda tag: tag.label_key)
    if listed:
        send = partial(signal.send_robust, sender=type(obj), instance=obj, tags=listed, using=using)
        transaction.on_commit(lambda: send() and None, using=using)


def clean_labels(labels: Iterable[object]) -> dict[str, str]:
    """Return clean labels by their keys, each key once.

    Raises:
        InvalidLabelError: one of them can not be a label.
        TooManyLabelsError: there are more than ``GENERIC_TAGS["MAX_LABELS"]``.
    """
    given = list(labels)
    if len(given) > app_settings.MAX_LABELS:
        raise TooManyLabelsError(f"At most {app_settings.MAX_LABELS} labels can be given at once.")
    cleaned = [clean_label(label) for label in given]
    return {label_key(label): label for label in reversed(cleaned)}


def _ensure_tags(labels: dict[str, str], using: str) -> list[Any]:
    """Return the tags with these labels, those that were missing being created."""
    manager = get_tag_model()._default_manager.using(using)
    tags = list(manager.filter(label_key__in=labels))
    missing = labels.keys() - {tag.label_key for tag in tags}
    if missing:
        new = [get_tag_model()() for _ in missing]
        for tag, key in zip(new, sorted(missing), strict=True):
            tag.set_label(labels[key])
        manager.bulk_create(new, ignore_conflicts=True)  # another writer may be quicker
        tags += manager.filter(label_key__in=missing)
    return tags


def _write_alias(obj: models.Model) -> str:
    alias: str = router.db_for_write(get_tagged_item_model(), instance=obj)
    return alias


def _attach(obj: models.Model, tags: list[Any], using: str) -> list[Any]:
    """Attach the tags in one statement; return those that were not there."""
    model = get_tagged_item_model()
    key = {column_for(type(obj)): saved_key(obj), "content_type": content_type_of(type(obj), using)}
    # In one order everywhere, so that two writers wait for each other instead of deadlocking.
    rows = [model(tag=tag, **key) for tag in sorted(tags, key=lambda tag: tag.pk)]
    inserted = model._default_manager.using(using).insert_missing(rows)
    attached = [tag for tag in tags if tag.pk in inserted]
    announce(object_tagged, obj, attached, using)
    return attached


def add_tags(obj: models.Model, *labels: str) -> list[Any]:
    """Attach tags to an object, creating those that do not exist; return the tags that were not on it.

    Raises:
        InvalidLabelError, TooManyLabelsError, NotTaggableError, BusyError,
        ObjectNotFoundError: the object is not saved.
    """
    column_for(type(obj))
    saved_key(obj)
    cleaned, using = clean_labels(labels), _write_alias(obj)
    return run(lambda: _attach(obj, _ensure_tags(cleaned, using), using), using)


def remove_tags(obj: models.Model, *labels: str) -> list[Any]:
    """Take tags off an object; return those that were on it."""
    keys = {label_key(label) for label in labels}
    using = _write_alias(obj)

    def action() -> list[Any]:
        links = get_tagged_item_model()._default_manager.using(using).for_object(obj)
        return _detach(obj, links.filter(tag__label_key__in=keys), using)

    return run(action, using)


def _detach(obj: models.Model, links: models.QuerySet[Any], using: str) -> list[Any]:
    found = list(links.select_related("tag").select_for_update(of=_only_links(using)))
    get_tagged_item_model()._default_manager.using(using).filter(pk__in=[link.pk for link in found]).delete()
    tags = [link.tag for link in found]
    announce(object_untagged, obj, tags, using)
    return tags


def _only_links(using: str) -> tuple[str, ...]:
    """Lock the links and not the tags beside them, where the database can tell them apart."""
    return ("self",) if connections[using].features.has_select_for_update_of else ()


def set_tags(obj: models.Model, labels: Iterable[str]) -> list[Any]:
    """Make these the tags of an object, no more and no fewer; return them in order of their labels.

    The object's row is locked meanwhile: of two calls at once one wins as a whole.

    Raises:
        InvalidLabelError, TooManyLabelsError, NotTaggableError, BusyError,
        ObjectNotFoundError: the object is not saved, or gone.
    """
    column_for(type(obj))
    key = saved_key(obj)
    cleaned, using = clean_labels(labels), _write_alias(obj)

    def action() -> list[Any]:
        _lock(type(obj), [key], using)
        tags = _ensure_tags(cleaned, using)
        links = get_tagged_item_model()._default_manager.using(using).for_object(obj)
        _detach(obj, links.exclude(tag__in=tags), using)
        _attach(obj, tags, using)
        return sorted(tags, key=lambda tag: tag.label_key)

    return run(action, using)


def _lock(model: type[models.Model], keys: Iterable[Any], using: str) -> None:
    """Lock these rows until the transaction ends, in one order everywhere; no link can be made to a locked tag.

    Raises:
        ObjectNotFoundError: one of them is gone.
    """
    wanted = set(keys)
    rows = model._base_manager.using(using).filter(pk__in=wanted).order_by("pk").select_for_update()
    if len(rows.values_list("pk")) < len(wanted):
        raise ObjectNotFoundError


def create_tag(label: str) -> Any:
    """Create a tag; raise ``TagExistsError``, ``InvalidLabelError`` or ``BusyError``."""
    return save_tag(get_tag_model()(label=label))


def rename_tag(tag: Any, label: str) -> Any:
    """Give a tag another label, and with it another slug; raise what ``save_tag`` raises."""
    tag.label = label
    return save_tag(tag)


def save_tag(tag: Any) -> Any:
    """Save a tag, be it new or changed, with all its fields; return it.

    Raises:
        InvalidLabelError, TagExistsError, BusyError,
        ObjectNotFoundError: it was saved before, and is gone: saving does not bring it back.
    """
    tag.set_label(tag.label)
    model, is_new, using = type(tag), tag._state.adding, router.db_for_write(type(tag), instance=tag)
    taken = model._default_manager.using(using).filter(label_key=tag.label_key).exclude(pk=tag.pk)

    def action() -> Any:
        if not is_new:
            _lock(model, [tag.pk], using)
        tag.save(using=using, force_insert=is_new, force_update=not is_new)
        return tag

    attempt = 0
    while True:
        attempt += 1
        try:
            return run(action, using)
        except IntegrityError as error:
            if taken.exists():
                raise TagExistsError(f"There is a tag {tag.label!r} already.") from error
            if attempt == ATTEMPTS:
                raise
            # Whoever had the label has lost it again, and it may be free.


def delete_tags(tags: Iterable[Any]) -> None:
    """Delete tags of one model with their links.

    Signals are not sent, as they are not when an object goes.

    Raises:
        BusyError,
        ObjectNotFoundError: one of the tags is gone; the others stay.
    """
    listed = list(tags)
    if not listed:
        return
    model, using = type(listed[0]), router.db_for_write(type(listed[0]), instance=listed[0])
    keys = [tag.pk for tag in listed]

    def action() -> None:
        _lock(model, keys, using)
        model._base_manager.using(using).filter(pk__in=keys).delete()

    run(action, using)


def merge_tags(target: Any, sources: Iterable[Any]) -> int:
    """Move every link of the sources to the target and delete the sources; return how many links moved.

    Signals are not sent: for the objects it is the same tag under another name.

    Raises:
        BusyError,
        ObjectNotFoundError: one of the tags is gone; nothing is moved.
    """
    model, using = get_tagged_item_model(), router.db_for_write(type(target), instance=target)
    merged = sorted({source.pk for source in sources} - {target.pk})

    def action() -> int:
        _lock(type(target), [target.pk, *merged], using)
        links = model._default_manager.using(using)
        moved = 0
        for source in merged:  # one after the other: two sources may be on one object
            for column in KEY_COLUMNS:
                twins = links.filter(tag=target.pk, content_type=OuterRef("content_type"), **{column: OuterRef(column)})
                links.filter(Exists(twins), tag=source, **{f"{column}__isnull": False}).delete()
            moved += links.filter(tag=source).update(tag=target.pk)
        type(target)._base_manager.using(using).filter(pk__in=merged).delete()
        return moved

    return run(action, using)


def remove_orphans(using: str = "default") -> dict[str, int]:
    """Delete the links to objects that are gone, as raw SQL leaves them; return how many, by model label.

    Links to a model that no longer exists go too.
    """
    links = get_tagged_item_model()._default_manager.using(using)
    removed = {}
    used = links.order_by().values_list("content_type", flat=True).distinct()
    for content_type in ContentType.objects.using(using).filter(pk__in=list(used)):
        orphans = links.filter(content_type=content_type)
        model = content_type.model_class()
        if model is not None:
            column = key_column(model)
            there = model._base_manager.using(using).filter(pk=OuterRef(column))
            orphans = orphans.filter(~Exists(there))
        removed[f"{content_type.app_label}.{content_type.model}"] = orphans.delete()[0]
    return removed


def forget_object(obj: models.Model, using: str) -> None:
    """Delete the links of an object that is being deleted, in the same transaction."""
    key = {column_for(type(obj)): obj.pk, "content_type": content_type_of(type(obj), using)}
    get_tagged_item_model()._default_manager.using(using).filter(**key).delete()
