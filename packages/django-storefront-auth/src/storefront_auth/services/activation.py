"""Activating accounts by a mailed link."""

from __future__ import annotations

from storefront_auth.accounts import links, mail
from storefront_auth.accounts.lookup import find_by_email
from storefront_auth.exceptions import InvalidLink
from storefront_auth.models import TokenState
from storefront_auth.transactions import database_of, use_case
from storefront_auth.types import AnyUser


def activate(uid: str, token: str, *, confirm: bool = False) -> AnyUser:
    """Activate the account whose mailed link this is.

    Args:
        uid: The part of the link that identifies the account.
        token: The part that proves it.
        confirm: Whether to mail a confirmation.

    Raises:
        InvalidLink: If the link is not valid, or the account is inactive for another reason.
    """
    return _activate(uid, token, confirm)


@use_case
def _activate(uid: str, token: str, confirm: bool) -> AnyUser:
    user = links.follow(uid, token, links.activation, active=False)
    if not TokenState.objects.using(database_of(user)).of_users([user.pk]).clear_activation():
        raise InvalidLink
    user.is_active = True
    user.save(update_fields=("is_active",))  # type: ignore[misc]
    if confirm:
        mail.post("confirmation", user)
    return user


def resend_activation(email: str) -> None:
    """Mail the link again if an account with this address awaits activation, and do the same work if not.

    Args:
        email: The address in the request.
    """
    found = find_by_email(email, "storefront_profile", "storefront_token_state")
    mail.post_each("activation", [user for user in found if not user.is_active and may_be_activated(user)])


def await_activation(user: AnyUser) -> None:
    """Allow ``user`` to be activated by a link, and mail the link.

    Args:
        user: An inactive account.
    """
    states = TokenState.objects.using(database_of(user))
    states.update_or_create(user_id=user.pk, defaults={"awaits_activation": True})
    mail.post("activation", user)


def may_be_activated(user: AnyUser) -> bool:
    """Return whether ``user`` is active or awaits activation, and was not deactivated by staff.

    Args:
        user: The account.
    """
    state = getattr(user, "storefront_token_state", None)
    return user.is_active or (state is not None and state.awaits_activation)
