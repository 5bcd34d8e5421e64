"""Subclasses of simplejwt's token classes with the claims that the authentication query compares."""

from __future__ import annotations

from typing import Any, Self

from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.settings import api_settings

from storefront_auth.models import TokenState
from storefront_auth.tokens import records
from storefront_auth.tokens.claims import PASSWORD_CLAIM, VERSION_CLAIM, password_fingerprint
from storefront_auth.transactions import database_of
from storefront_auth.types import AnyUser


class StampedToken(tokens.Token):
    """Token that contains the version of its user's tokens and a fingerprint of the password."""

    @classmethod
    def for_user(cls, user: AnyUser) -> Self:  # type: ignore[override]
        """Return a new token for ``user``.

        Args:
            user: A saved user.
        """
        state, _ = TokenState.objects.using(database_of(user)).get_or_create(user_id=user.pk)
        token = cls()
        token[api_settings.USER_ID_CLAIM] = str(user.pk)
        token[VERSION_CLAIM] = state.version
        token[PASSWORD_CLAIM] = password_fingerprint(user)
        token.register(user)
        return token

    def register(self, user: AnyUser) -> None:
        """Record that the token was issued to ``user``."""


class AccessToken(StampedToken, tokens.AccessToken):
    """Short-lived token that authenticates requests."""


class RefreshToken(StampedToken, tokens.RefreshToken):  # type: ignore[misc]
    """Token that is exchanged for new access tokens; with rotation it can be used once."""

    access_token_class = AccessToken

    @property
    def access_token(self) -> AccessToken:
        """A new access token with the claims of this one."""
        token: Any = super().access_token
        return token

    def register(self, user: AnyUser) -> None:
        """Record that the token was issued to ``user``."""
        records.add(self, user)

    def successor(self, user: AnyUser) -> RefreshToken:
        """Return a new token with the claims of this one, including those that the project added.

        Args:
            user: The user of this token.
        """
        fresh = type(self)()
        for claim, value in self.payload.items():
            if claim not in self.no_copy_claims:
                fresh[claim] = value
        fresh.register(user)
        return fresh


class PresentedRefreshToken(RefreshToken):
    """Refresh token from a request; an insert into the blacklist decides whether it was used before."""

    def check_blacklist(self) -> None:
        """Do nothing, because the insert into the blacklist checks it."""


class PresentedToken(tokens.UntypedToken):
    """Access or refresh token from a request."""

    def is_refresh(self) -> bool:
        """Return whether it is a refresh token, for which the blacklist must be checked too."""
        return self.get(api_settings.TOKEN_TYPE_CLAIM) == RefreshToken.token_type
