from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from rest_framework import serializers

MAX_PASSWORD_LENGTH = 1024
MAX_IDENTIFIER_LENGTH = 254


class PasswordField(serializers.CharField):
    """A password as it was typed, blanks at its ends included, and not so long that hashing it is an attack."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            write_only=True,
            trim_whitespace=False,
            max_length=MAX_PASSWORD_LENGTH,
            style={"input_type": "password"},
            **kwargs,
        )


class UsernameField(serializers.CharField):
    """A user name in the form in which it will be stored, for the validators to judge that."""

    def to_internal_value(self, data: Any) -> str:
        return get_user_model().normalize_username(super().to_internal_value(data))


class AddressField(serializers.EmailField):
    """An address in the form in which it will be stored."""

    def to_internal_value(self, data: Any) -> str:
        local, at, domain = super().to_internal_value(data).rpartition("@")
        return f"{local}{at}{domain.lower()}"
