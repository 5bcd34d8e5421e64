"""Finding an account by what a stranger sent: no input may raise, and none may find a different account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db import DataError

from storefront_auth.accounts.fields import key_fields
from storefront_auth.accounts.identity import fold, identity_key
from storefront_auth.conf import app_settings
from storefront_auth.exceptions import AccountGone
from storefront_auth.types import AnyUser

# Host models may let several accounts share an address. This many get the mail.
MAX_SHARED_ADDRESS = 5


def find_by_pk(value: object, *related: str, lock: bool = False) -> AnyUser | None:
    """Return the user with this primary key, or ``None`` for whatever is no key.

    Args:
        value: what a token or a link says.
        related: one-to-one relations to read in the same query.
        lock: whether to lock the row until the transaction ends.
    """
    if type(value) not in (str, int):
        return None
    users = _with(get_user_model(), *related)
    if lock:
        users = users.select_for_update()
    try:
        user = users.get(pk=value)
    except (ObjectDoesNotExist, ValidationError, DataError, ValueError, TypeError, OverflowError):
        return None
    # int() reads "1_0", " 1" and digits of other scripts, and some collations take "A" for "a".
    return user if str(user.pk) == str(value) else None


def lock(user: AnyUser, using: str | None = None) -> AnyUser:
    """Return the account as it is now, locked until the transaction ends.

    Whoever writes several rows of an account locks this one first: in any other order two of them can wait for each
    other.

    Args:
        user: the account as it was read before.
        using: the database, if not the one that writes go to.

    Raises:
        AccountGone: if it was deleted meanwhile.
    """
    users = get_user_model()._base_manager.using(using).select_for_update()
    present = users.filter(pk=user.pk).first()
    if present is None:
        raise AccountGone
    return present


def has_field(model: type[AnyUser], name: str) -> bool:
    """Tell whether ``model`` has this field; the user model of a host may lack an address, for example."""
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def find_by_email(email: str, *related: str) -> list[AnyUser]:
    """Return the accounts with this address, whatever its case and Unicode form."""
    model = get_user_model()
    field = model.get_email_field_name()
    if not has_field(model, field):
        return []
    users = _with(model, *related)
    key = key_fields(model).get(field)
    if key is not None:
        return list(users.filter(**{key: identity_key(email)}))
    found = users.filter(**{f"{field}__iexact": email})[:MAX_SHARED_ADDRESS]
    return [user for user in found if fold(getattr(user, field) or "") == fold(email)]


def login_field() -> str:
    """Return the name of the field that people log in with."""
    return app_settings.LOGIN_FIELD or get_user_model().USERNAME_FIELD


def find_for_login(identifier: str) -> AnyUser | None:
    """Return the account that ``identifier`` names; an address that several share names none."""
    model = get_user_model()
    if login_field() != model.USERNAME_FIELD:
        found = find_by_email(identifier)
        return found[0] if len(found) == 1 else None
    try:
        user = model._default_manager.get_by_natural_key(identifier)
    except model.DoesNotExist:
        return None
    # A collation may find it by spellings without end, each of which the throttle would count apart.
    return user if fold(user.get_username()) == fold(identifier) else None


def decoy() -> AnyUser:
    """Return a user to do the same work for where there is none."""
    user: Any = get_user_model()()
    user.set_unusable_password()
    return user


def _with(model: Any, *related: str) -> Any:
    """Return all users with these relations; without a name ``select_related`` would join whatever it finds."""
    users = model._default_manager.all()
    return users.select_related(*related) if related else users
