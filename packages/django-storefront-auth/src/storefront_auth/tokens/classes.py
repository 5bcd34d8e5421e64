"""The token classes of simplejwt, with the claims by which the authentication query tells whether they are valid."""

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
    """Token that carries the version of its user's tokens and a fingerprint of the password."""

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
    """Opens the API for a short while."""


class RefreshToken(StampedToken, tokens.RefreshToken):  # type: ignore[misc]
    """Buys new access tokens; with rotation it is used once."""

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
        """Return a new token with the claims of this one, including those that the host added.

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
    """Refresh token from a request; whether it was used is decided by an insert into the blacklist."""

    def check_blacklist(self) -> None:
        """Leave the question to the insert."""


class PresentedToken(tokens.UntypedToken):
    """Access or refresh token from a request."""

    def is_refresh(self) -> bool:
        """Return whether it is a refresh token, so that the blacklist must be asked too."""
        return self.get(api_settings.TOKEN_TYPE_CLAIM) == RefreshToken.token_type
