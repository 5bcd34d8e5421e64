"""Serializers of accounts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.db.models import EmailField, Field
from django.utils.translation import gettext_lazy as _
from djoser.conf import settings as djoser_settings
from rest_framework import serializers

from storefront_auth.accounts.lookup import NAME_FIELDS, has_field
from storefront_auth.api.serializers.fields import AddressField, PasswordField, RetypeMixin, UsernameField
from storefront_auth.services import accounts


def public_fields() -> list[str]:
    """Return the names of the user model's fields that the API shows."""
    model = get_user_model()
    names = [model._meta.pk.name, model.USERNAME_FIELD, model.get_email_field_name(), *NAME_FIELDS]
    return [name for name in dict.fromkeys([*names, *model.REQUIRED_FIELDS]) if has_field(model, name)]


def _field_class(model_field: Field[Any, Any]) -> type[serializers.CharField] | None:
    """Return the serializer field for an address or a name, ``None`` for anything else."""
    if isinstance(model_field, EmailField):
        return AddressField
    return UsernameField if model_field.name == get_user_model().USERNAME_FIELD else None


class UserModelSerializer(serializers.ModelSerializer[Any]):
    """Base class of the serializers of the user model, with normalizing fields for names and addresses."""

    def build_standard_field(self, field_name: str, model_field: Field[Any, Any]) -> Any:
        """Return the class and the arguments of a field."""
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        return _field_class(model_field) or field_class, kwargs

    @property
    def editor(self) -> Any:
        """The user of the request, or ``None`` outside of a request."""
        request = self.context.get("request")
        return request.user if request is not None else None


class UserSerializer(UserModelSerializer):
    """Account as its user and staff see it. The name is changed by a route that asks for the password."""

    class Meta:
        """The model and its public fields."""

        model: ClassVar[Any] = get_user_model()
        fields: ClassVar[Any] = public_fields()
        read_only_fields: ClassVar[Any] = [get_user_model()._meta.pk.name, get_user_model().USERNAME_FIELD]

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        """Change the account."""
        return accounts.update(
            instance, validated_data, activate_by_mail=djoser_settings.SEND_ACTIVATION_EMAIL, editor=self.editor
        )


class AccountChangeSerializer(UserSerializer):
    """Account as it is changed, for the description of the API: the view reads the password."""

    current_password: PasswordField = PasswordField(required=False)

    class Meta(UserSerializer.Meta):
        """The public fields and the password."""

        fields: ClassVar[Any] = [*UserSerializer.Meta.fields, "current_password"]


class UserCreateSerializer(RetypeMixin, UserModelSerializer):
    """New account."""

    password: PasswordField = PasswordField()
    retyped = "password"
    retype_setting = "USER_CREATE_PASSWORD_RETYPE"

    class Meta:
        """The model, its public fields and the password."""

        model: ClassVar[Any] = get_user_model()
        fields: ClassVar[Any] = [*public_fields(), "password"]
        read_only_fields: ClassVar[Any] = [get_user_model()._meta.pk.name]

    def create(self, validated_data: dict[str, Any]) -> Any:
        """Create the account."""
        return accounts.register(
            validated_data,
            activate_by_mail=djoser_settings.SEND_ACTIVATION_EMAIL,
            confirm=djoser_settings.SEND_CONFIRMATION_EMAIL,
            editor=self.editor,
        )


class LinkSerializer(serializers.Serializer[Any]):
    """Both parts of a mailed link."""

    uid: serializers.CharField = serializers.CharField(max_length=1024)
    token: serializers.CharField = serializers.CharField(max_length=255)


class EmailSerializer(serializers.Serializer[Any]):
    """Email address to write to."""

    def get_fields(self) -> dict[str, Any]:
        """Return the address field under the name that it has in the user model."""
        return {get_user_model().get_email_field_name(): serializers.EmailField(max_length=254)}


class CurrentPasswordSerializer(serializers.Serializer[Any]):
    """Current password, as proof that the request comes from more than the finder of a token."""

    current_password: PasswordField = PasswordField()


class SetPasswordSerializer(RetypeMixin, CurrentPasswordSerializer):
    """New password."""

    new_password: PasswordField = PasswordField()
    retyped = "new_password"
    retype_setting = "SET_PASSWORD_RETYPE"


class ResetPasswordSerializer(RetypeMixin, LinkSerializer):
    """New password, by a mailed link."""

    new_password: PasswordField = PasswordField()
    retyped = "new_password"
    retype_setting = "PASSWORD_RESET_CONFIRM_RETYPE"


def _new_username_field(**kwargs: Any) -> serializers.CharField:
    field: Any = get_user_model()._meta.get_field(get_user_model().USERNAME_FIELD)
    field_class: Any = _field_class(field)
    return field_class(max_length=field.max_length, **kwargs)


class NewUsernameMixin(RetypeMixin):
    """New user name, under the name that the field has in the user model."""

    retyped: ClassVar[Any] = f"new_{get_user_model().USERNAME_FIELD}"
    mismatch: ClassVar[Any] = _("The two name fields didn't match.")

    def retype_field(self, required: bool) -> serializers.Field[Any, Any, Any, Any]:
        """Return the second field."""
        return _new_username_field(required=required, write_only=True)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with those for the new name."""
        field: Any = get_user_model()._meta.get_field(get_user_model().USERNAME_FIELD)
        return {**super().get_fields(), self.retyped: _new_username_field(validators=field.validators)}

    @property
    def new_username(self) -> str:
        """The new user name."""
        return self.validated_data[self.retyped]


class SetUsernameSerializer(NewUsernameMixin, CurrentPasswordSerializer):
    """New user name."""

    retype_setting = "SET_USERNAME_RETYPE"


class ResetUsernameSerializer(NewUsernameMixin, LinkSerializer):
    """New user name, by a mailed link."""

    retype_setting = "USERNAME_RESET_CONFIRM_RETYPE"
