from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models.signals import post_save
from django.dispatch import receiver

from storefront_auth.models import Profile, TokenState
from storefront_auth.types import AnyUser


@receiver(post_save, sender=settings.AUTH_USER_MODEL, dispatch_uid="storefront_auth.create_profile")
def create_profile(sender: object, instance: AnyUser, created: bool, raw: bool, using: str, **kwargs: Any) -> None:
    """Give each new user a profile; a fixture brings its own."""
    if created and not raw:
        Profile.objects.using(using).get_or_create(user=instance)


@receiver(post_save, sender=settings.AUTH_USER_MODEL, dispatch_uid="storefront_auth.end_tokens_of_inactive_user")
def end_tokens_of_inactive_user(
    sender: object,
    instance: AnyUser,
    created: bool,
    using: str,
    update_fields: Collection[str] | None = None,
    **kwargs: Any,
) -> None:
    """Let no token come back to life when the account does."""
    touches_state = update_fields is None or "is_active" in update_fields
    if touches_state and not created and not instance.is_active:
        TokenState.objects.using(using).of_users([instance.pk]).end_tokens()
