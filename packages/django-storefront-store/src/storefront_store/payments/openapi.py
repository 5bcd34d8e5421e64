"""The OpenAPI description of payments and refunds. Loaded when drf-spectacular is installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from storefront_store.api.openapi.fields import Shapes
from storefront_store.api.openapi.operations import Example, Operation, View, one, rows
from storefront_store.api.openapi.schema import describe

SERIALIZERS: Final = "storefront_store.payments.api.serializers"
VIEWSETS: Final = "storefront_store.payments.api.views"
PAYMENT: Final = f"{SERIALIZERS}.PaymentSerializer"
REFUND: Final = f"{SERIALIZERS}.RefundSerializer"
PROVIDER: Final = ("provider_unavailable",)

VIEWS: Final[Mapping[str, View]] = {
    f"{VIEWSETS}.PaymentViewSet": View(
        "Payments",
        "storefront_store_payments.Payment",
        {
            "list": Operation("payments_list", "List the payments of an order", {200: rows(PAYMENT)}, guest_key=True),
            "create": Operation(
                "payments_start",
                "Start a payment of an order",
                {200: one(PAYMENT), 201: one(PAYMENT)},
                one(f"{SERIALIZERS}.StartPaymentSerializer"),
                description="For what is due. 200 if the same payment was started before and is still open.",
                codes={409: ("nothing_due", "payment_refused", "invalid_transition"), 503: PROVIDER},
                guest_key=True,
                examples=(
                    Example("Payment", {"variant": "default", "return_url": "https://shop.example.com/orders/1"}),
                ),
            ),
        },
    ),
    f"{VIEWSETS}.RefundViewSet": View(
        "Payments",
        "storefront_store_payments.Refund",
        {
            "list": Operation("refunds_list", "List the refunds of an order", {200: rows(REFUND)}),
            "create": Operation(
                "refunds_create",
                "Refund an order",
                {201: rows(REFUND), 202: rows(REFUND)},
                one(f"{SERIALIZERS}.StartRefundSerializer"),
                description="Everything that is left if no amount is given. 202 if the provider has not done it yet.",
                codes={409: ("refund_too_large", "payment_refused"), 503: PROVIDER},
                once=True,
                examples=(Example("A part", {"amount": 10.5, "reason": "Arrived broken."}),),
            ),
        },
    ),
    f"{VIEWSETS}.PaymentMethodViewSet": View(
        "Payments",
        "storefront_store_payments.Payment",
        {
            "list": Operation(
                "payment_methods_list", "List the ways to pay", {200: rows(f"{SERIALIZERS}.PaymentMethodSerializer")}
            )
        },
    ),
}


class PaymentShapes(Shapes):
    """Schema of payments."""

    target_class = PAYMENT
    enums = {"status": "PaymentStatus"}


class RefundShapes(Shapes):
    """Schema of refunds."""

    target_class = REFUND
    enums = {"status": "RefundStatus"}


describe(VIEWS)
