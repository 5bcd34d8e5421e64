"""Admin page of the history of orders."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from storefront_store.admin.base import ReadOnlyMixin, StoreModelAdmin
from storefront_store.conf import get_model
from storefront_store.models import AbstractOrder, OrderEvent


def may_view_events(user: Any) -> bool:
    """Return whether ``user`` may see the history of orders: with its view permission or ``view_history``."""
    label = get_model("Customer")._meta.app_label
    return user.has_perm("storefront_store.view_orderevent") or user.has_perm(f"{label}.view_history")


class OrderEventAdmin(ReadOnlyMixin, StoreModelAdmin):
    """Admin page of the history of all orders, including deleted ones."""

    list_display: Any = ["at", "order_number", "event", "old", "new", "actor_name"]
    list_filter: ClassVar[Any] = ["at", "event"]
    search_fields: ClassVar[Any] = ["order_number__exact", "customer_number__exact"]
    search_help_text: ClassVar[Any] = _("An order number, or a customer number.")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user has the view permission or ``view_history``."""
        return may_view_events(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether the page is listed on the index."""
        return may_view_events(request.user)

    @admin.display(description=_("from"), ordering="old_value")
    def old(self, event: OrderEvent) -> Any:
        """Return the old value as text."""
        return event_value(event.old_value)

    @admin.display(description=_("to"), ordering="new_value")
    def new(self, event: OrderEvent) -> Any:
        """Return the new value as text."""
        return event_value(event.new_value)


def event_value(value: str) -> Any:
    """Return a value of the history as text."""
    words = {
        **dict(AbstractOrder.PAYMENT_STATUS_CHOICES),
        AbstractOrder.STATUS_PLACED: _("Placed"),
        AbstractOrder.STATUS_SHIPPED: _("Shipped"),
        AbstractOrder.STATUS_CANCELLED: _("Cancelled"),
    }
    return words.get(value, value)
