"""Model fields of the package; ``managers`` has the one that makes ``article.tags`` work."""

from __future__ import annotations

from generic_tags.links.fields import ExactCharField, LinkRelation

__all__ = ["ExactCharField", "TaggedItemRelation"]


class TaggedItemRelation(LinkRelation):
    """The tag links of an object as a field of its own model.

    ``tagged_items = TaggedItemRelation()`` allows ``filter(tagged_items__tag__slug="red")`` and
    ``prefetch_related("tagged_items__tag")``.
    """
