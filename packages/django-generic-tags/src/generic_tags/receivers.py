from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.signals import setting_changed
from django.db import models
from django.db.models.signals import post_delete

from generic_tags.fields import TaggedItemRelation
from generic_tags.registry import is_taggable

_UID = "generic_tags.forget"


def forget(sender: type[models.Model], instance: models.Model, using: str, **kwargs: Any) -> None:
    """Take the tags off an object that is deleted by instance, by queryset or by cascade."""
    from generic_tags.services import forget_object

    forget_object(instance, using)


def connect(**kwargs: Any) -> None:
    """Watch the deletion of registered models, and of these only: a listener costs a model its fast deletes.

    Models that declare a ``TaggedItemRelation`` are left to Django, which deletes their links in bulk.
    """
    if kwargs.get("setting", "GENERIC_TAGS") != "GENERIC_TAGS":
        return
    for model in apps.get_models():
        declared = any(isinstance(field, TaggedItemRelation) for field in model._meta.private_fields)
        if is_taggable(model) and not declared:
            post_delete.connect(forget, sender=model, dispatch_uid=_UID)
        else:
            post_delete.disconnect(sender=model, dispatch_uid=_UID)


setting_changed.connect(connect, dispatch_uid="generic_tags.connect")
