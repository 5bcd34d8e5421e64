"""Everything that reads. Joins between links and objects are made here and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Literal

import swapper
from django.contrib.contenttypes.models import ContentType
from django.db import connections, models
from django.db.models import Count, Func, OuterRef, Q, Subquery
from django.db.models.constants import OnConflict

from generic_tags.exceptions import ObjectNotFoundError
from generic_tags.keys import KEY_COLUMNS, key_field, parse_key
from generic_tags.labels import label_key
from generic_tags.registry import column_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generic_tags.models import AbstractTag

Match = Literal["any", "all"]

# Each tag that must be there is one join; databases plan a handful of them well and refuse sixty.
MAX_JOINS = 8


def get_tag_model() -> Any:
    """Return the model in force for tags."""
    return swapper.load_model("generic_tags", "Tag")


def get_tagged_item_model() -> Any:
    """Return the model in force for the links from tags to objects."""
    return swapper.load_model("generic_tags", "TaggedItem")


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
        raise ObjectNotFoundError(f"{obj._meta.label} must be saved before it has tags.")
    return key_field(type(obj)).to_python(obj.pk)


def _is_made_by_the_database(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.AutoField) or field.generated


class TagQuerySet(models.QuerySet[Any]):
    def with_labels(self, labels: Iterable[str]) -> TagQuerySet:
        """Keep the tags with these labels, whatever the case and the Unicode form."""
        return self.filter(label_key__in={label_key(label) for label in labels})

    def search(self, text: str) -> TagQuerySet:
        """Keep the tags that contain the text, whatever the case and the Unicode form."""
        return self.filter(label_key__contains=label_key(text))

    def for_object(self, obj: models.Model) -> TagQuerySet:
        """Keep the tags on this object."""
        column = column_for(type(obj))
        content_type = content_type_of(type(obj), self.db)
        return self.filter(tagged_items__content_type=content_type, **{f"tagged_items__{column}": saved_key(obj)})

    def with_counts(
        self, model: type[models.Model] | None = None, among: models.QuerySet[Any] | None = None
    ) -> TagQuerySet:
        """Annotate ``items_count``: on how many objects (of the model, and among these of them) each tag is."""
        links = get_tagged_item_model()._default_manager.using(self.db).filter(tag=OuterRef("pk"))
        if model is not None:
            links = links.for_model(model)
            if among is not None:
                links = links.filter(**{f"{column_for(model)}__in": among.values("pk")})
        return self.annotate(items_count=count_rows(links))

    def most_common(self, model: type[models.Model] | None = None) -> TagQuerySet:
        """Order by ``items_count``, the commonest first; leave out tags that are on nothing."""
        links = Q(tagged_items__isnull=False)
        if model is not None:
            column, content_type = column_for(model), content_type_of(model, self.db)
            links = Q(tagged_items__content_type=content_type, **{f"tagged_items__{column}__isnull": False})
        # A join reads an index once where a sub-query would look it up for every tag.
        return self.filter(links).annotate(items_count=Count("*")).order_by("-items_count", "label_key")


class TagManager(models.Manager.from_queryset(TagQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, label: str) -> AbstractTag:
        tag: AbstractTag = self.get(label_key=label_key(label))
        return tag


class TaggedItemQuerySet(models.QuerySet[Any]):
    def for_model(self, model: type[models.Model]) -> TaggedItemQuerySet:
        """Keep the links to objects of this model; raise ``NotTaggableError`` if it is not registered."""
        column = column_for(model)
        return self.filter(content_type=content_type_of(model, self.db), **{f"{column}__isnull": False})

    def for_object(self, obj: models.Model) -> TaggedItemQuerySet:
        """Keep the links to this object."""
        return self.for_key(type(obj), saved_key(obj))

    def for_key(self, model: type[models.Model], key: object) -> TaggedItemQuerySet:
        """Keep the links to the object of this model with this key; raise ``InvalidKeyError`` if it can be no key."""
        column = column_for(model)
        return self.filter(content_type=content_type_of(model, self.db), **{column: parse_key(model, key)})

    def get_tags_for(self, obj_type: type[models.Model], obj_id: object) -> TaggedItemQuerySet:
        """Return the links to one object with their tags, in one query."""
        return self.for_key(obj_type, obj_id).select_related("tag")

    def insert_missing(self, rows: list[Any]) -> set[Any]:
        """Insert the missing ones of one object's rows in one statement; return the tag ids of those."""
        if not rows:
            return set()
        if not connections[self.db].features.can_return_rows_from_bulk_insert:
            return self._insert_and_compare(rows)
        # Of a single row that was there already Django reads what was returned all the same; only a column that needs
        # no conversion survives this, and a tag's key may need one.
        returned = "tag" if len(rows) > 1 else "content_type"
        inserted = self._insert(  # type: ignore[attr-defined]
            rows,
            fields=[field for field in self.model._meta.concrete_fields if not _is_made_by_the_database(field)],
            using=self.db,
            returning_fields=[self.model._meta.get_field(returned)],
            on_conflict=OnConflict.IGNORE,
        )
        if len(rows) > 1:
            return {row[0] for row in inserted}
        return {rows[0].tag_id} if any(inserted) else set()

    def _insert_and_compare(self, rows: list[Any]) -> set[Any]:
        """Do the same on MySQL, which has no RETURNING: of two writers at once both may believe they were first."""
        one = rows[0]
        there = self.filter(
            content_type=one.content_type_id, **{column: getattr(one, column) for column in KEY_COLUMNS}
        )
        before = set(there.values_list("tag", flat=True))
        self.bulk_create(rows, ignore_conflicts=True)
        return {row.tag_id for row in rows} - before


def tags_for(obj: models.Model) -> TagQuerySet:
    """Return the tags of an object, in order of their labels."""
    tags: TagQuerySet = get_tag_model()._default_manager.using(obj._state.db).for_object(obj)
    return tags


def tags_for_many(objs: Iterable[models.Model]) -> dict[models.Model, list[Any]]:
    """Return the tags of every object, in order of their labels, in one query for all of them.

    Args:
        objs: saved objects of one database; they may be of several models.
    """
    found: dict[models.Model, list[Any]] = {obj: [] for obj in objs}
    if not found:
        return found
    using = next(iter(found))._state.db
    by_model: dict[type[models.Model], dict[Any, list[Any]]] = defaultdict(dict)
    for obj, tags in found.items():
        by_model[type(obj)._meta.concrete_model or type(obj)][saved_key(obj)] = tags
    wanted, lists = Q(), {}
    for model, keys in by_model.items():
        content_type, column = content_type_of(model, using), column_for(model)
        wanted |= Q(content_type=content_type, **{f"{column}__in": list(keys)})
        lists.update({(content_type.pk, key): tags for key, tags in keys.items()})
    links = get_tagged_item_model()._default_manager.using(using).filter(wanted)
    for link in links.select_related("tag").order_by("tag__label_key"):
        lists[link.content_type_id, link.object_id].append(link.tag)
    return found


def tagged_with(
    queryset: models.QuerySet[Any], labels: Iterable[str | AbstractTag], match: Match = "any"
) -> models.QuerySet[Any]:
    """Keep the objects that have any, or all, of the tags.

    Args:
        queryset: objects of a registered model.
        labels: labels or tags. A label nobody uses matches nothing; no labels at all match nothing.
        match: ``"any"`` or ``"all"``.
    """
    if match not in {"any", "all"}:
        raise ValueError(f"match must be 'any' or 'all', not {match!r}.")
    column = column_for(queryset.model)
    links = get_tagged_item_model()._default_manager.using(queryset.db).for_model(queryset.model)
    keys = {label if isinstance(label, str) else label.label_key for label in labels}
    keys = {label_key(key) for key in keys}
    if match == "any" or not keys:
        return queryset.filter(pk__in=links.filter(tag__label_key__in=keys).values(column))
    if len(keys) > MAX_JOINS:
        full = links.filter(tag__label_key__in=keys).order_by().values(column).annotate(_tags=Count("*"))
        return queryset.filter(pk__in=full.filter(_tags=len(keys)).values(column))
    for key in sorted(keys):
        queryset = queryset.filter(pk__in=links.filter(tag__label_key=key).values(column))
    return queryset


def similar_to(obj: models.Model, limit: int = 10) -> list[Any]:
    """Return other objects of the same model, those that share the most tags first, in two queries.

    Each has ``shared_tags``, the number of tags in common. What the model's default manager hides is left out.
    """
    model, using = type(obj), obj._state.db
    column, key = column_for(model), saved_key(obj)
    links = get_tagged_item_model()._default_manager.using(using).for_model(model)
    own = links.filter(**{column: key}).values("tag")
    others = links.filter(tag__in=own).exclude(**{column: key}).order_by().values_list(column)
    ranked = others.annotate(_shared=Count("*")).order_by("-_shared", column)[:limit]
    shared: dict[Any, int] = dict(ranked)
    objects = model._default_manager.using(using).in_bulk(list(shared))
    for found_key, found in objects.items():
        found.shared_tags = shared[found_key]  # type: ignore[attr-defined]
    return [objects[found_key] for found_key in shared if found_key in objects]


def most_common(model: type[models.Model] | None = None) -> TagQuerySet:
    """Return the tags in use (on objects of the model), the commonest first, with ``items_count``."""
    tags: TagQuerySet = get_tag_model()._default_manager.most_common(model)
    return tags


class TaggableQuerySetMixin:
    """Give a host's own queryset the methods: ``class ArticleQuerySet(TaggableQuerySetMixin, QuerySet)``."""

    def tagged_with(self, *labels: str | AbstractTag, match: Match = "any") -> Any:
        """See ``tagged_with``."""
        return tagged_with(self, labels, match)  # type: ignore[arg-type]

    def most_common_tags(self) -> TagQuerySet:
        """Return the tags on the objects of this queryset's model, the commonest first, with ``items_count``."""
        return most_common(self.model)  # type: ignore[attr-defined]


class TaggableQuerySet(TaggableQuerySetMixin, models.QuerySet[Any]):
    """For a model without a queryset of its own: ``objects = TaggableQuerySet.as_manager()``."""
