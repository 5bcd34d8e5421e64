"""Replacements, as a host would write them."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models

from generic_likes.models import AbstractLikedItem


class Person(AbstractUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)


class Favourite(AbstractLikedItem):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.CharField(max_length=20, blank=True)

    class Meta(AbstractLikedItem.Meta):
        pass
