"""Serializers of tokens."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from storefront_auth.accounts.identity import MAX_IDENTIFIER_LENGTH
from storefront_auth.accounts.lookup import login_field
from storefront_auth.api.serializers.fields import PasswordField


class LoginSerializer(serializers.Serializer[Any]):
    """Name or address, as ``LOGIN_FIELD`` says, and password."""

    password: PasswordField = PasswordField()

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, including the one that identifies the user."""
        identifier = serializers.CharField(max_length=MAX_IDENTIFIER_LENGTH, write_only=True)
        return {login_field(): identifier, **super().get_fields()}

    @property
    def identifier(self) -> str:
        """The name or address of the user who logs in."""
        return self.validated_data[login_field()]


class RefreshSerializer(serializers.Serializer[Any]):
    """Refresh token."""

    refresh: serializers.CharField = serializers.CharField(write_only=True)


class TokenSerializer(serializers.Serializer[Any]):
    """Access or refresh token."""

    token: serializers.CharField = serializers.CharField(write_only=True)


class TokenPairSerializer(serializers.Serializer[Any]):
    """Access and refresh token."""

    access: serializers.CharField = serializers.CharField(read_only=True)
    refresh: serializers.CharField = serializers.CharField(read_only=True)
