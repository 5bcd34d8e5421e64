"""The token classes and claims of this package."""

from __future__ import annotations

from storefront_auth.tokens.claims import PASSWORD_CLAIM, VERSION_CLAIM, password_fingerprint
from storefront_auth.tokens.classes import (
    AccessToken,
    PresentedRefreshToken,
    PresentedToken,
    RefreshToken,
    StampedToken,
)

__all__ = [
    "PASSWORD_CLAIM",
    "VERSION_CLAIM",
    "AccessToken",
    "PresentedRefreshToken",
    "PresentedToken",
    "RefreshToken",
    "StampedToken",
    "password_fingerprint",
]
