"""The authenticator for Django REST framework."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework_simplejwt import authentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken
from rest_framework_simplejwt.tokens import Token

from storefront_auth.exceptions import ForeignToken, TokenNotValid
from storefront_auth.services import tokens
from storefront_auth.tokens import AccessToken

#: The value of ``WWW-Authenticate`` in a 401 response.
CHALLENGE: Final = 'JWT realm="api"'
_SCHEMES = frozenset({b"jwt", b"bearer"})


def invalid_token(error: TokenNotValid) -> InvalidToken:
    """Return the 401 for ``error``, which does not reveal anything about the account.

    Args:
        error: The reason why the token was rejected.
    """
    if isinstance(error, ForeignToken):
        # The signature is valid, so the project's own code made the token, and the reason is not a secret.
        return InvalidToken(
            str(
                _(
                    "This token lacks the version of its user. Create tokens with storefront_auth.tokens.RefreshToken"
                    ".for_user(user) or AccessToken.for_user(user), not with the classes of simplejwt."
                )
            )
        )
    return InvalidToken()


class JWTAuthentication(authentication.JWTAuthentication):
    """Authenticates the user by the access token in the request, with one query.

    The header is ``Authorization: JWT <token>`` or ``Bearer <token>``. Every invalid token gets the same 401 response,
    because the reason would reveal something about the account.
    """

    def authenticate_header(self, request: Request) -> str:
        """Return the value of ``WWW-Authenticate``."""
        return CHALLENGE

    def get_raw_token(self, header: bytes) -> bytes | None:
        """Return the token in the header, or ``None`` if the header has another scheme."""
        scheme, *rest = header.split() or [b""]
        if scheme.lower() not in _SCHEMES:
            return None
        if len(rest) != 1:
            raise AuthenticationFailed(
                str(_("The Authorization header must hold a scheme and a token.")), code="bad_authorization_header"
            )
        return rest[0]

    def get_validated_token(self, raw_token: bytes) -> Token:
        """Return ``raw_token`` as an access token."""
        try:
            return tokens.read_token(AccessToken, raw_token)
        except TokenNotValid as error:
            raise invalid_token(error) from None

    def get_user(self, validated_token: Token) -> Any:
        """Return the user of the token."""
        try:
            return tokens.user_of(validated_token)
        except TokenNotValid as error:
            raise invalid_token(error) from None
