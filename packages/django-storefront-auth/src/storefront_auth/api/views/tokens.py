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
from storefront_auth.api.serializers.tokens import LoginSerializer, RefreshSerializer, TokenSerializer
from storefront_auth.exceptions import AccountGone
from storefront_auth.services import tokens
from storefront_auth.throttling import LoginAttempt
from storefront_auth.tokens import RefreshToken


def _pair(refresh: RefreshToken) -> Response:
    return Response({"access": str(refresh.access_token), "refresh": str(refresh)})


class _OpenTokenView(AccountView, GenericAPIView):
    # What proves the right to ask is in the body; a stale header must not stand in its way.
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def validated(self, request: Request) -> Any:
        """Return the valid serializer of the request's body."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return serializer


class LoginView(_OpenTokenView):
    """Gives an access and a refresh token for a name, or an address, and a password."""

    serializer_class = LoginSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer = self.validated(request)
        attempt = LoginAttempt.of(request._request, serializer.identifier)
        if attempt.wait:
            raise Throttled(attempt.wait)
        user = authenticate(
            request._request, username=serializer.identifier, password=serializer.validated_data["password"]
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
        return _pair(refresh)


class RefreshView(_OpenTokenView):
    """Gives a new pair of tokens for a refresh token, once."""

    serializer_class = RefreshSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return _pair(tokens.rotate(self.validated(request).validated_data["refresh"]))


class VerifyView(_OpenTokenView):
    """Says whether a token would be accepted."""

    serializer_class = TokenSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        tokens.verify(self.validated(request).validated_data["token"])
        return Response({})


class LogoutView(_OpenTokenView):
    """Ends one refresh token."""

    serializer_class = RefreshSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        tokens.logout(self.validated(request).validated_data["refresh"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class LogoutAllView(AccountView):
    """Ends all tokens of the user, the one that the request came with too."""

    permission_classes = (IsAuthenticated,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        tokens.logout_everywhere(request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
