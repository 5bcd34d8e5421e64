"""Something to put tags on."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Article(models.Model):
    """An article."""

    title = models.CharField(max_length=255)

    if settings.LIBRARY == "taggit":
        from taggit.managers import TaggableManager

        tags = TaggableManager()

    def __str__(self) -> str:
        return self.title
