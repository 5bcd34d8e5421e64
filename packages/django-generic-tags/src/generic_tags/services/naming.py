"""Resolution of the tags in a call, which are given as labels or as objects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from generic_tags.conf import app_settings
from generic_tags.exceptions import Busy, NotFound, TooManyLabels
from generic_tags.labels import clean_label, label_key
from generic_tags.links.transactions import is_duplicate
from generic_tags.selectors import get_tag_model

if TYPE_CHECKING:
    from generic_tags.models import AbstractTag

    TagLike = str | AbstractTag


@dataclass(frozen=True)
class Named:
    """The tags in a call: normalized labels by their comparable form, and primary keys of tags."""

    labels: dict[str, str] = field(default_factory=dict)
    keys: set[Any] = field(default_factory=set)


def name_tags(tags: Iterable[TagLike], using: str) -> Named:
    """Return the labels and primary keys of the given tags, for a transaction in the database ``using``.

    Raises:
        InvalidLabel: One of the labels is invalid.
        TooManyLabels: There are more than ``GENERIC_TAGS["MAX_LABELS"]``.
        NotFound: One of the tags is not saved.
    """
    listed, named, model = list(tags), Named(), get_tag_model()
    if len(listed) > app_settings.MAX_LABELS:
        raise TooManyLabels(f"At most {app_settings.MAX_LABELS} tags can be given at once.")
    for tag in listed:
        if not isinstance(tag, model):
            label = clean_label(tag)
            named.labels.setdefault(label_key(label), label)
        elif tag._state.adding:
            raise NotFound(f"The tag {tag.label!r} is not saved; save it first.")
        elif tag._state.db == using:
            named.keys.add(tag.pk)
        else:  # a tag of another database, where its key may differ
            named.labels.setdefault(tag.label_key, tag.label)
    return named


def find_tags(named: Named, using: str) -> list[AbstractTag]:
    """Return the named tags that exist."""
    wanted = Q(label_key__in=list(named.labels)) | Q(pk__in=list(named.keys))
    return list(get_tag_model().objects.using(using).filter(wanted)) if named.labels or named.keys else []


def ensure_tags(named: Named, using: str) -> list[AbstractTag]:
    """Return the named tags, after creating those for unknown labels.

    Raises:
        NotFound: One of the tags no longer exists.
        Busy: Another transaction created one of them, which this transaction can't see.
    """
    tags = find_tags(named, using)
    if named.keys - {tag.pk for tag in tags}:
        raise NotFound("One of the tags does not exist.")
    missing = named.labels.keys() - {tag.label_key for tag in tags}
    while missing:
        error = _create_tags([named.labels[key] for key in sorted(missing)], using)
        found = get_tag_model().objects.using(using).filter(label_key__in=missing)
        tags += found
        left = missing - {tag.label_key for tag in found}
        if error is not None and left == missing:
            raise (Busy() if is_duplicate(error) else error) from error
        missing = left
    return tags


def _create_tags(labels: list[str], using: str) -> IntegrityError | None:
    """Insert tags with these labels; if another transaction inserted one of them, insert none and return the error."""
    model = get_tag_model()
    new = [model() for _ in labels]
    for tag, label in zip(new, labels, strict=True):
        tag.set_label(label)
    try:
        with transaction.atomic(using=using):
            model.objects.using(using).bulk_create(new)
    except IntegrityError as error:
        return error
    return None
