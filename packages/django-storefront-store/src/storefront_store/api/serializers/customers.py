"""Customers and their addresses."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from rest_framework import serializers
from rest_framework.validators import UniqueValidator

from storefront_store.conf import get_model
from storefront_store.models import Address


class OwnCustomerSerializer(serializers.ModelSerializer):
    """A customer as seen by the person: the membership is not theirs to choose."""

    user_id: serializers.PrimaryKeyRelatedField[Any] = serializers.PrimaryKeyRelatedField(source="user", read_only=True)
    first_name = serializers.CharField(read_only=True)
    last_name = serializers.CharField(read_only=True)

    class Meta:
        model = get_model("Customer")
        fields = ["id", "user_id", "first_name", "last_name", "phone", "birth_date", "membership"]
        read_only_fields = ["membership"]


class CustomerSerializer(serializers.ModelSerializer):
    """A customer as seen by staff, who also choose the user when they make one."""

    user_id: serializers.PrimaryKeyRelatedField[Any] = serializers.PrimaryKeyRelatedField(
        source="user",
        queryset=get_user_model()._default_manager.all(),
        validators=[UniqueValidator(get_model("Customer")._default_manager.all())],
    )
    first_name = serializers.CharField(read_only=True)
    last_name = serializers.CharField(read_only=True)

    class Meta:
        model = get_model("Customer")
        fields = ["id", "user_id", "first_name", "last_name", "phone", "birth_date", "membership"]

    def get_fields(self) -> dict[str, Any]:
        """A customer's user is settled for good."""
        fields = super().get_fields()
        if self.instance is not None:
            fields["user_id"] = serializers.PrimaryKeyRelatedField(source="user", read_only=True)
        return fields


class AddressSerializer(serializers.ModelSerializer):
    """One of the own addresses."""

    class Meta:
        model = Address
        fields = ["id", "street", "city", "zip", "country"]
