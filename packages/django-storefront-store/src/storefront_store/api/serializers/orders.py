"""Serializers of orders, quotes and their parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from storefront_store.api.serializers.customers import PostalAddressSerializer
from storefront_store.api.serializers.fields import MoneyField, RateField, key_field, nested
from storefront_store.api.serializers.rows import RowSerializer
from storefront_store.conf import get_model
from storefront_store.models import AbstractOrder, OrderEvent

MAX_ID: Final = 2**63 - 1
MAX_CODES: Final = 20


class OrderAdjustmentSerializer(serializers.Serializer[Any]):
    """An adjustment of a quote or an order."""

    kind: serializers.CharField = serializers.CharField(read_only=True)
    label: serializers.CharField = serializers.CharField(read_only=True)  # type: ignore[assignment]
    amount: MoneyField = MoneyField(read_only=True)
    included: serializers.BooleanField = serializers.BooleanField(
        read_only=True, help_text=_("Whether the prices contain the amount, so that it is shown and not added.")
    )
    reference: serializers.CharField = serializers.CharField(read_only=True)


class OrderItemSerializer(RowSerializer):
    """An item as of the time of the order, with the current product."""

    unit_price: MoneyField = MoneyField(max_digits=12, read_only=True)
    tax_rate: RateField = RateField(read_only=True)
    tax: MoneyField = MoneyField(read_only=True)

    parts: ClassVar[Any] = {"product": "simple_product"}

    class Meta(RowSerializer.Meta):
        model: ClassVar[Any] = get_model("OrderItem")
        fields: ClassVar[Sequence[str]] = ["id", "product", "title", "unit_price", "quantity", "tax_rate", "tax"]


class OrderSerializer(RowSerializer):
    """An order with its items and adjustments."""

    items: OrderItemSerializer = OrderItemSerializer(source="item_list", many=True, read_only=True)
    subtotal: MoneyField = MoneyField(read_only=True)
    adjustments: OrderAdjustmentSerializer = OrderAdjustmentSerializer(
        source="adjustment_list", many=True, read_only=True
    )
    tax: MoneyField = MoneyField(read_only=True)
    total: MoneyField = MoneyField(read_only=True)
    status: serializers.ChoiceField = serializers.ChoiceField(
        choices=[AbstractOrder.STATUS_PLACED, AbstractOrder.STATUS_SHIPPED, AbstractOrder.STATUS_CANCELLED],
        read_only=True,
    )

    needed_columns: ClassVar[tuple[str, ...]] = ("cancelled_at", "shipped_at")
    prepared_attributes: ClassVar[tuple[str, ...]] = ("status",)
    lists: ClassVar[Any] = {"item_list": "items", "adjustment_list": "adjustments"}

    class Meta(RowSerializer.Meta):
        model: ClassVar[Any] = get_model("Order")
        fields: ClassVar[Sequence[str]] = [
            "id",
            "customer",
            "email",
            "placed_at",
            "payment_status",
            "status",
            "cancelled_at",
            "shipped_at",
            "tracking",
            "currency",
            "subtotal",
            "adjustments",
            "tax",
            "total",
            "shipping_address",
            "billing_address",
            "items",
        ]
        read_only_fields = fields

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any], context: dict[str, Any]) -> None:
        """Set the status of rows that are not model instances."""
        for order in rows:
            if not isinstance(order, AbstractOrder):
                order.status = AbstractOrder.status_of(order)

    @classmethod
    def setup_queryset(cls, queryset: Any) -> Any:
        """Prefetch the items, their products and the adjustments."""
        return queryset.with_details()


class CheckoutSerializer(serializers.Serializer[Any]):
    """The cart to order and the client's choices. A quote takes the same body without the cart.

    Subclasses can add fields, whose values adjusters get as ``basket.details`` and receivers of ``order_placing`` as
    ``details``.
    """

    cart_id: serializers.Field[Any, Any, Any, Any] = key_field("Cart")
    address_id: serializers.IntegerField = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=MAX_ID
    )
    address: PostalAddressSerializer = PostalAddressSerializer(required=False, allow_null=True)
    billing_address_id: serializers.IntegerField = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=MAX_ID
    )
    billing_address: PostalAddressSerializer = PostalAddressSerializer(required=False, allow_null=True)
    email: serializers.EmailField = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    shipping_method: serializers.CharField = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=64
    )
    vouchers: serializers.ListField = serializers.ListField(
        child=serializers.CharField(max_length=64), required=False, allow_empty=True, max_length=MAX_CODES
    )
    expected_total: MoneyField = MoneyField(required=False, min_value=0)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check that each address is given once.

        Raises:
            ValidationError: If both an address and the ID of one are given.
        """
        for name in ("address", "billing_address"):
            if attrs.get(name) and attrs.get(f"{name}_id"):
                raise serializers.ValidationError({name: [_("Give either an address or the ID of one.")]})
        return attrs


class QuoteLineSerializer(serializers.Serializer[Any]):
    """An item of a quote."""

    quantity: serializers.IntegerField = serializers.IntegerField(read_only=True)
    unit_price: MoneyField = MoneyField(max_digits=12, read_only=True)
    tax_rate: RateField = RateField(read_only=True)
    tax: MoneyField = MoneyField(read_only=True)
    amount: MoneyField = MoneyField(read_only=True)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the configured serializer for the product."""
        return {"product": nested("simple_product", read_only=True), **super().get_fields()}


class ShippingOfferSerializer(serializers.Serializer[Any]):
    """A shipping method to choose from."""

    id: serializers.CharField = serializers.CharField(read_only=True)
    label: serializers.CharField = serializers.CharField(read_only=True)  # type: ignore[assignment]
    amount: MoneyField = MoneyField(read_only=True)


class ProblemSerializer(serializers.Serializer[Any]):
    """A reason why the cart can't be ordered."""

    code: serializers.CharField = serializers.CharField(read_only=True)
    detail: serializers.CharField = serializers.CharField(read_only=True)
    field: serializers.CharField = serializers.CharField(read_only=True, allow_null=True)
    product_id: serializers.Field[Any, Any, Any, Any] = key_field("Product", read_only=True, allow_null=True)
    requested: serializers.IntegerField = serializers.IntegerField(read_only=True, allow_null=True)
    available: serializers.IntegerField = serializers.IntegerField(read_only=True, allow_null=True)


class QuoteSerializer(serializers.Serializer[Any]):
    """A quote: the items, adjustments and total of a cart."""

    currency: serializers.CharField = serializers.CharField(read_only=True)
    lines: QuoteLineSerializer = QuoteLineSerializer(many=True, read_only=True)
    subtotal: MoneyField = MoneyField(read_only=True)
    adjustments: OrderAdjustmentSerializer = OrderAdjustmentSerializer(many=True, read_only=True)
    tax: MoneyField = MoneyField(read_only=True)
    total: MoneyField = MoneyField(read_only=True)
    shipping_methods: ShippingOfferSerializer = ShippingOfferSerializer(many=True, read_only=True)
    problems: ProblemSerializer = ProblemSerializer(many=True, read_only=True)


class PaymentStatusSerializer(serializers.Serializer[Any]):
    """The new payment status, one letter."""

    payment_status: serializers.ChoiceField = serializers.ChoiceField(choices=AbstractOrder.PAYMENT_STATUS_CHOICES)


class ShipSerializer(serializers.Serializer[Any]):
    """The tracking number of the parcel."""

    tracking: serializers.CharField = serializers.CharField(
        max_length=255, required=False, allow_blank=True, default=""
    )


class OrderEventSerializer(serializers.ModelSerializer[Any]):
    """An event in the history of an order."""

    order: serializers.CharField = serializers.CharField(source="order_number")
    actor: serializers.CharField = serializers.CharField(source="actor_name")
    old: serializers.CharField = serializers.CharField(source="old_value")
    new: serializers.CharField = serializers.CharField(source="new_value")

    class Meta:
        model = OrderEvent
        fields: ClassVar[Sequence[str]] = ["id", "at", "order", "event", "actor", "old", "new"]
        read_only_fields = fields
