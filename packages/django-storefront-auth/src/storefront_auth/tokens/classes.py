"""The tokens of simplejwt, with two claims that let the authentication query tell whether they are still good."""

from __future__ import annotations

from typing import Any, Self

from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from rest_framework_simplejwt.utils import datetime_from_epoch

from storefront_auth.models import TokenState
from storefront_auth.tokens.claims import PASSWORD_CLAIM, VERSION_CLAIM, password_fingerprint
from storefront_auth.types import AnyUser


class _StampedToken(tokens.Token):
    @classmethod
    def for_user(cls, user: AnyUser) -> Self:
        """Return a new token for ``user``."""
        state, _ = TokenState.objects.get_or_create(user=user)
        token = cls()
        token[api_settings.USER_ID_CLAIM] = str(user.pk)
        token[VERSION_CLAIM] = state.version
        token[PASSWORD_CLAIM] = password_fingerprint(user)
        token.register(user)
        return token

    def register(self, user: AnyUser) -> None:
        """Note that the token was given out."""


class AccessToken(_StampedToken, tokens.AccessToken):
    """Opens the API for a short while."""


class RefreshToken(_StampedToken, tokens.RefreshToken):
    """Buys one new pair of tokens, once."""

    access_token_class = AccessToken

    def register(self, user: AnyUser) -> None:
        OutstandingToken.objects.create(
            user_id=user.pk,
            jti=self[api_settings.JTI_CLAIM],
            # The token itself is a password: who reads the table must not be able to log in with it.
            token="",
            created_at=self.current_time,
            expires_at=datetime_from_epoch(self["exp"]),
        )

    def successor(self, user: AnyUser) -> RefreshToken:
        """Return a new token with the claims of this one, those of the host too."""
        fresh = type(self)()
        for claim, value in self.payload.items():
            if claim not in self.no_copy_claims:
                fresh[claim] = value
        fresh.register(user)
        return fresh


class PresentedRefreshToken(RefreshToken):
    """A refresh token whose use is decided by an insert into the blacklist, and not by a look at it."""

    def check_blacklist(self) -> None:
        """Leave the question to the insert."""


class PresentedToken(tokens.UntypedToken):
    """A token of either kind."""

    def is_refresh(self) -> Any:
        """Return whether the blacklist must be asked, too."""
        return self.get(api_settings.TOKEN_TYPE_CLAIM) == RefreshToken.token_type
