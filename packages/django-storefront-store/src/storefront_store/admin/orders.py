"""The admin page of orders, which can't be edited; use cases change them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import CharField, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from storefront_store.admin.base import (
    StoreModelAdmin,
    badge,
    change_link,
)
from storefront_store.admin.customers import user_ordering, user_search_fields
from storefront_store.admin.events import event_value, may_view_events
from storefront_store.admin.hardening import is_searchable
from storefront_store.admin.order_actions import OrderActionsMixin
from storefront_store.admin.order_items import OrderAdjustmentInline, OrderItemInline, money
from storefront_store.admin.placing import PlacingMixin
from storefront_store.baskets import PostalAddress
from storefront_store.models import AbstractOrder, OrderEvent
from storefront_store.services import orders

PAYMENT_BADGES = {orders.PENDING: "open", orders.COMPLETE: "good", orders.FAILED: "bad", orders.REFUNDED: "off"}
SHOWN_EVENTS = 100


class StatusFilter(admin.SimpleListFilter):
    """List filter for the status of orders: placed, shipped or cancelled."""

    title: Any = _("status")
    parameter_name: str = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the statuses."""
        return [
            ("kept", _("Not cancelled")),
            (AbstractOrder.STATUS_PLACED, _("Placed")),
            (AbstractOrder.STATUS_SHIPPED, _("Shipped")),
            (AbstractOrder.STATUS_CANCELLED, _("Cancelled")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Filter the queryset; unknown values are ignored."""
        if self.value() == "kept":
            return queryset.kept()  # type: ignore[attr-defined]
        if self.value() == AbstractOrder.STATUS_PLACED:
            return queryset.kept().filter(shipped_at__isnull=True)  # type: ignore[attr-defined]
        if self.value() == AbstractOrder.STATUS_SHIPPED:
            return queryset.filter(shipped_at__isnull=False)
        if self.value() == AbstractOrder.STATUS_CANCELLED:
            return queryset.cancelled().filter(shipped_at__isnull=True)  # type: ignore[attr-defined]  # as its index
        return queryset


def _payment_step_to(status: str) -> Callable[[Any], bool]:
    """Return a function that returns whether an order's payment status can change to ``status``."""
    return lambda order: (order.payment_status, status) in orders.PAYMENT_STEPS


class OrderAdmin(OrderActionsMixin, PlacingMixin, StoreModelAdmin):
    """Admin page of orders. Staff may place an order for a customer, but not edit placed orders."""

    actions: Sequence[str] = [
        "mark_paid",
        "mark_failed",
        "ship",
        "mark_refunded",
        "cancel",
        "delete_selected",
    ]
    change_form_template: ClassVar[str] = "admin/storefront_store/order_change_form.html"
    inlines: ClassVar[Any] = [OrderItemInline, OrderAdjustmentInline]
    list_display: Any = ["number", "placed_at", "customer_link", "state", "payment", "amount"]
    list_filter: ClassVar[Any] = ["placed_at", "payment_status", StatusFilter]
    search_fields: ClassVar[Any] = user_search_fields("customer__user__")
    search_help_text: ClassVar[Any] = _("An order number, or the beginning of a name or an e-mail address.")

    # The label, required permission and condition of each button of the form.
    STEPS: dict[str, tuple[Any, str, Callable[[Any], bool]]] = {
        "mark_paid": (_("Mark as paid"), "change", _payment_step_to(orders.COMPLETE)),
        "mark_failed": (_("Mark as failed"), "change", _payment_step_to(orders.FAILED)),
        "ship": (_("Mark as shipped"), "ship", orders.is_shippable),
        "track": (_("Save tracking number"), "ship", lambda order: bool(order.shipped_at)),
        "mark_refunded": (_("Mark as refunded"), "change", _payment_step_to(orders.REFUNDED)),
        "cancel": (_("Cancel order"), "cancel", orders.is_cancellable),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Select the customers and their users, which have the names."""
        return super().get_queryset(request).select_related("customer__user")

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        """Return whether the user has the permission ``cancel_order``."""
        return orders.may_cancel_any(request.user)

    def has_ship_permission(self, request: HttpRequest) -> bool:
        """Return whether the user has the permission ``ship_order``."""
        return orders.may_ship(request.user)

    def has_history_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may see the history of orders."""
        return may_view_events(request.user)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search an order by its number, using the index, or else orders by their customer."""
        try:
            key = self.opts.pk.to_python(search_term.strip().removeprefix("#"))
        except ValidationError:
            return super().get_search_results(request, queryset, search_term)
        by_number = queryset.filter(pk=key)
        if not isinstance(self.opts.pk, CharField):
            return (by_number if is_searchable(search_term) else queryset.none()), False
        found, duplicates = super().get_search_results(request, queryset, search_term)
        return found | by_number, duplicates

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Return the read-only fields: all fields of a placed order."""
        if obj is None:
            return []
        return [name for _title, part in self.get_fieldsets(request, obj) for name in part["fields"]]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[Any, Any]]:
        """Return the fieldsets: order and status, then fields of a custom model, then the history."""
        if obj is None:
            return self.placing_fieldsets()
        own = {field.name for field in AbstractOrder._meta.get_fields()} | {self.opts.pk.name}
        added = [field.name for field in self.opts.fields if field.name not in own]
        shown = ["placed_at", "customer_link", "email", "state", "payment", "amount", "address", "billed_to", "note"]
        if obj is not None and obj.shipped_at:
            shown += ["shipped_at", "tracking"]
        shown += added
        fieldsets: list[tuple[Any, Any]] = [(None, {"fields": shown})]
        if self.has_history_permission(request):
            fieldsets.append((_("History"), {"fields": ["history"]}))
        return fieldsets

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show an order, or run the action of the button that was clicked."""
        order = self.get_object(request, unquote(object_id)) if request.method == "POST" and object_id else None
        if order is not None:
            return self._press(request, order)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Add the buttons of the actions that are possible for the order."""
        context["steps"] = steps = self._steps(request, obj)
        context["asks_tracking"] = any(name in {"ship", "track"} for name, _label in steps)
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def _steps(self, request: HttpRequest, order: Any) -> list[tuple[str, Any]]:
        if order is None or order.cancelled_at:
            return []
        return [
            (name, label)
            for name, (label, permission, sensible) in self.STEPS.items()
            if sensible(order) and self._permitted(request, permission)
        ]

    def _permitted(self, request: HttpRequest, permission: str) -> bool:
        allowed: bool = getattr(self, f"has_{permission}_permission")(request)
        return allowed

    def _press(self, request: HttpRequest, order: Any) -> HttpResponse:
        step = next((name for name in self.STEPS if name in request.POST), None)
        if not self.has_view_or_change_permission(request, order):
            raise PermissionDenied
        if step is not None:
            if not self._permitted(request, self.STEPS[step][1]):
                raise PermissionDenied
            getattr(self, step)(request, self.model._default_manager.filter(pk=order.pk))
        return HttpResponseRedirect(request.get_full_path())

    @admin.display(description=_("order"), ordering="pk")
    def number(self, order: Any) -> str:
        """Return the order number."""
        return str(order)

    @admin.display(description=_("customer"), ordering=user_ordering("customer__user__"))
    def customer_link(self, order: Any) -> str:
        """Return the customer as a link."""
        return change_link(self.admin_site, order.customer)

    @admin.display(description=_("status"), ordering="cancelled_at")
    def state(self, order: Any) -> str:
        """Return the status as a badge."""
        if order.cancelled_at:
            return badge("off", _("Cancelled"))
        return badge("good", _("Shipped") if order.shipped_at else _("Placed"))

    @admin.display(description=_("payment"), ordering="payment_status")
    def payment(self, order: Any) -> str:
        """Return the payment status as a badge."""
        return badge(PAYMENT_BADGES[order.payment_status], order.get_payment_status_display())

    @admin.display(description=_("total"), ordering="total")
    def amount(self, order: Any) -> str:
        """Return the total with its currency."""
        return money(order.total, order.currency)

    @admin.display(description=_("shipping address"))
    def address(self, order: Any) -> str:
        """Return the shipping address at the time of the order."""
        return ", ".join(PostalAddress.of(order.shipping_address or {}).lines())

    @admin.display(description=_("billing address"))
    def billed_to(self, order: Any) -> str:
        """Return the billing address at the time of the order."""
        return ", ".join(PostalAddress.of(order.billing_address or {}).lines())

    @admin.display(description=_("events"))
    def history(self, order: Any) -> str:
        """Return the history, newest first."""
        events = [
            {
                "at": event.at,
                "what": event.get_event_display(),
                "old": event_value(event.old_value),
                "new": event_value(event.new_value),
                "who": event.actor_name,
            }
            for event in OrderEvent.objects.filter(order_number=str(order.pk))[:SHOWN_EVENTS]
        ]
        return render_to_string("admin/storefront_store/order_history.html", {"events": events})
