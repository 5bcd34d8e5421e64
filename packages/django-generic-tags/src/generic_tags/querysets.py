"""The querysets of tags and of their links to objects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, OuterRef, Q

from generic_tags.labels import label_key
from generic_tags.links.keys import saved_key
from generic_tags.links.querysets import LinkQuerySet, count_rows
from generic_tags.links.registry import column_for, content_type_of, home_of

if TYPE_CHECKING:
    from generic_tags.models import AbstractTag, AbstractTaggedItem  # noqa: F401 - the second is used in a string


class TagQuerySet(models.QuerySet["AbstractTag"]):
    """Queryset of tags, with filters by label and by object, and with counts."""

    def with_labels(self, labels: Iterable[str]) -> TagQuerySet:
        """Return the tags with these labels, regardless of case and Unicode form."""
        return self.filter(label_key__in={label_key(label) for label in labels})

    def search(self, text: str) -> TagQuerySet:
        """Return the tags whose label contains the text, regardless of case and Unicode form."""
        return self.filter(label_key__contains=label_key(text))

    def for_object(self, obj: models.Model) -> TagQuerySet:
        """Return the tags of this object.

        Raises:
            NotFound: The object is not saved.
            NotRegistered: Its model is not registered.
        """
        column = column_for(type(obj))
        content_type = content_type_of(type(obj), self.db)
        return self.filter(tagged_items__content_type=content_type, **{f"tagged_items__{column}": saved_key(obj)})

    def with_counts(
        self, model: type[models.Model] | None = None, among: models.QuerySet[Any] | None = None
    ) -> TagQuerySet:
        """Annotate ``items_count``, the number of objects that have the tag.

        Args:
            model: Count objects of this model only.
            among: Count only these objects of the model.
        """
        # Use the names of relations and not of models, because both models can be replaced.
        relation: Any = self.model._meta.get_field("tagged_items")
        links: Any = relation.related_model._default_manager.using(self.db).filter(tag=OuterRef("pk"))
        if model is not None:
            links = links.for_model(model)
            if among is not None:
                links = links.filter(**{f"{column_for(model)}__in": among.values("pk")})
        return self.annotate(items_count=count_rows(links))

    def most_common(self, model: type[models.Model] | None = None, min_count: int = 1) -> TagQuerySet:
        """Return the tags in use, the most common first, with ``items_count``.

        Args:
            model: Count objects of this model only.
            min_count: Exclude tags with fewer objects.
        """
        links = Q(tagged_items__isnull=False)
        if model is not None:
            column, content_type = column_for(model), content_type_of(model, self.db)
            links = Q(tagged_items__content_type=content_type, **{f"tagged_items__{column}__isnull": False})
            if home_of(model) is not model._meta.concrete_model:
                links &= Q(**{f"tagged_items__{column}__in": model._base_manager.using(self.db).values("pk")})
        # A join reads the index once; a subquery would read it for each tag.
        tags = self.filter(links).annotate(items_count=Count("*")).order_by("-items_count", "label_key")
        return tags.filter(items_count__gte=min_count) if min_count > 1 else tags


class TagManager(models.Manager["AbstractTag"].from_queryset(TagQuerySet)):  # type: ignore[misc]
    """The default manager of tags; fixtures may refer to a tag by its label."""

    def get_by_natural_key(self, label: str) -> AbstractTag:
        """Return the tag with this label."""
        tag: AbstractTag = self.get(label_key=label_key(label))
        return tag


class TaggedItemQuerySet(LinkQuerySet["AbstractTaggedItem"]):
    """Queryset of tag links, with filters by object and by model."""

    def get_tags_for(self, obj_type: type[models.Model], obj_id: object) -> TaggedItemQuerySet:
        """Return the links of one object with their tags, in one query.

        Raises:
            InvalidKey: The value is not a valid primary key of the model.
            NotRegistered: The model is not registered.
        """
        links: Any = self.for_key(obj_type, obj_id).select_related("tag")
        return links
