"""What happened to orders."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from storefront_store.admin.base import ReadOnlyMixin, StoreModelAdmin
from storefront_store.conf import get_model
from storefront_store.models import AbstractOrder, OrderEvent


def may_view_events(user: Any) -> bool:
    """Tell whether ``user`` may see the history of orders: by its own permission, or by ``view_history``."""
    label = get_model("Customer")._meta.app_label
    return user.has_perm("storefront_store.view_orderevent") or user.has_perm(f"{label}.view_history")


class OrderEventAdmin(ReadOnlyMixin, StoreModelAdmin):
    """The history of all orders, of deleted ones too."""

    list_display: Any = ["at", "order_number", "event", "old", "new", "actor_name"]
    list_filter: ClassVar[Any] = ["at", "event"]
    search_fields: ClassVar[Any] = ["order_number__exact", "customer_number__exact"]
    search_help_text: ClassVar[Any] = _("An order number, or a customer number.")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the permission of its own, or by ``view_history``."""
        return may_view_events(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show it on the index to whoever may see it."""
        return may_view_events(request.user)

    @admin.display(description=_("from"), ordering="old_value")
    def old(self, event: OrderEvent) -> Any:
        """The value before, in words."""
        return event_value(event.old_value)

    @admin.display(description=_("to"), ordering="new_value")
    def new(self, event: OrderEvent) -> Any:
        """The value after, in words."""
        return event_value(event.new_value)


def event_value(value: str) -> Any:
    """Return a value of the history in words."""
    words = {
        **dict(AbstractOrder.PAYMENT_STATUS_CHOICES),
        AbstractOrder.STATUS_PLACED: _("Placed"),
        AbstractOrder.STATUS_SHIPPED: _("Shipped"),
        AbstractOrder.STATUS_CANCELLED: _("Cancelled"),
    }
    return words.get(value, value)
