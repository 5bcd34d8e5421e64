"""What the store asks of a user, whatever the project's user model is."""

from __future__ import annotations

from typing import Any

from django.conf import settings


def is_staff(user: Any) -> bool:
    """Return whether ``user`` is a member of staff.

    Only ``True`` counts: a user model whose ``is_staff`` is a method, which is always truthy, has no staff until the
    host makes it a field or a property.

    Args:
        user: A user, an anonymous one, or ``None``.
    """
    return getattr(user, "is_authenticated", False) is True and getattr(user, "is_staff", False) is True


def is_person(user: Any) -> bool:
    """Return whether a new user gets a customer: everybody but the anonymous user that django-guardian creates.

    Args:
        user: A new user. To leave others out, name a function of your own in ``STOREFRONT_STORE["CUSTOMER_FOR_USER"]``.
    """
    name = getattr(settings, "ANONYMOUS_USER_NAME", None)
    return name is None or user.get_username() != name


def display_name(user: Any) -> str:
    """Return the name to show for ``user``: the full name, else what the user signs in with.

    Args:
        user: A user of the project's user model.
    """
    get_full_name = getattr(user, "get_full_name", None)
    name = str(get_full_name() or "").strip() if callable(get_full_name) else ""
    return name or str(getattr(user, "name", "") or "").strip() or str(user.get_username())
