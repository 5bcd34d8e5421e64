"""Serializer fields and mixins for names, addresses and passwords."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from djoser.conf import settings as djoser_settings
from rest_framework import serializers

MAX_PASSWORD_LENGTH = 1024


class PasswordField(serializers.CharField):
    """Password field that keeps leading and trailing blanks and limits the length."""

    def __init__(self, **kwargs: Any) -> None:
        """Create the field."""
        super().__init__(
            write_only=True,
            trim_whitespace=False,
            max_length=MAX_PASSWORD_LENGTH,
            style={"input_type": "password"},
            **kwargs,
        )


class _IdentifierField(serializers.CharField):
    """Field that rejects long values before normalizing them, because NFKC can expand a letter to eighteen."""

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if self.max_length is not None and len(value) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return value


class UsernameField(_IdentifierField):
    """User name field that normalizes the value before the validators run."""

    def to_internal_value(self, data: Any) -> str:
        """Return the normalized name."""
        return get_user_model().normalize_username(super().to_internal_value(data))


class AddressField(_IdentifierField, serializers.EmailField):
    """Email address field that normalizes the value."""

    def to_internal_value(self, data: Any) -> str:
        """Return the address with its domain in lower case."""
        local, at, domain = super().to_internal_value(data).rpartition("@")
        return f"{local}{at}{domain.lower()}"


class RetypeMixin(serializers.Serializer[Any]):
    """Adds a field to enter a value again if djoser's setting requires it, and compares both values.

    Attributes:
        retyped: The name of the field; that of the second one is prefixed with ``re_``.
        retype_setting: The key in ``DJOSER``.
        mismatch: The error message if the values differ.
    """

    retyped: ClassVar[str]
    retype_setting: ClassVar[str]
    mismatch: ClassVar[Any] = _("The two password fields didn't match.")

    def retype_field(self, required: bool) -> serializers.Field[Any, Any, Any, Any]:
        """Return the second field.

        Args:
            required: Whether it is required.
        """
        return PasswordField(required=required)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the second one."""
        required = bool(getattr(djoser_settings, self.retype_setting))
        return {**super().get_fields(), f"re_{self.retyped}": self.retype_field(required)}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the values without the second one, which must match the first."""
        again = attrs.pop(f"re_{self.retyped}", None)
        attrs = super().validate(attrs)
        if again is not None and again != attrs.get(self.retyped):
            raise serializers.ValidationError(self.mismatch, code="mismatch")
        return attrs
