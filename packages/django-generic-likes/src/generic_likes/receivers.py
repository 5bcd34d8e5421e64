"""Receivers of Django's signals."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models.signals import pre_delete

from generic_likes.links.deletion import DeletionWatch
from generic_likes.selectors import get_liked_item_model

watch: DeletionWatch = DeletionWatch(get_liked_item_model)


def lock_user(
    sender: type[models.Model], instance: models.Model, using: str, origin: Any = None, **kwargs: Any
) -> None:
    """Lock a user that is deleted, so that no like is inserted after the deletion of the user's likes."""
    if origin is instance:
        users = sender._base_manager.using(using).filter(pk=instance.pk).select_for_update()
        users.values_list("pk").first()


def start() -> None:
    """Connect the receivers."""
    watch.start()
    pre_delete.connect(lock_user, sender=get_user_model(), dispatch_uid="generic_likes.lock_user")
