"""Functions that read. Joins between tags and objects are made here and in ``managers``, nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar

from django.db import models
from django.db.models import Count

from generic_tags.exceptions import InvalidLabel
from generic_tags.labels import label_key
from generic_tags.links.keys import Key, saved_key
from generic_tags.links.registry import column_for, content_type_of, load_model

if TYPE_CHECKING:
    from generic_tags.models import AbstractTag, AbstractTaggedItem
    from generic_tags.querysets import TagQuerySet

Match: TypeAlias = Literal["any", "all"]
M = TypeVar("M", bound=models.Model)

# Each tag that an object must have is one join; databases plan a handful of them well and refuse sixty.
MAX_JOINS: Final = 8


def get_tag_model() -> type[AbstractTag]:
    """Return the model of tags that is in force."""
    model: type[AbstractTag] = load_model("Tag")
    return model


def get_tagged_item_model() -> type[AbstractTaggedItem]:
    """Return the model of tag links that is in force."""
    model: type[AbstractTaggedItem] = load_model("TaggedItem")
    return model


def tags_for(obj: models.Model) -> TagQuerySet:
    """Return the tags of an object, ordered by label.

    Raises:
        NotFound: The object is not saved.
        NotRegistered: Its model is not registered.
    """
    tags: TagQuerySet = get_tag_model().objects.using(obj._state.db).for_object(obj)
    return tags


def tags_for_many(objs: Iterable[M]) -> dict[M, list[AbstractTag]]:
    """Return the tags of every object, ordered by label, in one query for all of them.

    Args:
        objs: Saved objects of one database. They may be of several models.
    """
    found: dict[M, list[AbstractTag]] = {obj: [] for obj in objs}
    if not found:
        return found
    using = next(iter(found))._state.db
    owners: dict[tuple[int, Key], list[AbstractTag]] = {}
    for obj in found:  # a child and its parent are one owner
        found[obj] = owners.setdefault((content_type_of(type(obj), using).pk, saved_key(obj)), [])
    links: Any = get_tagged_item_model().objects.using(using).for_objects(found).select_related("tag")
    for link in links.order_by("tag__label_key"):
        owners[link.content_type_id, link.object_id].append(link.tag)
    return found


def labels_for_many(objs: Iterable[M]) -> dict[M, list[str]]:
    """Return the labels of the tags of every object, ordered, in one query that makes no model instances.

    Args:
        objs: Saved objects of one database. They may be of several models.
    """
    found: dict[M, list[str]] = {obj: [] for obj in objs}
    if not found:
        return found
    using = next(iter(found))._state.db
    links = get_tagged_item_model().objects.using(using).for_objects(found)
    owners: dict[tuple[int, Key], list[str]] = {}
    for obj in found:  # a child and its parent are one owner
        found[obj] = owners.setdefault((content_type_of(type(obj), using).pk, saved_key(obj)), [])
    columns = sorted({column_for(type(obj)) for obj in found})
    rows = links.order_by("tag__label_key").values_list("content_type", *columns, "tag__label")
    for content_type, *keys, label in rows:
        owners[content_type, next(key for key in keys if key is not None)].append(label)
    return found


def labels_by_key(model: type[models.Model], keys: Iterable[Key], using: str | None = None) -> dict[Key, list[str]]:
    """Return the labels of the tags of objects that are known by their primary keys only, in one query.

    Args:
        model: The registered model of the objects.
        keys: Primary keys in the type of the field.
        using: Alias of the database.

    Returns:
        The ordered labels of those objects that have tags.
    """
    column = column_for(model)
    links = get_tagged_item_model().objects.using(using)
    links = links.filter(content_type=content_type_of(model, links.db), **{f"{column}__in": list(keys)})
    labels: dict[Key, list[str]] = defaultdict(list)
    for key, label in links.order_by("tag__label_key").values_list(column, "tag__label"):
        labels[key].append(label)
    return dict(labels)


def tagged_with(
    queryset: models.QuerySet[M], tags: Iterable[str | AbstractTag], match: Match = "any"
) -> models.QuerySet[M]:
    """Return the objects that have any, or all, of the tags.

    Args:
        queryset: Objects of a registered model.
        tags: Labels or tags. A label that no tag has matches no object, and so do no labels at all.
        match: ``"any"`` or ``"all"``.

    Raises:
        NotRegistered: The model is not registered.
        ValueError: ``match`` is neither.
    """
    if match not in {"any", "all"}:
        raise ValueError(f"match must be 'any' or 'all', not {match!r}.")
    column = column_for(queryset.model)
    links: Any = get_tagged_item_model().objects.using(queryset.db)
    links = links.filter(content_type=content_type_of(queryset.model, queryset.db), **{f"{column}__isnull": False})
    keys = {key_of(tag) for tag in tags}
    if match == "any" or not keys:
        return queryset.filter(pk__in=links.filter(tag__label_key__in=keys).values(column))
    if len(keys) > MAX_JOINS:
        full = links.filter(tag__label_key__in=keys).order_by().values(column).annotate(_tags=Count("*"))
        return queryset.filter(pk__in=full.filter(_tags=len(keys)).values(column))
    for key in sorted(keys):
        queryset = queryset.filter(pk__in=links.filter(tag__label_key=key).values(column))
    return queryset


def similar_to(obj: M, limit: int = 10) -> list[M]:
    """Return other objects of the same model, those that share the most tags first, in two queries.

    Each has ``shared_tags``, the number of tags in common. Objects that the model's default manager hides are left out.

    Raises:
        NotFound: The object is not saved.
        NotRegistered: Its model is not registered.
    """
    model, using = type(obj), obj._state.db
    column, key = column_for(model), saved_key(obj)
    links = get_tagged_item_model().objects.using(using).for_model(model)
    own = links.filter(**{column: key}).values("tag")
    others = links.filter(tag__in=own).exclude(**{column: key}).order_by().values_list(column)
    ranked = others.annotate(_shared=Count("*")).order_by("-_shared", column)[:limit]
    shared: dict[Key, int] = dict(ranked)
    objects = model._default_manager.using(using).in_bulk(list(shared))
    for found_key, found in objects.items():
        found.shared_tags = shared[found_key]  # type: ignore[attr-defined]
    return [objects[found_key] for found_key in shared if found_key in objects]


def most_common(model: type[models.Model] | None = None) -> TagQuerySet:
    """Return the tags in use (on objects of the model), the most common first, with ``items_count``."""
    tags: TagQuerySet = get_tag_model().objects.most_common(model)
    return tags


def key_of(tag: str | AbstractTag) -> str:
    """Return what is equal for the same tags: the comparable form of a label, or of a tag's label.

    Raises:
        InvalidLabel: It is neither a text nor a tag.
    """
    if isinstance(tag, str):
        return label_key(tag)
    if isinstance(tag, get_tag_model()):
        return tag.label_key
    raise InvalidLabel(f"{tag!r} is neither a label nor a tag.", "invalid")
