"""Changing and resetting passwords."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from storefront_auth.accounts import links, mail
from storefront_auth.accounts.lookup import find_by_email, lock
from storefront_auth.exceptions import FieldRefused, WrongPassword
from storefront_auth.transactions import use_case
from storefront_auth.types import AnyUser


def check_password(user: AnyUser, password: str) -> None:
    """Check the current password.

    Args:
        user: The account.
        password: The password in the request.

    Raises:
        WrongPassword: If it is not the password of the user.
    """
    if not user.check_password(password):
        raise WrongPassword


def check_password_strength(password: str, user: AnyUser, *, field: str) -> None:
    """Run the password validators of the project.

    Args:
        password: The new password.
        user: The account that the password is for.
        field: The name of the field in the request.

    Raises:
        FieldRefused: If a validator rejects the password.
    """
    try:
        validate_password(password, user)  # type: ignore[arg-type]
    except ValidationError as error:
        raise FieldRefused(field, error.messages) from None


def change_password(user: AnyUser, current: str, new: str, *, notify: bool = False) -> None:
    """Set a new password, which ends all tokens.

    Args:
        user: The account.
        current: The current password, as proof.
        new: The new password.
        notify: Whether to mail a notice.

    Raises:
        WrongPassword: If ``current`` is wrong.
        FieldRefused: If ``new`` is too weak.
        AccountGone: If the account has been deleted in the meantime.
    """
    check_password(user, current)
    _change_password(user, new, notify)


@use_case
def _change_password(user: AnyUser, new: str, notify: bool) -> None:
    lock_unless_reset(user)
    _set_password(user, new, notify)


def reset_password(uid: str, token: str, new: str, *, notify: bool = False) -> AnyUser:
    """Set a new password by a mailed link, which ends all tokens.

    Args:
        uid: The part of the link that identifies the account.
        token: The part that proves it.
        new: The new password.
        notify: Whether to mail a notice.

    Raises:
        InvalidLink: If the link is not valid.
        FieldRefused: If ``new`` is too weak; the link stays valid.
    """
    return _reset_password(uid, token, new, notify)


@use_case
def _reset_password(uid: str, token: str, new: str, notify: bool) -> AnyUser:
    user = links.follow(uid, token, links.password_reset, active=True)
    _set_password(user, new, notify)
    return user


def request_password_reset(email: str) -> None:
    """Mail a link to set a new password if the address has an account, and do the same work if not.

    Args:
        email: The address in the request.
    """
    mail.post_each("password_reset", reachable(email))


def reachable(email: str) -> list[AnyUser]:
    """Return the active accounts with this address that log in with a password.

    Args:
        email: The address.
    """
    found = find_by_email(email, "storefront_profile")
    return [user for user in found if user.is_active and user.has_usable_password()]


def lock_unless_reset(user: AnyUser) -> None:
    """Lock the account whose password was checked.

    Args:
        user: The account as it was when its password was checked.

    Raises:
        WrongPassword: If the password has been changed since it was checked.
        AccountGone: If the account has been deleted in the meantime.
    """
    if lock(user).password != user.password:
        raise WrongPassword


def _set_password(user: AnyUser, new: str, notify: bool) -> None:
    check_password_strength(new, user, field="new_password")
    user.set_password(new)
    user.save(update_fields=["password"])
    if notify:
        mail.post("password_changed", user)
