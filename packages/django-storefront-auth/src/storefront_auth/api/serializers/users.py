from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import EmailField, Field
from djoser.conf import settings as djoser_settings
from rest_framework import serializers

from storefront_auth.accounts.lookup import has_field
from storefront_auth.api.serializers.fields import AddressField, PasswordField, UsernameField
from storefront_auth.services import accounts


def public_fields() -> list[str]:
    """Return what the API shows of a user: of any model, the fields that it has of these."""
    model = get_user_model()
    names = [model._meta.pk.name, model.USERNAME_FIELD, model.get_email_field_name(), "first_name", "last_name"]
    return [name for name in dict.fromkeys([*names, *model.REQUIRED_FIELDS]) if has_field(model, name)]


def _field_class(model_field: Field[Any, Any]) -> type[serializers.CharField] | None:
    """Return the serializer field for an address or a name, ``None`` for all else."""
    if isinstance(model_field, EmailField):
        return AddressField
    return UsernameField if model_field.name == get_user_model().USERNAME_FIELD else None


class _UserModelSerializer(serializers.ModelSerializer):
    def build_standard_field(self, field_name: str, model_field: Field[Any, Any]) -> Any:
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        return _field_class(model_field) or field_class, kwargs


class UserSerializer(_UserModelSerializer):
    """A user, as the user and staff see it. The name is changed by its own route, which asks for the password."""

    class Meta:
        model = get_user_model()
        fields = public_fields()
        read_only_fields = [get_user_model()._meta.pk.name, get_user_model().USERNAME_FIELD]

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        return accounts.update(instance, validated_data, activate_by_mail=djoser_settings.SEND_ACTIVATION_EMAIL)


class UserCreateSerializer(_UserModelSerializer):
    """A new account."""

    password = PasswordField()

    class Meta:
        model = get_user_model()
        fields = [*public_fields(), "password"]
        read_only_fields = [get_user_model()._meta.pk.name]

    def create(self, validated_data: dict[str, Any]) -> Any:
        return accounts.register(
            validated_data,
            activate_by_mail=djoser_settings.SEND_ACTIVATION_EMAIL,
            confirm=djoser_settings.SEND_CONFIRMATION_EMAIL,
        )


class LinkSerializer(serializers.Serializer):
    """The two parts of a mailed link."""

    uid = serializers.CharField(max_length=1024)
    token = serializers.CharField(max_length=255)


class EmailSerializer(serializers.Serializer):
    """An address to write to."""

    def get_fields(self) -> dict[str, Any]:
        return {get_user_model().get_email_field_name(): serializers.EmailField(max_length=254)}


class CurrentPasswordSerializer(serializers.Serializer):
    """Proof that the one who asks is more than the finder of a token."""

    current_password = PasswordField()


class SetPasswordSerializer(CurrentPasswordSerializer):
    """A new password."""

    new_password = PasswordField()


class ResetPasswordSerializer(LinkSerializer):
    """A new password, by link."""

    new_password = PasswordField()


class _NewUsernameMixin(serializers.Serializer):
    def get_fields(self) -> dict[str, Any]:
        field: Any = get_user_model()._meta.get_field(get_user_model().USERNAME_FIELD)
        field_class: Any = _field_class(field)
        new = field_class(max_length=field.max_length, validators=field.validators)
        return {**super().get_fields(), f"new_{field.name}": new}

    @property
    def new_username(self) -> str:
        """The name that was asked for."""
        return self.validated_data[f"new_{get_user_model().USERNAME_FIELD}"]


class SetUsernameSerializer(_NewUsernameMixin, CurrentPasswordSerializer):
    """A new name."""


class ResetUsernameSerializer(_NewUsernameMixin, LinkSerializer):
    """A new name, by link."""
