from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from rest_framework import serializers

MAX_PASSWORD_LENGTH = 1024


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


class _IdentifierField(serializers.CharField):
    """Refuses what is too long before anything is made of it, or looked up: NFKC makes one letter eighteen."""

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if self.max_length is not None and len(value) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return value


class UsernameField(_IdentifierField):
    """A user name in the form in which it will be stored, for the validators to judge that."""

    def to_internal_value(self, data: Any) -> str:
        return get_user_model().normalize_username(super().to_internal_value(data))


class AddressField(_IdentifierField, serializers.EmailField):
    """An address in the form in which it will be stored."""

    def to_internal_value(self, data: Any) -> str:
        local, at, domain = super().to_internal_value(data).rpartition("@")
        return f"{local}{at}{domain.lower()}"
