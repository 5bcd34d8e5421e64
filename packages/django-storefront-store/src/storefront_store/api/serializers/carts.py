"""Carts and their lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from storefront_store.api.serializers.fields import MoneyField, key_field, nested, prices_of
from storefront_store.conf import get_model


class SimpleProductSerializer(serializers.ModelSerializer):
    """A product as carts and orders show it; the price is the list price."""

    unit_price = MoneyField(max_digits=12)

    class Meta:
        model = get_model("Product")
        fields = ["id", "title", "unit_price"]


class CartItemSerializer(serializers.ModelSerializer):
    """A line; its total uses the effective price."""

    product = serializers.SerializerMethodField()
    total_price = serializers.SerializerMethodField()

    class Meta:
        model = get_model("CartItem")
        fields = ["id", "product", "quantity", "total_price"]

    def get_product(self, item: Any) -> dict[str, Any]:
        """The product in short."""
        return nested("simple_product", item.product, context=self.context).data

    def get_total_price(self, item: Any) -> Decimal:
        """Quantity times effective price."""
        return prices_of(self).price(item.product).effective * item.quantity


class CartSerializer(serializers.ModelSerializer):
    """A cart with everything in it."""

    items = serializers.SerializerMethodField()
    total_price = serializers.SerializerMethodField()

    class Meta:
        model = get_model("Cart")
        fields = ["id", "items", "total_price"]

    def get_items(self, cart: Any) -> list[dict[str, Any]]:
        """The lines, in the order in which they were put in."""
        items = list(cart.items.all())
        prices_of(self).load(item.product for item in items)
        return nested("cart_item", items, many=True, context=self.context).data

    def get_total_price(self, cart: Any) -> Decimal:
        """The sum of the lines."""
        prices = prices_of(self)
        return sum((prices.price(item.product).effective * item.quantity for item in cart.items.all()), Decimal(0))


class AddItemSerializer(serializers.Serializer):
    """What is put into a cart."""

    id = key_field("CartItem", read_only=True)
    product_id = key_field("Product")
    quantity = serializers.IntegerField(min_value=1)


class ChangeItemSerializer(serializers.Serializer):
    """The new quantity of a line."""

    id = key_field("CartItem", read_only=True)
    quantity = serializers.IntegerField(min_value=1)
