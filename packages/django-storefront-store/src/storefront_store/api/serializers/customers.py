"""Serializers of customers and their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers
from rest_framework.fields import get_error_detail
from rest_framework.validators import UniqueValidator

from storefront_store.addresses import country_code
from storefront_store.api.serializers.rows import RowSerializer
from storefront_store.conf import get_model
from storefront_store.models import AbstractCustomer, Address
from storefront_store.services.customers import save_address

USER_METHODS: Final = ("first_name", "last_name", "email")  # of customers, which read columns of the user
USER_FIELDS: Final = ("first_name", "last_name", get_user_model().get_email_field_name())
USER_COLUMNS: Final = tuple(f"user__{name}" for name in USER_FIELDS)


def has_usual_names(customer: Any, user: Any) -> bool:
    """Return whether the names of customers are columns of their users, as far as the models are concerned."""
    columns = {field.name for field in user._meta.concrete_fields if not field.null}
    own = any(getattr(customer, name) is not getattr(AbstractCustomer, name) for name in USER_METHODS)
    return columns.issuperset(USER_FIELDS) and not own


class NamedCustomerSerializer(RowSerializer):
    """Base serializer of customers, with the names and the address of the user.

    A model instance has methods for these. If a project's model overrides one, the serializer has no read plan.
    """

    needed_columns: ClassVar[tuple[str, ...]] = USER_COLUMNS
    prepared_attributes: ClassVar[tuple[str, ...]] = (
        USER_METHODS if has_usual_names(get_model("Customer"), get_user_model()) else ()
    )

    @classmethod
    def setup_queryset(cls, queryset: Any) -> Any:
        """Read the users with the customers."""
        return queryset.select_related("user")

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any], context: dict[str, Any]) -> None:
        """Set what the methods of a model instance return, for rows that are not model instances."""
        for customer in rows:
            if not isinstance(customer, AbstractCustomer):
                for name, column in zip(USER_METHODS, USER_COLUMNS, strict=True):
                    setattr(customer, name, getattr(customer, column) or "")


class AccountField(serializers.PrimaryKeyRelatedField[Any]):
    """Field for the user of a customer, which can be set for a new customer only."""

    def bind(self, field_name: str, parent: Any) -> None:
        """Make the field read-only if there is a customer already."""
        super().bind(field_name, parent)
        self.read_only = self.read_only or parent.instance is not None


class OwnCustomerSerializer(NamedCustomerSerializer):
    """A customer for the customer's own use, with a read-only membership."""

    user_id: serializers.PrimaryKeyRelatedField[Any] = serializers.PrimaryKeyRelatedField(source="user", read_only=True)
    first_name: serializers.CharField = serializers.CharField(read_only=True)
    last_name: serializers.CharField = serializers.CharField(read_only=True)

    class Meta(RowSerializer.Meta):
        model: ClassVar[Any] = get_model("Customer")
        fields: ClassVar[Sequence[str]] = [
            "id",
            "user_id",
            "first_name",
            "last_name",
            "phone",
            "birth_date",
            "membership",
        ]
        read_only_fields: ClassVar[Sequence[str]] = ["membership"]


class CustomerSerializer(NamedCustomerSerializer):
    """A customer for staff, who also choose the user of a new one."""

    user_id: AccountField = AccountField(
        source="user",
        queryset=get_user_model()._default_manager.all(),
        validators=[UniqueValidator(get_model("Customer")._default_manager.all())],
    )
    first_name: serializers.CharField = serializers.CharField(read_only=True)
    last_name: serializers.CharField = serializers.CharField(read_only=True)
    email: serializers.CharField = serializers.CharField(read_only=True)

    class Meta(RowSerializer.Meta):
        model: ClassVar[Any] = get_model("Customer")
        fields: ClassVar[Sequence[str]] = [
            "id",
            "user_id",
            "first_name",
            "last_name",
            "email",
            "phone",
            "birth_date",
            "membership",
        ]


class CountryField(serializers.CharField):
    """A country by its code of two letters. The English name is accepted as well."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "allow_blank": True, "max_length": 100, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        """Return the country code.

        Raises:
            ValidationError: If there is no such country.
        """
        try:
            return country_code(super().to_internal_value(data))
        except DjangoValidationError as error:
            raise serializers.ValidationError(get_error_detail(error)) from error


class PostalAddressSerializer(serializers.ModelSerializer[Any]):
    """An address sent with an order."""

    country: CountryField = CountryField()

    class Meta:
        model = Address
        fields: ClassVar[Sequence[str]] = [
            "name",
            "company",
            "street",
            "street2",
            "zip",
            "city",
            "region",
            "country",
            "phone",
        ]


class AddressSerializer(PostalAddressSerializer):
    """An address of a customer."""

    is_default_shipping: serializers.BooleanField = serializers.BooleanField(required=False)
    is_default_billing: serializers.BooleanField = serializers.BooleanField(required=False)

    class Meta(PostalAddressSerializer.Meta):
        fields: ClassVar[Any] = [
            "id",
            *PostalAddressSerializer.Meta.fields,
            "is_default_shipping",
            "is_default_billing",
        ]

    @classmethod
    def setup_queryset(cls, queryset: Any) -> Any:
        """Add whether each address is a default."""
        return queryset.with_defaults()

    def create(self, validated_data: dict[str, Any]) -> Address:
        """Save a new address."""
        return self.update(Address(customer=validated_data.pop("customer")), validated_data)

    def update(self, instance: Address, validated_data: dict[str, Any]) -> Address:
        """Save an address and whether it is a default."""
        defaults = {
            "default_shipping": validated_data.pop("is_default_shipping", None),
            "default_billing": validated_data.pop("is_default_billing", None),
        }
        for name, value in validated_data.items():
            setattr(instance, name, value)
        return save_address(instance, **defaults)
