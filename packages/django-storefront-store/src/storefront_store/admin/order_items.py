"""Inlines of the items and adjustments of an order."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from storefront_store.admin.base import (
    PartInline,
    change_link,
)
from storefront_store.conf import get_model
from storefront_store.models import OrderAdjustment


def money(amount: Any, currency: str) -> str:
    """Return an amount formatted in the active locale."""
    return f"{number_format(amount, decimal_pos=2, force_grouping=True)} {currency}"


class OrderItemInline(PartInline):
    """Inline of the items of an order."""

    model: Any = get_model("OrderItem")
    fields: ClassVar[Any] = ("product_link", "title", "quantity", "price", "line_total")
    readonly_fields: ClassVar[Any] = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Select the products and orders with the items."""
        return super().get_queryset(request).select_related("product", "order")

    @admin.display(description=_("product"))
    def product_link(self, item: Any) -> str:
        """Return the product as a link."""
        return change_link(self.admin_site, item.product)

    @admin.display(description=_("unit price"))
    def price(self, item: Any) -> str:
        """Return the price of one unit when the order was placed."""
        return money(item.unit_price, item.order.currency)

    @admin.display(description=_("total"))
    def line_total(self, item: Any) -> str:
        """Return the quantity times the unit price."""
        return money(item.unit_price * item.quantity, item.order.currency)


class OrderAdjustmentInline(PartInline):
    """Inline of the adjustments of an order."""

    model: Any = OrderAdjustment
    fields: ClassVar[Any] = ("label", "kind", "reference", "price")
    readonly_fields: ClassVar[Any] = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Select the orders with the adjustments."""
        return super().get_queryset(request).select_related("order")

    @admin.display(description=_("amount"))
    def price(self, adjustment: Any) -> str:
        """Return the amount, in brackets if the prices contain it."""
        text = money(adjustment.amount, adjustment.order.currency)
        return f"({text})" if adjustment.included else text
