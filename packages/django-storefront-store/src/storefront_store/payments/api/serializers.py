"""Serializers of payments and refunds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from storefront_store.api.serializers.fields import MoneyField
from storefront_store.payments.models import Payment, Refund


class StartPaymentSerializer(serializers.Serializer[Any]):
    """The payment method and the URL for the customer after the payment."""

    variant: serializers.CharField = serializers.CharField(max_length=100, trim_whitespace=False)
    return_url: serializers.CharField = serializers.CharField(max_length=2000, trim_whitespace=False)


class StartRefundSerializer(serializers.Serializer[Any]):
    """The amount to refund; by default all that is left."""

    amount: serializers.DecimalField = serializers.DecimalField(max_digits=15, decimal_places=2, required=False)
    reason: serializers.CharField = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")

    def validate_amount(self, amount: Any) -> Any:
        """Validate that the amount is positive."""
        if amount <= 0:
            raise serializers.ValidationError(self.fields["amount"].error_messages["invalid"], code="invalid")
        return amount


class RefundSerializer(serializers.ModelSerializer[Any]):
    """A refund of a payment."""

    amount: MoneyField = MoneyField(read_only=True)

    class Meta:
        model = Refund
        fields: ClassVar[Sequence[str]] = ["id", "payment", "amount", "status", "reason", "created_at"]
        read_only_fields = fields


class PaymentSerializer(serializers.ModelSerializer[Any]):
    """A payment with its refunds. The customer pays at ``url`` while the payment is open."""

    order: serializers.ReadOnlyField = serializers.ReadOnlyField(source="order_id")
    amount: MoneyField = MoneyField(read_only=True)
    captured: MoneyField = MoneyField(read_only=True)
    refunded: MoneyField = MoneyField(read_only=True)
    url: serializers.SerializerMethodField = serializers.SerializerMethodField()
    refunds: RefundSerializer = RefundSerializer(many=True, read_only=True)

    class Meta:
        model = Payment
        fields: ClassVar[Sequence[str]] = [
            "id",
            "order",
            "variant",
            "status",
            "amount",
            "currency",
            "captured",
            "refunded",
            "url",
            "created_at",
            "refunds",
        ]
        read_only_fields = fields

    def get_url(self, payment: Payment) -> str | None:
        """Return the URL for the customer, or None if the payment is not open."""
        return payment.url if payment.status in Payment.OPEN and payment.url else None


class PaymentMethodSerializer(serializers.Serializer[Any]):
    """A payment method."""

    variant: serializers.CharField = serializers.CharField()
    label: serializers.CharField = serializers.CharField()  # type: ignore[assignment]
