"""The claims that end a token: the version of its user, and a fingerprint of the password."""

from __future__ import annotations

from django.utils.crypto import salted_hmac
from rest_framework_simplejwt.settings import api_settings

from storefront_auth.types import AnyUser

#: The version of the user's tokens; see :class:`~storefront_auth.models.TokenState`.
VERSION_CLAIM = "ver"
#: A fingerprint of the stored password, so that every change of the password ends the tokens.
PASSWORD_CLAIM = "pwd"  # noqa: S105


def password_fingerprint(user: AnyUser) -> str:
    """Return a keyed digest of the user's stored password hash."""
    digest = salted_hmac("storefront_auth.tokens", user.password, secret=api_settings.SIGNING_KEY, algorithm="sha256")
    return digest.hexdigest()[:32]
