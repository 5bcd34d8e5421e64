"""Look up accounts by untrusted input: invalid input finds no account and raises no error."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db import DataError
from django.db.models import Model, QuerySet

from storefront_auth.accounts.fields import key_fields
from storefront_auth.accounts.identity import fold, identity_key
from storefront_auth.conf import app_settings
from storefront_auth.exceptions import AccountGone
from storefront_auth.prepared import Prepared, is_plain
from storefront_auth.transactions import database_of
from storefront_auth.types import AnyUser

# A custom user model may let several accounts share an address. At most this many of them get the mail.
MAX_SHARED_ADDRESS = 5
#: The fields in which user models keep the names of a person.
NAME_FIELDS = ("first_name", "last_name", "name", "full_name")


def find_by_pk(value: object, *related: str, lock: bool = False) -> AnyUser | None:
    """Return the user with this primary key, or ``None`` for an invalid key.

    Args:
        value: The primary key in a token or a link.
        related: One-to-one relations to read in the same query.
        lock: Whether to lock the row until the transaction ends.
    """
    if type(value) not in (str, int):
        return None
    model = get_user_model()
    try:
        if lock:
            user = _with(model, *related).select_for_update().get(pk=value)
        elif model._meta.parents or not is_plain(model._default_manager):
            user = _with(model, *related).get(pk=value)
        else:
            user = _read(model, model._meta.pk.to_python(value), related)
    except (ObjectDoesNotExist, ValidationError, DataError, ValueError, TypeError, OverflowError):
        return None
    # int() reads "1_0", " 1" and digits of other scripts, and some collations take "A" for "a".
    return user if user is not None and str(user.pk) == str(value) else None


def _read(model: type[AnyUser], key: Any, related: tuple[str, ...]) -> AnyUser | None:
    """Return the user with a primary key, by a statement that is compiled once, because most requests need it."""
    alias = model._default_manager.db
    user: AnyUser | None = None
    for values in _reading(model, related).fetch([key], using=alias):
        rest = iter(values)
        user = _instance(model, alias, rest)
        for name in related:
            relation: Any = model._meta.get_field(name)
            other = _instance(relation.related_model, alias, rest)
            if other.pk is not None:
                setattr(other, relation.field.name, user)  # on both sides
            else:
                relation.set_cached_value(user, None)  # so that a missing row costs no query
    return user


def _instance(model: type[Model], alias: str, values: Iterator[Any]) -> Any:
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(alias, names, list(islice(values, len(names))))


@lru_cache(maxsize=8)
def _reading(model: type[AnyUser], related: tuple[str, ...]) -> Prepared:
    columns = [field.attname for field in model._meta.concrete_fields]
    for name in related:
        other: Any = model._meta.get_field(name).related_model
        columns += [f"{name}__{field.attname}" for field in other._meta.concrete_fields]
    manager: Any = model._default_manager
    return Prepared(lambda keys: manager.filter(pk__in=keys).order_by(), columns, key=model._meta.pk)


def lock(user: AnyUser, using: str | None = None) -> AnyUser:
    """Return the account as it is now, locked until the transaction ends.

    Code that writes several rows of an account locks the account first, so that two transactions can't deadlock.

    Args:
        user: The account as it was read before.
        using: The alias of the database; by default the router chooses it.

    Raises:
        AccountGone: If the account has been deleted in the meantime.
    """
    alias = using or database_of(user)
    present = get_user_model()._base_manager.using(alias).select_for_update().filter(pk=user.pk).first()
    if present is None:
        raise AccountGone
    return present


def has_field(model: type[Model], name: str) -> bool:
    """Return whether ``model`` has a field of this name; a custom user model may have no email field, for example."""
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def email_of(user: AnyUser) -> str:
    """Return the email address of ``user``, empty if the model has none."""
    return getattr(user, user.get_email_field_name(), None) or ""


def find_by_email(email: str, *related: str) -> list[AnyUser]:
    """Return the accounts with this address, regardless of case and Unicode form.

    Args:
        email: The address.
        related: One-to-one relations to read in the same query.
    """
    model = get_user_model()
    field = model.get_email_field_name()
    if not has_field(model, field):
        return []
    users = _with(model, *related)
    key = key_fields(model).get(field)
    if key is not None:
        return list(users.filter(**{key: identity_key(email)}))
    found = users.filter(**{f"{field}__iexact": email})[:MAX_SHARED_ADDRESS]
    return [user for user in found if fold(email_of(user)) == fold(email)]


def login_field() -> str:
    """Return the name of the field that people log in with."""
    return app_settings.LOGIN_FIELD or get_user_model().USERNAME_FIELD


def find_for_login(identifier: str) -> AnyUser | None:
    """Return the account that ``identifier`` names; an address that several accounts share names none."""
    model = get_user_model()
    if login_field() != model.USERNAME_FIELD:
        found = find_by_email(identifier)
        return found[0] if len(found) == 1 else None
    try:
        user = model._default_manager.get_by_natural_key(identifier)
    except model.DoesNotExist:
        return None
    # A collation may match several spellings of a name, and the throttle would count each of them separately.
    return user if fold(user.get_username()) == fold(identifier) else None


def decoy() -> AnyUser:
    """Return an unsaved user, with which the same work is done if there is no account."""
    user = get_user_model()()
    user.set_unusable_password()
    return user


def _with(model: type[AnyUser], *related: str) -> QuerySet[Any]:
    # Without arguments select_related() would join every relation.
    users = model._default_manager.all()
    return users.select_related(*related) if related else users
