"""Export of the personal data of a user."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from storefront_auth.accounts.fields import IdentityKeyField
from storefront_auth.conf import app_settings
from storefront_auth.models import TokenState
from storefront_auth.services.profiles import profile_of
from storefront_auth.transactions import database_of
from storefront_auth.types import AnyUser


def personal_data(user: AnyUser) -> dict[str, object]:
    """Return all data that is stored about ``user``, as values that can be serialized to JSON.

    The callables in the setting ``PERSONAL_DATA`` add the data of other apps.

    Args:
        user: The user.

    Returns:
        A dictionary with the keys ``account``, ``profile`` and ``tokens``, and those that other apps add.

    Raises:
        ImproperlyConfigured: If two sources use the same key.
    """
    data: dict[str, object] = {"account": _account(user), "profile": _profile(user), "tokens": _tokens(user)}
    for source in app_settings.PERSONAL_DATA:
        held = source(user)
        if taken := sorted(set(data) & set(held)):
            raise ImproperlyConfigured(f"Two sources of PERSONAL_DATA use the keys {', '.join(taken)}.")
        data |= held
    return {name: _plain(value) for name, value in data.items()}


def _account(user: AnyUser) -> dict[str, object]:
    columns = {
        field.name: field.value_from_object(user)
        for field in user._meta.concrete_fields
        if field.name != "password" and not isinstance(field, IdentityKeyField)
    }
    groups = getattr(user, "groups", None)
    return {**columns, **({"groups": [group.name for group in groups.all()]} if groups is not None else {})}


def _profile(user: AnyUser) -> dict[str, object]:
    profile = profile_of(user)
    return {name: getattr(profile, name) for name in ("display_name", "time_zone", "language")}


def _tokens(user: AnyUser) -> dict[str, object]:
    using = database_of(user)
    state = TokenState.objects.using(using).filter(user_id=user.pk).first()
    records = apps.get_model("token_blacklist", "OutstandingToken")._default_manager.using(using)
    return {
        "awaits_activation": state is not None and state.awaits_activation,
        "refresh_tokens": [
            {"issued": issued, "expires": expires, "ended": ended}
            for issued, expires, ended in records.filter(user_id=user.pk)
            .order_by("pk")
            .values_list("created_at", "expires_at", "blacklistedtoken__blacklisted_at")
        ],
    }


def _plain(value: Any) -> object:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime.date() | datetime.time():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
    return str(value)
