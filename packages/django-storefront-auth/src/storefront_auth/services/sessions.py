"""Sessions that end together with the tokens of their user."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from storefront_auth.models import TokenState
from storefront_auth.tables import has_tables
from storefront_auth.transactions import database_of
from storefront_auth.types import AnyUser

#: The key of the session under which the version of the user's tokens is kept.
SESSION_KEY: Final = "storefront_auth_version"


def bind_session(request: HttpRequest, user: AnyUser) -> None:
    """Bind the session of ``request`` to the current version of the user's tokens.

    Args:
        request: The request that logged in.
        user: Who logged in.
    """
    session, using = getattr(request, "session", None), database_of(user)
    if session is not None and has_tables(using):
        session[SESSION_KEY] = TokenState.objects.using(using).get_or_create(user_id=user.pk)[0].version


def is_ended(request: HttpRequest, user: AnyUser | AnonymousUser) -> bool:
    """Return whether all sessions of ``user`` were ended since the one of ``request`` began.

    Args:
        request: A request with a session.
        user: The user whom the session names.
    """
    if not user.is_authenticated or not has_tables(database_of(user)):
        return False
    state = getattr(user, "storefront_token_state", None)
    return state is None or request.session.get(SESSION_KEY) != state.version
