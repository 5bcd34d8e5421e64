"""Orders and what can be said of them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from storefront_store.api.serializers.fields import MoneyField, key_field, nested
from storefront_store.conf import get_model
from storefront_store.models import AbstractOrder, OrderEvent


class OrderItemSerializer(serializers.ModelSerializer):
    """A line as it was when the order was placed, and the product as it is now."""

    product = serializers.SerializerMethodField()
    unit_price = MoneyField(max_digits=12)

    class Meta:
        model = get_model("OrderItem")
        fields = ["id", "product", "title", "unit_price", "quantity"]

    def get_product(self, item: Any) -> dict[str, Any]:
        """The product in short."""
        return nested("simple_product", item.product, context=self.context).data


class OrderSerializer(serializers.ModelSerializer):
    """An order in full."""

    items = OrderItemSerializer(many=True, read_only=True)
    total = MoneyField(read_only=True)
    status = serializers.ChoiceField(
        choices=[AbstractOrder.STATUS_PLACED, AbstractOrder.STATUS_SHIPPED, AbstractOrder.STATUS_CANCELLED],
        read_only=True,
    )

    class Meta:
        model = get_model("Order")
        fields = [
            "id",
            "customer",
            "placed_at",
            "payment_status",
            "status",
            "cancelled_at",
            "shipped_at",
            "tracking",
            "currency",
            "total",
            "shipping_address",
            "items",
        ]
        read_only_fields = fields

    @classmethod
    def setup_queryset(cls, queryset: Any) -> Any:
        """Bring the lines and their products along."""
        return queryset.with_lines()


class CheckoutSerializer(serializers.Serializer):
    """What is ordered: a cart, and where it goes."""

    cart_id = key_field("Cart")
    address_id = serializers.IntegerField(required=False, allow_null=True, min_value=1)


class PaymentStatusSerializer(serializers.Serializer):
    """The new payment status, one letter."""

    payment_status = serializers.ChoiceField(choices=AbstractOrder.PAYMENT_STATUS_CHOICES)


class ShipSerializer(serializers.Serializer):
    """What the carrier calls the parcel."""

    tracking = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")


class OrderEventSerializer(serializers.ModelSerializer):
    """One line of a history."""

    order = serializers.CharField(source="order_number")
    actor = serializers.CharField(source="actor_name")
    old = serializers.CharField(source="old_value")
    new = serializers.CharField(source="new_value")

    class Meta:
        model = OrderEvent
        fields = ["id", "at", "order", "event", "actor", "old", "new"]
        read_only_fields = fields
