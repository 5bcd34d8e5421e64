"""Things that a gallery or a paper might have: every kind of key, a proxy, and a multi-table child."""

from __future__ import annotations

import uuid

from django.db import models

from generic_tags.fields import TaggedItemRelation
from generic_tags.managers import TaggableManager, TaggableQuerySet


class Article(models.Model):
    title = models.CharField(max_length=100)
    hidden = models.BooleanField(default=False)

    objects = TaggableQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class Column(Article):
    class Meta:
        proxy = True


class Report(Article):
    """A multi-table child: its key is its parent's, its tags are its own."""

    agency = models.CharField(max_length=100)


class Photo(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.title


class Country(models.Model):
    code = models.CharField(max_length=20, primary_key=True)

    def __str__(self) -> str:
        return self.code


class Book(models.Model):
    title = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.title


class Chapter(models.Model):
    """Declares the relation, and goes with its book."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE)
    title = models.CharField(max_length=100)
    tagged_items = TaggedItemRelation()

    def __str__(self) -> str:
        return self.title


class Meal(models.Model):
    """Has its tags as an attribute."""

    title = models.CharField(max_length=100)
    tags = TaggableManager()

    def __str__(self) -> str:
        return self.title


class Dessert(Meal):
    """A multi-table child, which inherits the attribute."""

    sweetness = models.IntegerField(default=1)


class Wine(models.Model):
    """The same with a UUID key, and no need for tags in forms."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=100)
    tags = TaggableManager("categories", blank=True, help_text="Add some")

    def __str__(self) -> str:
        return self.title


class Measurement(models.Model):
    """Its key is of a kind that can not be tagged."""

    taken_at = models.DateTimeField(primary_key=True)

    def __str__(self) -> str:
        return str(self.taken_at)
