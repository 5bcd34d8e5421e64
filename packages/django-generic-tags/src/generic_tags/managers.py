"""Fields and querysets for models: ``tags = TaggableManager()``, ``objects = TaggableQuerySet.as_manager()``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from generic_tags.fields import TaggedItemRelation
from generic_tags.forms import TagField
from generic_tags.links.keys import saved_key
from generic_tags.links.prefetch import prefetched
from generic_tags.links.registry import column_for, content_type_of
from generic_tags.selectors import Match, get_tag_model, get_tagged_item_model, most_common, similar_to, tagged_with
from generic_tags.services import add_tags, clear_tags, remove_tags, set_tags

if TYPE_CHECKING:
    from generic_tags.models import AbstractTag
    from generic_tags.querysets import TagQuerySet

M = TypeVar("M", bound=models.Model)


class TaggableManager(TaggedItemRelation):
    """Model field for the tags of an object.

    ``tags = TaggableManager()`` provides ``article.tags.add("red")``, ``.set()``, ``.remove()``, ``.clear()`` and
    ``.all()``, ``Article.objects.filter(tags__label="red")``, ``prefetch_related("tags")``, and a text field in forms
    and admin pages. The field has no database column.
    """

    def __init__(self, verbose_name: Any = None, *, blank: bool = False, help_text: Any = "") -> None:
        """Create the field.

        Args:
            verbose_name: The label in forms; by default "tags".
            blank: Whether a form accepts an object without tags.
            help_text: The help text in forms; by default that of ``TagField``.
        """
        super().__init__(verbose_name=verbose_name or _("tags"), help_text=help_text)
        self.blank = blank
        self.editable = True

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Return the arguments of the field. Migrations do not contain it, because it has no column."""
        options = {"verbose_name": self.verbose_name, "blank": self.blank, "help_text": self.help_text}
        return self.name, "generic_tags.managers.TaggableManager", [], options

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: Any) -> None:  # type: ignore[override]
        """Add the field to a model."""
        super().contribute_to_class(cls, name, **kwargs)
        setattr(cls, name, _TagsDescriptor(name))

    def get_path_info(self, filtered_relation: Any = None) -> Any:
        """Return the path of a lookup, from the model over the links to the tags."""
        link: Any = super().get_path_info(filtered_relation)
        tag: Any = link[-1].to_opts.get_field("tag")
        return [*link, *tag.get_path_info(filtered_relation)]

    @property
    def path_infos(self) -> Any:
        """The joins from the model to the tags."""
        return self.get_path_info()

    def formfield(self, **kwargs: Any) -> Any:
        """Return the form field."""
        options: dict[str, Any] = {"label": str(self.verbose_name).capitalize(), "required": not self.blank}
        if self.help_text:
            options["help_text"] = self.help_text
        return TagField(**options | kwargs)

    def value_from_object(self, obj: models.Model) -> list[AbstractTag]:
        """Return the tags of the object, for forms."""
        return [] if obj._state.adding else list(getattr(obj, self.name).all())

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """Save the tags from a form."""
        set_tags(instance, data)

    def value_to_string(self, obj: models.Model) -> str:
        """Return the labels, separated by commas."""
        return ", ".join(str(tag) for tag in self.value_from_object(obj))


class _TagsDescriptor:
    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        return ModelTags(owner) if instance is None else ObjectTags(instance, self.name)

    def __set__(self, instance: models.Model, value: Any) -> None:
        raise TypeError(f"Direct assignment to {self.name} is not possible. Use {self.name}.set() instead.")


class ModelTags:
    """The tags of all objects of a model: ``Article.tags``. It also has the methods of the queryset of tags."""

    def __init__(self, model: type[models.Model]) -> None:
        """Create the accessor for a model."""
        self.model = model

    def __getattr__(self, name: str) -> Any:
        """Return a method of the queryset of tags."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.all(), name)

    def all(self) -> TagQuerySet:
        """Return the tags of all objects of the model, ordered by label."""
        column = column_for(self.model)
        links = get_tagged_item_model().objects.for_model(self.model).filter(**{f"{column}__isnull": False})
        tags: TagQuerySet = get_tag_model().objects.filter(pk__in=links.values("tag"))
        return tags

    def most_common(self, min_count: int = 1) -> TagQuerySet:
        """Return the tags of objects of the model, the most common first, with ``items_count``."""
        return most_common(self.model) if min_count <= 1 else get_tag_model().objects.most_common(self.model, min_count)


class ObjectTags:
    """The tags of one object: ``article.tags``. It also has the methods of the queryset of tags."""

    def __init__(self, instance: models.Model, name: str = "tags") -> None:
        """Create the accessor.

        Args:
            instance: The object.
            name: The name under which its tags are prefetched.
        """
        self.instance = instance
        self.name = name

    def __getattr__(self, name: str) -> Any:
        """Return a method of the queryset of tags."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.all(), name)

    def all(self) -> TagQuerySet:
        """Return the tags, ordered by label, from the prefetch cache if they were prefetched.

        Raises:
            NotFound: The object is not saved.
        """
        known = prefetched(self.instance, self.name)
        return known if known is not None else self.get_queryset()

    def get_queryset(self) -> TagQuerySet:
        """Return the tags, ordered by label, from the database."""
        tags: TagQuerySet = get_tag_model().objects.using(self.instance._state.db).for_object(self.instance)
        return tags

    def labels(self) -> list[str]:
        """Return the labels."""
        return [tag.label for tag in self.all()]

    names = labels

    def slugs(self) -> list[str]:
        """Return the slugs."""
        return [tag.slug for tag in self.all()]

    def add(self, *tags: str | AbstractTag) -> None:
        """Add tags; see :func:`generic_tags.services.add_tags`."""
        add_tags(self.instance, *tags)

    def set(self, tags: Iterable[str | AbstractTag], *, clear: bool = False) -> None:
        """Replace the tags; see :func:`generic_tags.services.set_tags`.

        Args:
            tags: Labels or tags.
            clear: Has no effect; for compatibility with Django's managers.
        """
        if isinstance(tags, str):
            raise TypeError(f"set() takes a list of tags, not the text {tags!r}.")
        set_tags(self.instance, tags)

    def remove(self, *tags: str | AbstractTag) -> None:
        """Remove tags; see :func:`generic_tags.services.remove_tags`."""
        remove_tags(self.instance, *tags)

    def clear(self) -> None:
        """Remove all tags."""
        clear_tags(self.instance)

    def similar_objects(self, limit: int = 10) -> list[Any]:
        """Return other objects of the model; see :func:`generic_tags.selectors.similar_to`."""
        return similar_to(self.instance, limit)

    def most_common(self, min_count: int = 1) -> TagQuerySet:
        """Return the tags of the object, the most common among objects of its model first, with ``items_count``."""
        model = type(self.instance)
        tags: Any = self.get_queryset().with_counts(model).order_by("-items_count", "label_key")
        return tags.filter(items_count__gte=min_count) if min_count > 1 else tags

    # The methods that prefetch_related() calls.

    def get_prefetch_querysets(self, instances: Any, querysets: Any = None) -> Any:
        """Return the tags of many objects in one query, each with the key of its object."""
        model, using = type(instances[0]), instances[0]._state.db
        column, content_type = column_for(model), content_type_of(model, using)
        tags = querysets[0] if querysets else get_tag_model().objects.using(using)
        keys = {saved_key(instance) for instance in instances}
        tags = tags.filter(tagged_items__content_type=content_type, **{f"tagged_items__{column}__in": keys})
        tags = tags.annotate(_object_key=F(f"tagged_items__{column}"))
        return tags, lambda tag: tag._object_key, saved_key, False, self.name, False

    def _apply_rel_filters(self, queryset: Any) -> Any:
        return queryset.for_object(self.instance) if hasattr(queryset, "for_object") else queryset


for _name in ("add", "set", "remove", "clear"):
    getattr(ObjectTags, _name).alters_data = True  # templates must not call them


class TaggableQuerySetMixin:
    """Methods for a queryset of a registered model: ``class ArticleQuerySet(TaggableQuerySetMixin, QuerySet)``."""

    def tagged_with(self, *tags: str | AbstractTag, match: Match = "any") -> Any:
        """Return the objects that have any, or all, of the tags; see :func:`generic_tags.selectors.tagged_with`."""
        return tagged_with(self, tags, match)  # type: ignore[arg-type]

    def most_common_tags(self) -> TagQuerySet:
        """Return the tags of objects of the model, the most common first, with ``items_count``."""
        return most_common(self.model)  # type: ignore[attr-defined]


class TaggableQuerySet(TaggableQuerySetMixin, models.QuerySet[M]):
    """Queryset for models without a custom queryset: ``objects = TaggableQuerySet.as_manager()``."""
