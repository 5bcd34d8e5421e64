from __future__ import annotations

from typing import Any

from rest_framework import serializers

from storefront_auth.accounts.identity import MAX_IDENTIFIER_LENGTH
from storefront_auth.accounts.lookup import login_field
from storefront_auth.api.serializers.fields import PasswordField


class LoginSerializer(serializers.Serializer):
    """A name or an address, as ``LOGIN_FIELD`` says, and a password."""

    password = PasswordField()

    def get_fields(self) -> dict[str, Any]:
        return {login_field(): serializers.CharField(max_length=MAX_IDENTIFIER_LENGTH), **super().get_fields()}

    @property
    def identifier(self) -> str:
        """Who wants to come in."""
        return self.validated_data[login_field()]


class RefreshSerializer(serializers.Serializer):
    """A refresh token."""

    refresh = serializers.CharField()


class TokenSerializer(serializers.Serializer):
    """A token of either kind."""

    token = serializers.CharField()
