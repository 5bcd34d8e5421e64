from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from storefront_auth.models import Profile


def profile_of(user: AbstractBaseUser) -> Profile:
    """Return the user's profile; an unsaved one with the defaults for users that are older than the package."""
    return Profile.objects.filter(user=user).first() or Profile(user=user)


def save_profile(user: AbstractBaseUser, values: Mapping[str, Any]) -> Profile:
    """Change the user's profile, and create it if need be."""
    profile, _ = Profile.objects.update_or_create(user=user, defaults=dict(values))
    return profile
