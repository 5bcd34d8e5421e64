from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from storefront_auth.accounts.lookup import lock
from storefront_auth.models import Profile
from storefront_auth.types import AnyUser


def profile_of(user: AnyUser) -> Profile:
    """Return the user's profile; an unsaved one with the defaults for users that are older than the package."""
    profile = Profile.objects.filter(user=user).first() or Profile()
    profile.user = user
    return profile


def save_profile(user: AnyUser, values: Mapping[str, Any]) -> Profile:
    """Change the user's profile, and create it if need be.

    Raises:
        AccountGone: if the account was deleted meanwhile.
    """
    with transaction.atomic():
        profile, _ = Profile.objects.update_or_create(user=lock(user), defaults=dict(values))
    return profile
