"""Paths of the API below the prefix of the tests."""

from __future__ import annotations

# Nobody has to be authenticated for these.
PUBLIC_PATHS = [
    "users/",
    "users/activation/",
    "users/resend_activation/",
    "users/reset_password/",
    "users/reset_password_confirm/",
    "users/reset_username/",
    "users/reset_username_confirm/",
    "jwt/create/",
    "jwt/refresh/",
    "jwt/verify/",
    "jwt/logout/",
]
