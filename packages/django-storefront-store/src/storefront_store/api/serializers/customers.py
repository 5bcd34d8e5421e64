"""Serializers of customers and their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers
from rest_framework.fields import get_error_detail
from rest_framework.validators import UniqueValidator

from storefront_store.addresses import country_code
from storefront_store.conf import get_model
from storefront_store.models import Address
from storefront_store.services.customers import save_address


class OwnCustomerSerializer(serializers.ModelSerializer[Any]):
    """A customer for the customer's own use, with a read-only membership."""

    user_id: serializers.PrimaryKeyRelatedField[Any] = serializers.PrimaryKeyRelatedField(source="user", read_only=True)
    first_name: serializers.CharField = serializers.CharField(read_only=True)
    last_name: serializers.CharField = serializers.CharField(read_only=True)

    class Meta:
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


class CustomerSerializer(serializers.ModelSerializer[Any]):
    """A customer for staff, who also choose the user of a new one."""

    user_id: serializers.PrimaryKeyRelatedField[Any] = serializers.PrimaryKeyRelatedField(
        source="user",
        queryset=get_user_model()._default_manager.all(),
        validators=[UniqueValidator(get_model("Customer")._default_manager.all())],
    )
    first_name: serializers.CharField = serializers.CharField(read_only=True)
    last_name: serializers.CharField = serializers.CharField(read_only=True)
    email: serializers.CharField = serializers.CharField(read_only=True)

    class Meta:
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

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; the user of an existing customer is read-only."""
        fields = super().get_fields()
        if self.instance is not None:
            fields["user_id"] = serializers.PrimaryKeyRelatedField(source="user", read_only=True)
        return fields


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
