"""The routes of simplejwt, and those to log out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import Throttled
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_simplejwt.exceptions import AuthenticationFailed

from storefront_auth.api.errors import AccountView
from storefront_auth.api.openapi import document_tokens
from storefront_auth.api.serializers.tokens import LoginSerializer, RefreshSerializer, TokenSerializer
from storefront_auth.exceptions import AccountGone
from storefront_auth.services import tokens
from storefront_auth.services.tokens import TokenPair
from storefront_auth.throttling import LoginAttempt


def _answer(pair: TokenPair) -> Response:
    return Response({name: str(token) for name, token in pair._asdict().items() if token is not None})


class OpenTokenView(AccountView, GenericAPIView[Any]):
    """Base class of the views that authenticate by the request body, and ignore the ``Authorization`` header."""

    authentication_classes: Any = ()
    permission_classes: Any = (AllowAny,)

    def validated(self, request: Request) -> Any:
        """Return the valid serializer of the request's body.

        Args:
            request: The request.
        """
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return serializer


@document_tokens("login")
class LoginView(OpenTokenView):
    """Returns an access and a refresh token for a name, or an address, and a password."""

    serializer_class: Any = LoginSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Log in."""
        serializer = self.validated(request)
        attempt = LoginAttempt.of(self.http_request, serializer.identifier)
        if attempt.wait:
            raise Throttled(attempt.wait)
        user = authenticate(
            self.http_request, username=serializer.identifier, password=serializer.validated_data["password"]
        )
        try:
            refresh = tokens.issue(user) if user is not None else None
        except AccountGone:
            refresh = None
        if refresh is None:
            raise AuthenticationFailed(
                str(_("No active account found with the given credentials")), code="no_active_account"
            )
        attempt.succeeded()
        return _answer(TokenPair(refresh.access_token, refresh))


@document_tokens("refresh")
class RefreshView(OpenTokenView):
    """Returns new tokens for a refresh token."""

    serializer_class: Any = RefreshSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Refresh the tokens."""
        return _answer(tokens.refresh(self.validated(request).validated_data["refresh"]))


@document_tokens("verify")
class VerifyView(OpenTokenView):
    """Checks whether a token is valid."""

    serializer_class: Any = TokenSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Check the token."""
        tokens.verify(self.validated(request).validated_data["token"])
        return Response({})


@document_tokens("logout")
class LogoutView(OpenTokenView):
    """Revokes one refresh token."""

    serializer_class: Any = RefreshSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Log out."""
        tokens.logout(self.validated(request).validated_data["refresh"])
        return Response(status=status.HTTP_204_NO_CONTENT)


@document_tokens("logout_all")
class LogoutAllView(AccountView):
    """Ends all tokens and sessions of the user, including the one of the request."""

    permission_classes: Any = (IsAuthenticated,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Log out everywhere."""
        tokens.logout_everywhere(self.account)
        return Response(status=status.HTTP_204_NO_CONTENT)
