"""The authentication backend."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db import router
from django.http import HttpRequest

from storefront_auth.accounts.identity import MAX_IDENTIFIER_LENGTH
from storefront_auth.accounts.lookup import find_for_login, login_field
from storefront_auth.tables import has_tables
from storefront_auth.throttling import LoginAttempt

MAX_PASSWORD_LENGTH: Final = 1024


class AccountBackend(ModelBackend):
    """Django's model backend, with login by name or address, which counts each attempt before it checks the password.

    Every form that calls :func:`django.contrib.auth.authenticate` uses it, so ``/admin/login/`` is throttled too.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        """Return the user with these credentials, or ``None``.

        Args:
            request: The request, if there is one.
            username: The name or address that was typed.
            password: The password.
            kwargs: Other credentials; the user name may be given under the name of its field.

        Raises:
            PermissionDenied: If there were too many attempts.
        """
        identifier = username if username is not None else kwargs.get(login_field())
        if identifier is None or password is None:
            return None
        # One character more than the maximum length, so that longer input never matches.
        identifier = identifier[: MAX_IDENTIFIER_LENGTH + 1]
        attempt = LoginAttempt.of(request, identifier)
        if attempt.wait:
            raise PermissionDenied
        password = password[: MAX_PASSWORD_LENGTH + 1]
        user = find_for_login(identifier)
        if user is None:
            # Takes as long as checking a wrong password.
            get_user_model()().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            attempt.succeeded()
            return user
        return None

    def user_can_authenticate(self, user: Any) -> bool:
        """Return whether the account is active; an ``is_active`` that is not a boolean counts as ``False``."""
        return getattr(user, "is_active", True) is True

    def get_user(self, user_id: Any) -> Any:
        """Return the user of a session, with the state that :class:`SessionVersionMiddleware` compares.

        Args:
            user_id: The primary key.
        """
        model = get_user_model()
        users = model._default_manager.all()
        if has_tables(router.db_for_read(model)):
            users = users.select_related("storefront_token_state")
        user = users.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
