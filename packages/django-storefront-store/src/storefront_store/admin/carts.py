"""Read-only admin page of carts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from storefront_store.admin.base import PartInline, ReadOnlyMixin, StoreModelAdmin, change_link, count_of
from storefront_store.conf import get_model


class CartItemInline(PartInline):
    """Inline of the items of a cart."""

    model: Any = get_model("CartItem")
    fields: ClassVar[Any] = ("product_link", "quantity", "price")
    readonly_fields: ClassVar[Any] = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Select the products with the items."""
        return super().get_queryset(request).select_related("product")

    @admin.display(description=_("product"))
    def product_link(self, item: Any) -> str:
        """Return the product as a link."""
        return change_link(self.admin_site, item.product)

    @admin.display(description=_("unit price"))
    def price(self, item: Any) -> str:
        """Return the list price of one unit."""
        return number_format(item.product.unit_price, decimal_pos=2, force_grouping=True)


class CartAdmin(ReadOnlyMixin, StoreModelAdmin):
    """Read-only admin page of carts."""

    inlines: ClassVar[Any] = [CartItemInline]
    list_display: Any = ["id", "created_at", "updated_at", "lines"]
    list_filter: ClassVar[Any] = ["created_at", "updated_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Annotate the number of items."""
        return super().get_queryset(request).annotate(lines_count=count_of(self.model, "items"))

    @admin.display(description=_("lines"), ordering="lines_count")
    def lines(self, cart: Any) -> int:
        """Return the number of different products."""
        number: int = cart.lines_count
        return number
