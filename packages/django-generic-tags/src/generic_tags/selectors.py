"""Read-only queries. Only this module and ``managers`` join tags with objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count

from generic_tags.exceptions import InvalidLabel
from generic_tags.labels import label_key
from generic_tags.links.keys import Key, saved_key
from generic_tags.links.registry import column_for, content_type_of, load_model
from generic_tags.prepared import Prepared, is_plain

if TYPE_CHECKING:
    from generic_tags.models import AbstractTag, AbstractTaggedItem
    from generic_tags.querysets import TagQuerySet

Match: TypeAlias = Literal["any", "all"]
M = TypeVar("M", bound=models.Model)

# Each required tag is one join. Databases plan only a few joins well; MySQL and MariaDB allow at most 61 tables.
MAX_JOINS: Final = 8


def get_tag_model() -> type[AbstractTag]:
    """Return the model of tags that is active in the project."""
    model: type[AbstractTag] = load_model("Tag")
    return model


def get_tagged_item_model() -> type[AbstractTaggedItem]:
    """Return the model of tag links that is active in the project."""
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
    for obj in found:  # an object of a child model and its parent object share their links
        found[obj] = owners.setdefault((content_type_of(type(obj), using).pk, saved_key(obj)), [])
    links: Any = get_tagged_item_model().objects.using(using).for_objects(found).select_related("tag")
    for link in links.order_by("tag__label_key"):
        owners[link.content_type_id, link.object_id].append(link.tag)
    return found


def labels_for_many(objs: Iterable[M]) -> dict[M, list[str]]:
    """Return the ordered labels of the tags of every object, in one query that creates no model instances.

    Args:
        objs: Saved objects of one database. They may be of several models.
    """
    found: dict[M, list[str]] = {obj: [] for obj in objs}
    if not found:
        return found
    using = next(iter(found))._state.db
    links = get_tagged_item_model().objects.using(using).for_objects(found)
    owners: dict[tuple[int, Key], list[str]] = {}
    for obj in found:  # an object of a child model and its parent object share their links
        found[obj] = owners.setdefault((content_type_of(type(obj), using).pk, saved_key(obj)), [])
    columns = sorted({column_for(type(obj)) for obj in found})
    rows = links.order_by("tag__label_key").values_list("content_type", *columns, "tag__label")
    for content_type, *keys, label in rows:
        owners[content_type, next(key for key in keys if key is not None)].append(label)
    return found


def labels_by_key(model: type[models.Model], keys: Iterable[Key], using: str | None = None) -> dict[Key, list[str]]:
    """Return the labels of the tags of the objects with these primary keys, in one query.

    Args:
        model: The registered model of the objects.
        keys: Primary keys in the type of the field.
        using: Alias of the database.

    Returns:
        The ordered labels by primary key, only for objects with tags.
    """
    keys = list(keys)
    if not keys:
        return {}
    links = get_tagged_item_model()
    using = using or links.objects.db
    statement = _labels_statement(links, column_for(model))
    labels: dict[Key, list[str]] = defaultdict(list)
    for key, label in statement.fetch(keys, using=using, content_type=content_type_of(model, using).pk):
        labels[key].append(label)
    return dict(labels)


def tagged_with(
    queryset: models.QuerySet[M], tags: Iterable[str | AbstractTag], match: Match = "any"
) -> models.QuerySet[M]:
    """Return the objects that have any, or all, of the tags.

    Args:
        queryset: Objects of a registered model.
        tags: Labels or tags. Unknown labels, and an empty list, match no object.
        match: ``"any"`` or ``"all"``.

    Raises:
        NotRegistered: The model is not registered.
        ValueError: ``match`` is neither of these.
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
    """Return other objects of the same model that share the most tags, in two queries.

    Each has the attribute ``shared_tags``, the number of tags in common. Objects that the model's default manager
    excludes are not returned.

    Args:
        obj: A saved object of a registered model.
        limit: The maximum number of objects.

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
    """Return the tags in use, optionally by objects of a model, the most common first, with ``items_count``."""
    tags: TagQuerySet = get_tag_model().objects.most_common(model)
    return tags


def key_of(tag: str | AbstractTag) -> str:
    """Return the comparable form of a label, or of the label of a tag.

    Raises:
        InvalidLabel: The value is neither a string nor a tag.
    """
    if isinstance(tag, str):
        return label_key(tag)
    if isinstance(tag, get_tag_model()):
        return tag.label_key
    raise InvalidLabel(f"{tag!r} is neither a label nor a tag.", "invalid")


@lru_cache(maxsize=16)
def _labels_statement(links: type[AbstractTaggedItem], column: str) -> Prepared:
    """Return the statement that reads the labels of objects by their keys in a column of a model of links."""
    key: Any = links._meta.get_field(column)
    return Prepared(
        lambda keys, content_type: links.objects.filter(
            **{"content_type": content_type, f"{column}__in": keys}
        ).order_by("tag__label_key"),
        [column, "tag__label"],
        key=key,
        bound={"content_type": ContentType._meta.pk},
        kept=is_plain(links.objects),
    )
