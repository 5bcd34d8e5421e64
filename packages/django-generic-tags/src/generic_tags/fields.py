"""Model fields of the package; ``TaggableManager``, for ``article.tags``, is in ``managers``."""

from __future__ import annotations

from generic_tags.links.fields import ExactCharField, LinkRelation

__all__ = ["ExactCharField", "TaggedItemRelation"]


class TaggedItemRelation(LinkRelation):
    """Reverse relation from an object to its tag links.

    ``tagged_items = TaggedItemRelation()`` allows ``filter(tagged_items__tag__slug="red")`` and
    ``prefetch_related("tagged_items__tag")``.
    """
