from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework_simplejwt import authentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken
from rest_framework_simplejwt.tokens import Token

from storefront_auth.exceptions import TokenNotValid
from storefront_auth.services import tokens
from storefront_auth.tokens import AccessToken
from storefront_auth.types import AnyUser

#: What an answer 401 asks for.
CHALLENGE = 'JWT realm="api"'
_SCHEMES = frozenset({b"jwt", b"bearer"})


class JWTAuthentication(authentication.JWTAuthentication):
    """Lets in the user whose access token the request carries, by one query.

    The header is ``Authorization: JWT <token>`` or ``Bearer <token>``. Every other token is answered alike, with 401:
    why it is no good tells something about the account.
    """

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE

    def get_raw_token(self, header: bytes) -> bytes | None:
        scheme, *rest = header.split() or [b""]
        if scheme.lower() not in _SCHEMES:
            return None
        if len(rest) != 1:
            raise AuthenticationFailed(
                str(_("The Authorization header must hold a scheme and a token.")), code="bad_authorization_header"
            )
        return rest[0]

    def get_validated_token(self, raw_token: bytes) -> Token:
        try:
            return tokens.read_token(AccessToken, raw_token)
        except TokenNotValid:
            raise InvalidToken from None

    def get_user(self, validated_token: Token) -> AnyUser:
        try:
            return tokens.user_of(validated_token)
        except TokenNotValid:
            raise InvalidToken from None
