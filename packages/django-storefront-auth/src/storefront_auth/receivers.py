"""What follows from changes of accounts, whoever makes them."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models.signals import post_save, pre_delete

from storefront_auth.accounts.lookup import lock
from storefront_auth.exceptions import AccountGone
from storefront_auth.models import Profile, TokenState
from storefront_auth.types import AnyUser


def connect() -> None:
    """Connect all receivers, for the user model and its proxies and subclasses, whose signals name only themselves.

    Without a sender it would be less to write; but then Django could delete no row of any model without reading it.
    """
    for model in apps.get_models():
        if issubclass(model, get_user_model()):
            post_save.connect(create_profile, sender=model, dispatch_uid="storefront_auth.create_profile")
            post_save.connect(follow_activity, sender=model, dispatch_uid="storefront_auth.follow_activity")
            pre_delete.connect(lock_account, sender=model, dispatch_uid="storefront_auth.lock_account")


def create_profile(instance: AnyUser, created: bool, raw: bool, using: str, **kwargs: Any) -> None:
    """Give each new user a profile; a fixture brings its own."""
    if created and not raw:
        Profile.objects.using(using).get_or_create(user=instance)


def follow_activity(
    instance: AnyUser, created: bool, using: str, update_fields: Collection[str] | None = None, **kwargs: Any
) -> None:
    """Let no token come back to life when the account does, and no account that was awake wait for activation."""
    if created or (update_fields is not None and "is_active" not in update_fields):
        return
    states = TokenState.objects.using(using).of_users([instance.pk])
    if instance.is_active:
        states.stop_waiting()
    else:
        states.end_tokens()


def lock_account(instance: AnyUser, using: str, **kwargs: Any) -> None:
    """Lock the row of the account first, as every use case does; Django begins with the rows that refer to it."""
    with suppress(AccountGone):
        lock(instance, using)
