from __future__ import annotations

from django.db import models
from taggit.managers import TaggableManager
from taggit.models import GenericTaggedItemBase, Tag


class Fan(GenericTaggedItemBase):
    """django-taggit has no likes: here each user is a tag, in a table of its own."""

    tag = models.ForeignKey(Tag, related_name="fan_items", on_delete=models.CASCADE)

    def __str__(self) -> str:
        return f"{self.tag_id} {self.object_id}"


class Article(models.Model):
    title = models.CharField(max_length=100)
    tags = TaggableManager()
    fans = TaggableManager(through=Fan, related_name="+", verbose_name="fans")

    def __str__(self) -> str:
        return self.title
