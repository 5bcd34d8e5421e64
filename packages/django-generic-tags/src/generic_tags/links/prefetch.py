"""Prefetched links of an object.

Django keeps them in a private attribute of the object. Only this module reads it, and ``test_django_internals.py``
fails when it changes.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from .fields import LinkRelation


def prefetched(obj: models.Model, name: str) -> Any:
    """Return the queryset that was prefetched for the relation ``name`` of the object, or ``None``."""
    return getattr(obj, "_prefetched_objects_cache", {}).get(name)


def forget_prefetched(obj: models.Model) -> None:
    """Drop the prefetched links of the object, so that they are read again at the next access."""
    cache = getattr(obj, "_prefetched_objects_cache", None)
    if cache:
        for field in obj._meta.private_fields:
            if isinstance(field, LinkRelation):
                cache.pop(field.name, None)
