"""Changing and resetting user names."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from storefront_auth.accounts import links, mail
from storefront_auth.exceptions import FieldRefused
from storefront_auth.services.accounts import update
from storefront_auth.services.passwords import check_password, lock_unless_reset, reachable
from storefront_auth.transactions import use_case
from storefront_auth.types import AnyUser


def change_username(
    user: AnyUser, current_password: str, new: str, *, activate_by_mail: bool = False, notify: bool = False
) -> None:
    """Set a new user name.

    Args:
        user: The account.
        current_password: The current password, as proof.
        new: The new name.
        activate_by_mail: Whether a name that is an email address must be confirmed by following the link in a mail.
        notify: Whether to mail a notice.

    Raises:
        WrongPassword: If the password is wrong.
        FieldRefused: If the name is taken.
        AccountGone: If the account has been deleted in the meantime.
    """
    check_password(user, current_password)
    _change_username(user, new, activate_by_mail, notify)


@use_case
def _change_username(user: AnyUser, new: str, activate_by_mail: bool, notify: bool) -> None:
    lock_unless_reset(user)
    _set_username(user, new, activate_by_mail, notify)


def request_username_reset(email: str) -> None:
    """Mail a link to choose a new user name if the address has an account, and do the same work if not.

    Args:
        email: The address in the request.
    """
    mail.post_each("username_reset", reachable(email))


def reset_username(uid: str, token: str, new: str, *, activate_by_mail: bool = False, notify: bool = False) -> AnyUser:
    """Set a new user name by a mailed link.

    Args:
        uid: The part of the link that identifies the account.
        token: The part that proves it.
        new: The new name, which must differ from the current one.
        activate_by_mail: Whether a name that is an email address must be confirmed by following the link in a mail.
        notify: Whether to mail a notice.

    Raises:
        InvalidLink: If the link is not valid.
        FieldRefused: If the name is taken, or is the current one; the link stays valid.
    """
    return _reset_username(uid, token, new, activate_by_mail, notify)


@use_case
def _reset_username(uid: str, token: str, new: str, activate_by_mail: bool, notify: bool) -> AnyUser:
    user = links.follow(uid, token, links.username_reset, active=True)
    if new == user.get_username():
        raise FieldRefused(f"new_{get_user_model().USERNAME_FIELD}", [_("This is the present name.")])
    _set_username(user, new, activate_by_mail, notify)
    return user


def _set_username(user: AnyUser, new: str, activate_by_mail: bool, notify: bool) -> None:
    field = get_user_model().USERNAME_FIELD
    try:
        update(user, {field: new}, activate_by_mail=activate_by_mail)
    except FieldRefused as refused:
        raise FieldRefused(f"new_{field}", refused.messages) from None
    if notify:
        mail.post("username_changed", user)
