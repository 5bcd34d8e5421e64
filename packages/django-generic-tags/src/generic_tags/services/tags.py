"""Use cases to create, rename, delete and merge tags."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, models, router
from django.db.models import Exists, OuterRef

from generic_tags.exceptions import Busy, TagExists
from generic_tags.links.keys import KEY_COLUMNS
from generic_tags.links.locks import hold_exclusively
from generic_tags.links.transactions import ATTEMPTS, use_case
from generic_tags.selectors import get_tag_model, get_tagged_item_model

if TYPE_CHECKING:
    from generic_tags.models import AbstractTag


def create_tag(label: str) -> AbstractTag:
    """Create a tag.

    Raises:
        InvalidLabel: The label is invalid.
        TagExists: Another tag has this label.
        Busy: The database aborted the transaction several times because of other transactions.
    """
    return save_tag(get_tag_model()(label=label))


def rename_tag(tag: AbstractTag, label: str) -> AbstractTag:
    """Change the label of a tag, and with it the slug.

    Raises:
        InvalidLabel: The label is invalid.
        TagExists: Another tag has this label.
        NotFound: The tag no longer exists.
        Busy: The database aborted the transaction several times because of other transactions.
    """
    tag.label = label
    return save_tag(tag)


def save_tag(tag: AbstractTag) -> AbstractTag:
    """Save a tag, new or changed, with all its fields.

    Returns:
        The tag.

    Raises:
        InvalidLabel: The label is invalid.
        TagExists: Another tag has this label.
        NotFound: The tag was saved before, but no longer exists.
        Busy: The database aborted the transaction several times because of other transactions.
    """
    tag.set_label(tag.label)
    model, is_new, using = type(tag), tag._state.adding, router.db_for_write(type(tag), instance=tag)
    taken = model._default_manager.using(using).filter(label_key=tag.label_key).exclude(pk=tag.pk)
    attempt = 0
    while True:
        attempt += 1
        try:
            return _save(tag, is_new, using=using)
        except IntegrityError as error:
            if taken.exists():
                raise TagExists(f"A tag with the label {tag.label!r} already exists.") from error
            if attempt == ATTEMPTS:
                raise Busy from error
            # The tag that had the label was renamed or deleted in the meantime.


def delete_tags(tags: Iterable[AbstractTag]) -> None:
    """Delete tags of one model with their links. No signals are sent.

    Raises:
        NotFound: One of the tags no longer exists; nothing is deleted.
        Busy: The database aborted the transaction several times because of other transactions.
    """
    listed = list(tags)
    if listed:
        using = router.db_for_write(type(listed[0]), instance=listed[0])
        _delete(type(listed[0]), [tag.pk for tag in listed], using=using)


def merge_tags(target: AbstractTag, sources: Iterable[AbstractTag]) -> int:
    """Move all links of the source tags to the target, and delete the source tags. No signals are sent.

    Args:
        target: The tag to keep.
        sources: The tags to merge into it and delete. The target is ignored if it is among them.

    Returns:
        The number of moved links.

    Raises:
        NotFound: One of the tags no longer exists; nothing is moved.
        Busy: The database aborted the transaction several times because of other transactions.
    """
    using = router.db_for_write(type(target), instance=target)
    merged = sorted({source.pk for source in sources} - {target.pk})
    return _merge(target, merged, using=using)


@use_case(retry_missing_references=True)
def _save(tag: AbstractTag, is_new: bool, *, using: str) -> AbstractTag:
    if not is_new:
        hold_exclusively(type(tag), [tag.pk], using)
    tag.save(using=using, force_insert=is_new, force_update=not is_new)
    return tag


@use_case(retry_missing_references=True)
def _delete(model: type[models.Model], keys: list[Any], *, using: str) -> None:
    hold_exclusively(model, keys, using)
    model._base_manager.using(using).filter(pk__in=keys).delete()


@use_case(retry_missing_references=True)
def _merge(target: AbstractTag, sources: list[Any], *, using: str) -> int:
    hold_exclusively(type(target), [target.pk, *sources], using)
    links = get_tagged_item_model().objects.using(using)
    moved = 0
    for source in sources:  # one after the other, because an object may have several of them
        for column in KEY_COLUMNS:
            twins = links.filter(tag=target.pk, content_type=OuterRef("content_type"), **{column: OuterRef(column)})
            links.filter(Exists(twins), tag=source, **{f"{column}__isnull": False}).delete()
        moved += links.filter(tag=source).update(tag=target.pk)
    type(target)._base_manager.using(using).filter(pk__in=sources).delete()
    return moved
