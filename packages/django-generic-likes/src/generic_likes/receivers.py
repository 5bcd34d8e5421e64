from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.signals import setting_changed
from django.db import models
from django.db.models.signals import post_delete

from generic_likes.fields import LikedItemRelation
from generic_likes.registry import is_likeable

_UID = "generic_likes.forget"


def forget(sender: type[models.Model], instance: models.Model, using: str, **kwargs: Any) -> None:
    """Delete the likes of an object that is deleted by instance, by queryset or by cascade."""
    from generic_likes.services import forget_object

    forget_object(instance, using)


def connect(**kwargs: Any) -> None:
    """Watch the deletion of registered models, and of these only: a listener costs a model its fast deletes.

    Models that declare a ``LikedItemRelation`` are left to Django, which deletes their likes in bulk.
    """
    if kwargs.get("setting", "GENERIC_LIKES") != "GENERIC_LIKES":
        return
    for model in apps.get_models():
        declared = any(isinstance(field, LikedItemRelation) for field in model._meta.private_fields)
        if is_likeable(model) and not declared:
            post_delete.connect(forget, sender=model, dispatch_uid=_UID)
        else:
            post_delete.disconnect(sender=model, dispatch_uid=_UID)


setting_changed.connect(connect, dispatch_uid="generic_likes.connect")
