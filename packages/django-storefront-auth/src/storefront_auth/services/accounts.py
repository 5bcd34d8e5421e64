"""Registering and changing accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.db.models import ManyToManyField
from django.utils.translation import gettext_lazy as _

from storefront_auth.accounts import authority, mail
from storefront_auth.accounts.fields import key_fields
from storefront_auth.accounts.identity import fold, identity_key
from storefront_auth.accounts.lookup import email_of, lock
from storefront_auth.exceptions import FieldRefused
from storefront_auth.services.activation import await_activation, may_be_activated
from storefront_auth.services.passwords import check_password_strength
from storefront_auth.transactions import database_of, use_case
from storefront_auth.types import AnyUser


def register(
    values: Mapping[str, object],
    *,
    activate_by_mail: bool = False,
    confirm: bool = False,
    editor: AnyUser | AnonymousUser | None = None,
) -> AnyUser:
    """Create an account.

    Args:
        values: The arguments of ``create_user``.
        activate_by_mail: Whether the account is inactive until the link in a mail is followed.
        confirm: Whether to mail a confirmation; not with ``activate_by_mail``.
        editor: The user who creates the account. Rights in ``values`` that the editor does not hold are rejected. With
            ``None``, for trusted code, rights are not checked.

    Returns:
        The new account.

    Raises:
        FieldRefused: If the name or the address is taken, or the password too weak.
        NotPermitted: If ``values`` hold rights that the editor does not hold.
    """
    model = get_user_model()
    if editor is not None:
        authority.check_new_rights(editor, values)
    check_password_strength(str(values["password"]), model(**_own_columns(values)), field="password")
    with _taken_is_refused(values):
        return _register(None, values, activate_by_mail, confirm)


@use_case
def _register(database: None, values: Mapping[str, object], activate_by_mail: bool, confirm: bool) -> AnyUser:
    refuse_taken(values)
    users = get_user_model()._default_manager.db_manager(database_of())
    related = _related(values)
    columns = {name: value for name, value in values.items() if name not in related}
    user = users.create_user(**columns, **({"is_active": False} if activate_by_mail else {}))
    for name, chosen in related.items():
        getattr(user, name).set(chosen)
    if activate_by_mail:
        await_activation(user)
    elif confirm:
        mail.post("confirmation", user)
    return user


def update(
    user: AnyUser,
    values: Mapping[str, object],
    *,
    activate_by_mail: bool = False,
    editor: AnyUser | AnonymousUser | None = None,
) -> AnyUser:
    """Change an account, and mail a notice to the old address if the email address changes.

    Args:
        user: The account.
        values: The new values by field.
        activate_by_mail: Whether a new address must be confirmed by following the link in a mail to it.
        editor: The user who changes the account. Rights in ``values`` that the editor does not hold are rejected. With
            ``None``, for trusted code, rights are not checked.

    Returns:
        The account, changed.

    Raises:
        FieldRefused: If the new name or address is taken.
        NotPermitted: If the editor does not hold a right that is granted or withdrawn.
        AccountGone: If the account has been deleted in the meantime.
    """
    with _taken_is_refused(values, user):
        return _update(user, values, activate_by_mail, editor)


@use_case
def _update(
    user: AnyUser, values: Mapping[str, object], activate_by_mail: bool, editor: AnyUser | AnonymousUser | None
) -> AnyUser:
    present = lock(user)
    grants = any(name in values for name in authority.RIGHTS_FIELDS)
    # Read before anything is written, because the account may be the editor's own, and even the same object.
    held = authority.Rights.of(editor) if editor is not None and grants else None
    before = authority.Rights.of(present) if grants else authority.Rights()
    refuse_taken(values, user)
    _write(user, present, values, activate_by_mail)
    if held is not None:
        authority.check_turn(held, before, authority.Rights.of(user))
    return user


def _write(user: Any, present: AnyUser, values: Mapping[str, object], activate_by_mail: bool) -> None:
    related = _related(values)
    changed = set(values) - set(related)
    for field in changed:
        setattr(user, field, values[field])
    is_moved = moves(present, values)
    if must_prove := activate_by_mail and is_moved and may_be_activated(present):
        user.is_active = False
        changed.add("is_active")
    # Save only the changed fields, so as not to overwrite a password that is changed at the same time.
    user.save(update_fields=changed)
    for name, chosen in related.items():
        getattr(user, name).set(chosen)
    if is_moved and present.is_active:
        mail.post("email_changed", present)
    if must_prove:
        await_activation(user)


def moves(present: AnyUser, values: Mapping[str, object]) -> bool:
    """Return whether ``values`` contain a different email address, and not only another spelling of the current one.

    Args:
        present: The account before the change.
        values: The new values by field.
    """
    new: Any = values.get(present.get_email_field_name()) or ""
    return new != "" and fold(new) != fold(email_of(present))


def refuse_taken(values: Mapping[str, object], user: AnyUser | None = None) -> None:
    """Check that no other account has the name or the address in ``values``, in any spelling.

    Args:
        values: The values that are going to be saved, by field.
        user: The account that is changed; ``None`` for a new one.

    Raises:
        FieldRefused: If it is taken.
    """
    model = get_user_model()
    keys = key_fields(model)
    others = model._default_manager.using(database_of(user))
    if user is not None:
        others = others.exclude(pk=user.pk)
    for field in (model.USERNAME_FIELD, model.get_email_field_name()):
        value: Any = values.get(field)
        if not value:
            continue
        if field in keys:
            is_taken = others.filter(**{keys[field]: identity_key(value)}).exists()
        else:
            twins = others.filter(**{f"{field}__iexact": value}).values_list(field, flat=True)
            is_taken = any(fold(twin) == fold(value) for twin in twins[:5])
        if is_taken:
            raise FieldRefused(field, model().unique_error_message(model, [field]).messages)


@contextmanager
def _taken_is_refused(values: Mapping[str, object], user: AnyUser | None = None) -> Iterator[None]:
    """Convert ``IntegrityError`` to ``FieldRefused``, for a name that is taken between the check and the write."""
    try:
        yield
    except IntegrityError:
        refuse_taken(values, user)
        # The collation of the database treats more names as equal than the check does.
        raise FieldRefused(get_user_model().USERNAME_FIELD, [_("This name is not available.")]) from None


def _related(values: Mapping[str, object]) -> dict[str, Any]:
    """Return the values of many-to-many fields, which are set after the row is saved."""
    names = {field.name for field in get_user_model()._meta.many_to_many if isinstance(field, ManyToManyField)}
    return {name: value for name, value in values.items() if name in names}


def _own_columns(values: Mapping[str, object]) -> dict[str, Any]:
    related = _related(values)
    return {name: value for name, value in values.items() if name not in related}
