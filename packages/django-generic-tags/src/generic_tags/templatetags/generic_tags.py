"""Template tags: ``{% load generic_tags %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.db import models

from generic_tags.links.prefetch import prefetched
from generic_tags.managers import TaggableManager
from generic_tags.selectors import most_common, tags_for

register: template.Library = template.Library()


class TagList(list[Any]):
    """List of tags that renders as a comma-separated list of labels."""

    def __str__(self) -> str:
        """Return the labels."""
        return ", ".join(str(tag) for tag in self)


@register.simple_tag(name="tags_for")
def tags_for_tag(obj: models.Model) -> TagList:
    """Return the tags of an object, from the prefetch cache if they were prefetched.

    ``{% tags_for article %}`` shows the labels, ``{% tags_for article as tags %}`` stores a list to loop over.
    """
    for field in obj._meta.private_fields:
        if isinstance(field, TaggableManager) and (known := prefetched(obj, field.name)) is not None:
            return TagList(known)
    return TagList(tags_for(obj))


@register.simple_tag(name="most_common_tags")
def most_common_tags_tag(model: type[models.Model] | None = None, limit: int = 20) -> TagList:
    """Return the tags in use, the most common first, each with ``items_count``.

    ``{% most_common_tags limit=10 as cloud %}``
    """
    return TagList(most_common(model)[:limit])
