"""Signal receivers that keep profiles, tokens and sessions consistent with their accounts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from weakref import WeakKeyDictionary

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.db import models
from django.db.models.signals import post_init, post_save, pre_delete
from django.http import HttpRequest

from storefront_auth.models import TokenState
from storefront_auth.services.deletion import lock_and_erase
from storefront_auth.services.profiles import create_profile
from storefront_auth.services.sessions import bind_session
from storefront_auth.tables import has_tables
from storefront_auth.types import AnyUser

# The accounts that are locked already, by the queryset that is being deleted.
_locked: WeakKeyDictionary[models.QuerySet[Any], set[object]] = WeakKeyDictionary()


def connect() -> None:
    """Connect all receivers for the user model, its proxies and its subclasses.

    The receivers of deletions are connected with a sender. Without one, Django would have to load the rows of every
    model before it deletes them.
    """
    for model in apps.get_models():
        if issubclass(model, get_user_model()):
            post_init.connect(remember_activity, sender=model, dispatch_uid="storefront_auth.remember_activity")
            post_save.connect(add_profile, sender=model, dispatch_uid="storefront_auth.add_profile")
            post_save.connect(follow_activity, sender=model, dispatch_uid="storefront_auth.follow_activity")
            pre_delete.connect(prepare_deletion, sender=model, dispatch_uid="storefront_auth.prepare_deletion")
    user_logged_in.connect(remember_login, dispatch_uid="storefront_auth.remember_login")


def add_profile(instance: AnyUser, created: bool, raw: bool, using: str, **kwargs: object) -> None:
    """Create the profile of a new user, unless the user is loaded from a fixture."""
    if created and not raw:
        create_profile(instance, using)


def remember_activity(instance: Any, **kwargs: object) -> None:
    """Store whether the account was active when it was loaded, so that most saves need no query for its tokens."""
    instance.storefront_was_active = None if "is_active" in instance.get_deferred_fields() else instance.is_active


def follow_activity(
    instance: Any, created: bool, using: str, update_fields: Collection[str] | None = None, **kwargs: object
) -> None:
    """Permanently invalidate tokens and sessions of deactivated accounts, and activation links of active ones."""
    if created or (update_fields is not None and "is_active" not in update_fields):
        return
    was_active, instance.storefront_was_active = instance.storefront_was_active, instance.is_active
    if (was_active and instance.is_active) or not has_tables(using):
        return
    states = TokenState.objects.using(using).of_users([instance.pk])
    if not instance.is_active:
        states.end_tokens()
    if was_active or instance.is_active:
        states.clear_activation()


def prepare_deletion(instance: AnyUser, using: str, origin: object = None, **kwargs: object) -> None:
    """Lock the accounts that are deleted, as every use case does first, and erase data that no cascade deletes.

    Django sends the signal once for each row. All rows of one queryset are locked at the first signal.
    """
    if not has_tables(using):
        return
    if not isinstance(origin, models.QuerySet) or not issubclass(origin.model, get_user_model()):
        lock_and_erase([instance.pk], using)
        return
    done = _locked.setdefault(origin, set())
    if instance.pk not in done:
        done.clear()
        done.update(lock_and_erase(origin.using(using).order_by().values("pk"), using))


def remember_login(request: HttpRequest, user: AnyUser, **kwargs: object) -> None:
    """Bind the new session to the current version of the user's tokens."""
    bind_session(request, user)
