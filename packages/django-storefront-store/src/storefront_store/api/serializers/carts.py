"""Carts and their lines."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from storefront_store.api.serializers.fields import FirstImageField, MoneyField, key_field, nested
from storefront_store.conf import get_model


class SimpleProductSerializer(serializers.ModelSerializer):
    """A product as carts and orders show it."""

    unit_price = MoneyField(max_digits=12, read_only=True, help_text=_("The list price."))
    effective_price = MoneyField(
        source="price.effective", max_digits=12, read_only=True, help_text=_("What a customer pays now, before tax.")
    )
    image = FirstImageField(source="images", read_only=True)

    class Meta:
        model = get_model("Product")
        fields = ["id", "title", "unit_price", "effective_price", "image"]


class CartItemSerializer(serializers.ModelSerializer):
    """A line; its total uses the effective price."""

    total_price = MoneyField(read_only=True)

    class Meta:
        model = get_model("CartItem")
        fields = ["id", "product", "quantity", "total_price"]

    def get_fields(self) -> dict[str, Any]:
        """Show the product by the serializer of the settings."""
        return {**super().get_fields(), "product": nested("simple_product", read_only=True)}


class CartSerializer(serializers.ModelSerializer):
    """A cart with everything in it."""

    total_price = MoneyField(read_only=True)

    class Meta:
        model = get_model("Cart")
        fields = ["id", "items", "total_price"]
        extra_kwargs = {"items": {"read_only": True}}

    def get_fields(self) -> dict[str, Any]:
        """Show the lines by the serializer of the settings."""
        fields = super().get_fields()
        fields["items"] = nested("cart_item", source="item_list", many=True, read_only=True)
        return fields


class AddItemSerializer(serializers.Serializer):
    """What is put into a cart."""

    id = key_field("CartItem", read_only=True)
    product_id = key_field("Product")
    quantity = serializers.IntegerField(min_value=1)


class ChangeItemSerializer(serializers.Serializer):
    """The new quantity of a line."""

    id = key_field("CartItem", read_only=True)
    quantity = serializers.IntegerField(min_value=1)


class MergeCartSerializer(serializers.Serializer):
    """The anonymous cart that is moved into the own one."""

    cart_id = key_field("Cart")
