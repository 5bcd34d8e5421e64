"""Reading and changing profiles."""

from __future__ import annotations

from collections.abc import Mapping

from storefront_auth.accounts.lookup import lock
from storefront_auth.conf import app_settings
from storefront_auth.models import Profile
from storefront_auth.tables import has_tables
from storefront_auth.transactions import database_of, use_case
from storefront_auth.types import AnyUser


def create_profile(user: AnyUser, using: str) -> None:
    """Create the profile of a new user in one statement.

    Users that ``EXCLUDE_USER`` excludes, and users in a database without the table, get no profile.

    Args:
        user: The new user.
        using: The alias of the database.
    """
    excludes = app_settings.EXCLUDE_USER
    if (excludes is None or not excludes(user)) and has_tables(using):
        Profile.objects.using(using).bulk_create([Profile(user_id=user.pk)], ignore_conflicts=True)


def profile_of(user: AnyUser) -> Profile:
    """Return the user's profile, or an unsaved one with default values if there is none.

    Args:
        user: The user, who may have been created before the package was installed.
    """
    profile = Profile.objects.using(database_of(user)).filter(user_id=user.pk).first() or Profile()
    profile.user = user
    return profile


@use_case
def save_profile(user: AnyUser, values: Mapping[str, object]) -> Profile:
    """Change the user's profile, and create it if there is none.

    Args:
        user: The user.
        values: The new values by field.

    Raises:
        AccountGone: If the account has been deleted in the meantime.
    """
    profiles = Profile.objects.using(database_of(user))
    profile, _ = profiles.update_or_create(user_id=lock(user).pk, defaults=dict(values))
    return profile
