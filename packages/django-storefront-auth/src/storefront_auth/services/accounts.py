from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from storefront_auth.accounts import links, mail
from storefront_auth.accounts.fields import key_fields
from storefront_auth.accounts.identity import fold
from storefront_auth.accounts.lookup import decoy, find_by_email, lock
from storefront_auth.exceptions import AccountInUse, FieldRefused, InvalidLink, WrongPassword
from storefront_auth.models import TokenState
from storefront_auth.types import AnyUser


def register(values: Mapping[str, Any], *, activate_by_mail: bool = False, confirm: bool = False) -> AnyUser:
    """Create an account.

    Args:
        values: arguments of ``create_user``.
        activate_by_mail: whether the account sleeps until the link in a mail was followed.
        confirm: whether to write that the account is there; not with ``activate_by_mail``.

    Raises:
        FieldRefused: if the name or the address is taken, or the password too weak.
    """
    model = get_user_model()
    check_password_strength(values["password"], model(**values), field="password")
    with _taken_is_refused(values), transaction.atomic():
        refuse_taken(values)
        user = model._default_manager.create_user(**values, **({"is_active": False} if activate_by_mail else {}))
        if activate_by_mail:
            _await_activation(user)
        elif confirm:
            mail.dispatch(mail.compose("confirmation", user))
    return user


def update(user: AnyUser, values: Mapping[str, Any], *, activate_by_mail: bool = False) -> AnyUser:
    """Change what a person may change of an account.

    Args:
        user: whose account it is.
        values: the new values by field.
        activate_by_mail: whether a new address must be proved again, by a mail to it.

    Raises:
        FieldRefused: if the new name or address is taken.
        AccountGone: if the account was deleted meanwhile.
    """
    with _taken_is_refused(values, user), transaction.atomic():
        present = lock(user)
        refuse_taken(values, user)
        changed = set(values)
        for field, value in values.items():
            setattr(user, field, value)
        # No link may wake an account that staff switched off.
        may_wake = present.is_active or _state_of(present).awaits_activation
        if must_prove := activate_by_mail and _is_moved(present, values) and may_wake:
            user.is_active = False
            changed.add("is_active")
        # Only these: a password that is changed at the same time must not be overwritten with the old one.
        user.save(update_fields=changed)
        if must_prove:
            _await_activation(user)
    return user


def activate(uid: str, token: str, *, confirm: bool = False) -> AnyUser:
    """Wake the account whose mailed link this is.

    Raises:
        InvalidLink: if it is no good, or the account sleeps for another reason than the missing activation.
    """
    with transaction.atomic():
        user = links.follow(uid, token, links.activation, active=False)
        if not TokenState.objects.of_users([user.pk]).filter(awaits_activation=True).update(awaits_activation=False):
            raise InvalidLink
        user.is_active = True
        user.save(update_fields=["is_active"])
        if confirm:
            mail.dispatch(mail.compose("confirmation", user))
    return user


def resend_activation(email: str) -> None:
    """Mail the link once more, if the address has an account that waits for it. The work is the same if not."""
    found = find_by_email(email, "storefront_profile", "storefront_token_state")
    waiting = [user for user in found if not user.is_active and _state_of(user).awaits_activation]
    _mail_each("activation", waiting)


def request_password_reset(email: str) -> None:
    """Mail a link to set a new password, if the address has an account. The work is the same if not."""
    _mail_each("password_reset", _reachable(email))


def request_username_reset(email: str) -> None:
    """Mail a link to choose a new user name, if the address has an account. The work is the same if not."""
    _mail_each("username_reset", _reachable(email))


def change_password(user: AnyUser, current: str, new: str, *, notify: bool = False) -> None:
    """Set a new password, which ends all tokens.

    Raises:
        WrongPassword: if ``current`` isn't the present one.
        FieldRefused: if ``new`` is too weak.
        AccountGone: if the account was deleted meanwhile.
    """
    check_password(user, current)
    with transaction.atomic():
        _lock_unless_reset(user)
        _set_password(user, new, notify=notify)


def reset_password(uid: str, token: str, new: str, *, notify: bool = False) -> AnyUser:
    """Set a new password by a mailed link, which ends all tokens.

    Raises:
        InvalidLink: if the link is no good.
        FieldRefused: if ``new`` is too weak; the link stays good.
    """
    with transaction.atomic():
        user = links.follow(uid, token, links.password_reset, active=True)
        _set_password(user, new, notify=notify)
    return user


def change_username(
    user: AnyUser, current_password: str, new: str, *, activate_by_mail: bool = False, notify: bool = False
) -> None:
    """Set a new user name.

    Args:
        user: whose name it is.
        current_password: the proof.
        new: the name.
        activate_by_mail: whether a name that is an address must be proved again, by a mail to it.
        notify: whether to write that the name has changed.

    Raises:
        WrongPassword: if the password is wrong.
        FieldRefused: if the name is taken.
        AccountGone: if the account was deleted meanwhile.
    """
    check_password(user, current_password)
    with transaction.atomic():
        _lock_unless_reset(user)
        _set_username(user, new, activate_by_mail=activate_by_mail, notify=notify)


def reset_username(uid: str, token: str, new: str, *, activate_by_mail: bool = False, notify: bool = False) -> AnyUser:
    """Set a new user name by a mailed link.

    Args:
        uid: the part of the link that says who.
        token: the part that proves it.
        new: the name; another than the present one, with which the link would stay good.
        activate_by_mail: whether a name that is an address must be proved again, by a mail to it.
        notify: whether to write that the name has changed.

    Raises:
        InvalidLink: if the link is no good.
        FieldRefused: if the name is taken, or the present one; the link stays good.
    """
    with transaction.atomic():
        user = links.follow(uid, token, links.username_reset, active=True)
        if new == user.get_username():
            raise FieldRefused(f"new_{user.USERNAME_FIELD}", [_("This is the present name.")])
        _set_username(user, new, activate_by_mail=activate_by_mail, notify=notify)
    return user


def delete(user: AnyUser) -> None:
    """Delete an account.

    Raises:
        AccountInUse: if other rows protect it; then nothing is changed.
        AccountGone: if it was deleted meanwhile.
    """
    try:
        _delete(user)
    except IntegrityError:
        # A row may have come to depend on what goes with the account after Django had looked for such rows.
        try:
            _delete(user)
        except IntegrityError:
            raise AccountInUse from None


def check_password(user: AnyUser, password: str) -> None:
    """Raise ``WrongPassword`` unless ``password`` is the user's."""
    if not user.check_password(password):
        raise WrongPassword


def check_password_strength(password: str, user: AnyUser, *, field: str) -> None:
    """Run all validators; raise ``FieldRefused`` for ``field`` if one objects."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise FieldRefused(field, error.messages) from None


def refuse_taken(values: Mapping[str, Any], user: AnyUser | None = None) -> None:
    """Raise ``FieldRefused`` if another account has the name or the address, in whatever spelling.

    Args:
        values: what is going to be saved.
        user: the account it is for, if there is one already.
    """
    model = get_user_model()
    keys = key_fields(model)
    others = model._default_manager.exclude(pk=user.pk) if user else model._default_manager.all()
    for field in (model.USERNAME_FIELD, model.get_email_field_name()):
        if not values.get(field):
            continue
        if field in keys:
            probe = model(**{field: values[field]})
            is_taken = others.filter(**{keys[field]: getattr(probe, keys[field])}).exists()
        else:
            twins = others.filter(**{f"{field}__iexact": values[field]}).values_list(field, flat=True)
            is_taken = any(fold(twin) == fold(values[field]) for twin in twins[:5])
        if is_taken:
            raise FieldRefused(field, model().unique_error_message(model, [field]).messages)


class _taken_is_refused:  # noqa: N801
    """Turns the database's objection into ours: somebody else may take the name between our look and our write."""

    def __init__(self, values: Mapping[str, Any], user: AnyUser | None = None) -> None:
        self.values, self.user = values, user

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *details: object) -> None:
        if kind is not None and issubclass(kind, IntegrityError):
            refuse_taken(self.values, self.user)
            # A collation that takes more names for the same than we do.
            raise FieldRefused(get_user_model().USERNAME_FIELD, [_("This name is not available.")]) from None


def _is_moved(present: AnyUser, values: Mapping[str, Any]) -> bool:
    """Tell whether ``values`` hold another address, and not the present one in another spelling."""
    field = present.get_email_field_name()
    new = values.get(field) or ""
    return new != "" and fold(new) != fold(getattr(present, field) or "")


def _lock_unless_reset(user: AnyUser) -> None:
    """Lock the account; a password that was changed since it was checked proves nothing any more."""
    if lock(user).password != user.password:
        raise WrongPassword


def _delete(user: AnyUser) -> None:
    with transaction.atomic():
        lock(user).delete()


def _set_password(user: AnyUser, new: str, *, notify: bool) -> None:
    check_password_strength(new, user, field="new_password")
    user.set_password(new)
    with transaction.atomic():
        user.save(update_fields=["password"])
        if notify:
            mail.dispatch(mail.compose("password_changed", user))


def _set_username(user: AnyUser, new: str, *, activate_by_mail: bool, notify: bool) -> None:
    field = user.USERNAME_FIELD
    try:
        update(user, {field: new}, activate_by_mail=activate_by_mail)
    except FieldRefused as refused:
        raise FieldRefused(f"new_{field}", refused.messages) from None
    if notify:
        mail.dispatch(mail.compose("username_changed", user))


def _await_activation(user: AnyUser) -> None:
    TokenState.objects.update_or_create(user=user, defaults={"awaits_activation": True})
    mail.dispatch(mail.compose("activation", user))


def _state_of(user: AnyUser) -> TokenState:
    return getattr(user, "storefront_token_state", None) or TokenState()


def _reachable(email: str) -> list[AnyUser]:
    found = find_by_email(email, "storefront_profile")
    return [user for user in found if user.is_active and user.has_usable_password()]


def _mail_each(purpose: str, users: list[AnyUser]) -> None:
    stand_in = decoy()
    for user in users or [stand_in]:
        mail.dispatch(mail.compose(purpose, user))
