from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from storefront_auth.accounts.identity import MAX_IDENTIFIER_LENGTH
from storefront_auth.accounts.lookup import find_for_login, login_field
from storefront_auth.throttling import LoginAttempt
from storefront_auth.types import AnyUser

MAX_PASSWORD_LENGTH = 1024


class AccountBackend(ModelBackend):
    """Django's backend, by name or address, which counts every attempt before it looks at the password.

    It serves every form that calls :func:`django.contrib.auth.authenticate`, so ``/admin/login/`` is throttled too.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> AnyUser | None:
        identifier = username if username is not None else kwargs.get(login_field())
        if identifier is None or password is None:
            return None
        # One character more than anybody's, of name and password alike: enough to find nothing, and to be wrong.
        identifier = identifier[: MAX_IDENTIFIER_LENGTH + 1]
        attempt = LoginAttempt.of(request, identifier)
        if attempt.wait:
            raise PermissionDenied
        password = password[: MAX_PASSWORD_LENGTH + 1]
        user = find_for_login(identifier)
        if user is None:
            # As much work as for a wrong password.
            get_user_model()().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            attempt.succeeded()
            return user
        return None
