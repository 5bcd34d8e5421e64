"""The public models; import them from here."""

from __future__ import annotations

from storefront_auth.models.profiles import Profile
from storefront_auth.models.tokens import TokenState
from storefront_auth.models.users import AbstractStorefrontUser, User

__all__ = ["AbstractStorefrontUser", "Profile", "TokenState", "User"]
