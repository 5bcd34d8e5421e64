"""Helpers for users that work with any user model."""

from __future__ import annotations

from typing import Any

from django.conf import settings


def is_staff(user: Any) -> bool:
    """Return whether ``user`` is a member of staff.

    Only the value ``True`` counts: with a user model whose ``is_staff`` is a method, which would always be truthy,
    nobody is a member of staff.

    Args:
        user: A user, an anonymous one, or ``None``.
    """
    return getattr(user, "is_authenticated", False) is True and getattr(user, "is_staff", False) is True


def is_person(user: Any) -> bool:
    """Return whether a new user gets a customer: all users except the anonymous user of django-guardian.

    Args:
        user: A new user. To exclude other users, set ``STOREFRONT_STORE["CUSTOMER_FOR_USER"]`` to your own function.
    """
    name = getattr(settings, "ANONYMOUS_USER_NAME", None)
    return name is None or user.get_username() != name


def display_name(user: Any) -> str:
    """Return the display name of ``user``: the full name, else the username.

    Args:
        user: A user of the project's user model.
    """
    get_full_name = getattr(user, "get_full_name", None)
    name = str(get_full_name() or "").strip() if callable(get_full_name) else ""
    return name or str(getattr(user, "name", "") or "").strip() or str(user.get_username())
