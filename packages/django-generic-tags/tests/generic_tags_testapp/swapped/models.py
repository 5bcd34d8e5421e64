"""Replacements, as a host would write them."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models

from generic_tags.models import AbstractTag, AbstractTaggedItem


class Person(AbstractUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)


class Label(AbstractTag):
    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    colour = models.CharField(max_length=20, default="grey", blank=True)

    class Meta(AbstractTag.Meta):
        pass


class Labelling(AbstractTaggedItem):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    since = models.DateTimeField(auto_now_add=True)

    class Meta(AbstractTaggedItem.Meta):
        pass
