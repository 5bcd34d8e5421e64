"""Orders: looked at here, moved on by the use cases alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import CharField, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from storefront_store.admin.base import (
    PartInline,
    StoreModelAdmin,
    badge,
    change_link,
)
from storefront_store.admin.customers import user_ordering, user_search_fields
from storefront_store.admin.events import event_value, may_view_events
from storefront_store.admin.placing import PlacingMixin
from storefront_store.baskets import PostalAddress
from storefront_store.conf import get_model
from storefront_store.exceptions import StoreError
from storefront_store.models import AbstractOrder, OrderAdjustment, OrderEvent
from storefront_store.services import orders
from storefront_store.services.batching import batches
from storefront_store.services.transactions import use_case

PAYMENT_BADGES = {orders.PENDING: "open", orders.COMPLETE: "good", orders.FAILED: "bad", orders.REFUNDED: "off"}
TRACKING_LENGTH = 255
SHOWN_EVENTS = 100
SHOWN_REFUSALS = 5


def money(amount: Any, currency: str) -> str:
    """Return an amount as people write it here."""
    return f"{number_format(amount, decimal_pos=2, force_grouping=True)} {currency}"


class StatusFilter(admin.SimpleListFilter):
    """Orders by where they stand: placed, shipped or cancelled."""

    title: Any = _("status")
    parameter_name: str = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return all states."""
        return [
            ("kept", _("Not cancelled")),
            (AbstractOrder.STATUS_PLACED, _("Placed")),
            (AbstractOrder.STATUS_SHIPPED, _("Shipped")),
            (AbstractOrder.STATUS_CANCELLED, _("Cancelled")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Any other value filters nothing."""
        if self.value() == "kept":
            return queryset.kept()  # type: ignore[attr-defined]
        if self.value() == AbstractOrder.STATUS_PLACED:
            return queryset.kept().filter(shipped_at__isnull=True)  # type: ignore[attr-defined]
        if self.value() == AbstractOrder.STATUS_SHIPPED:
            return queryset.filter(shipped_at__isnull=False)
        if self.value() == AbstractOrder.STATUS_CANCELLED:
            return queryset.cancelled()  # type: ignore[attr-defined]
        return queryset


class OrderItemInline(PartInline):
    """The lines of an order."""

    model: Any = get_model("OrderItem")
    fields = readonly_fields = ("product_link", "title", "quantity", "price", "line_total")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Bring products and currency along."""
        return super().get_queryset(request).select_related("product", "order")

    @admin.display(description=_("product"))
    def product_link(self, item: Any) -> str:
        """The product as it is now."""
        return change_link(self.admin_site, item.product)

    @admin.display(description=_("unit price"))
    def price(self, item: Any) -> str:
        """The price of one unit when the order was placed."""
        return money(item.unit_price, item.order.currency)

    @admin.display(description=_("total"))
    def line_total(self, item: Any) -> str:
        """What the line adds to the order."""
        return money(item.unit_price * item.quantity, item.order.currency)


def _payment_step_to(status: str) -> Callable[[Any], bool]:
    """Return a function that tells whether an order's payment may become ``status``."""
    return lambda order: (order.payment_status, status) in orders.PAYMENT_STEPS


class OrderAdjustmentInline(PartInline):
    """The amounts of an order beside its lines."""

    model: Any = OrderAdjustment
    fields = readonly_fields = ("label", "kind", "reference", "price")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Bring the order along."""
        return super().get_queryset(request).select_related("order")

    @admin.display(description=_("amount"))
    def price(self, adjustment: Any) -> str:
        """The amount; in brackets if the prices contain it."""
        text = money(adjustment.amount, adjustment.order.currency)
        return f"({text})" if adjustment.included else text


class OrderAdmin(PlacingMixin, StoreModelAdmin):
    """Orders. Staff may place one for a customer; what was agreed on is not edited."""

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

    # What the buttons of the form are called, the permission each needs, and when it makes sense.
    STEPS: dict[str, tuple[Any, str, Callable[[Any], bool]]] = {
        "mark_paid": (_("Mark as paid"), "change", _payment_step_to(orders.COMPLETE)),
        "mark_failed": (_("Mark as failed"), "change", _payment_step_to(orders.FAILED)),
        "ship": (_("Mark as shipped"), "ship", orders.is_shippable),
        "track": (_("Save tracking number"), "ship", lambda order: bool(order.shipped_at)),
        "mark_refunded": (_("Mark as refunded"), "change", _payment_step_to(orders.REFUNDED)),
        "cancel": (_("Cancel order"), "cancel", orders.is_cancellable),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Bring the customers along, whose names are those of their users."""
        return super().get_queryset(request).select_related("customer__user")

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        """Whether this person holds ``cancel_order``."""
        return orders.may_cancel_any(request.user)

    def has_ship_permission(self, request: HttpRequest) -> bool:
        """Whether this person holds ``ship_order``."""
        return orders.may_ship(request.user)

    def has_history_permission(self, request: HttpRequest) -> bool:
        """Whether this person may see what happened to orders."""
        return may_view_events(request.user)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find one order by its number, which an index serves, or else orders by their customer."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        try:
            key = self.opts.pk.to_python(search_term.strip().removeprefix("#"))
        except ValidationError:
            return found, duplicates
        by_number = queryset.filter(pk=key)
        return (found | by_number if isinstance(self.opts.pk, CharField) else by_number), duplicates

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Everything of an order that was placed."""
        if obj is None:
            return []
        return [name for _title, part in self.get_fieldsets(request, obj) for name in part["fields"]]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[Any, Any]]:
        """What was ordered and how it stands; then what a host has added; then the history."""
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
        """Show an order; a press of one of its buttons takes a step."""
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
        """Offer the steps that the order may take now."""
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

    @admin.action(description=_("Mark as paid"), permissions=["change"])
    def mark_paid(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Note that the money has come."""
        self._each(request, queryset, self._payment_step(request, orders.COMPLETE))

    @admin.action(description=_("Mark as failed"), permissions=["change"])
    def mark_failed(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Note that the money will not come this way."""
        self._each(request, queryset, self._payment_step(request, orders.FAILED))

    @admin.action(description=_("Mark as refunded"), permissions=["change"])
    def mark_refunded(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Record that the money was paid back outside this system."""
        self._each(request, queryset, self._payment_step(request, orders.REFUNDED))

    @admin.action(description=_("Mark as shipped"), permissions=["ship"])
    def ship(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Record that orders were handed to the carrier; the form of one order sends its tracking number along."""
        tracking = request.POST.get("tracking", "").strip()
        if len(tracking) > TRACKING_LENGTH or not tracking.isprintable():
            self.message_user(request, _("This is not a tracking number."), messages.ERROR)
            return

        @use_case
        def step(order: Any) -> None:
            orders.ship_order(order.pk, tracking=tracking or order.tracking, user=request.user)
            self.log_changes(request, [order], "Shipped at")

        self._each(request, queryset, step)

    def track(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Correct the tracking number of a shipped order."""
        self.ship(request, queryset)

    @admin.action(description=_("Cancel order"), permissions=["cancel"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Cancel orders and give their stock back."""

        @use_case
        def step(order: Any) -> None:
            orders.cancel_order(order.pk, user=request.user)
            self.log_changes(request, [order], "Cancelled at")

        self._each(request, queryset, step)

    def _payment_step(self, request: HttpRequest, status: str) -> Callable[[Any], None]:
        @use_case
        def step(order: Any) -> None:
            orders.change_payment_status(order.pk, status, user=request.user)
            self.log_changes(request, [order], "Payment status")

        return step

    @admin.action(description=delete_selected.short_description, permissions=["delete"])  # type: ignore[attr-defined]
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Ask as Django does, then delete order by order."""
        _objects, _count, perms_needed, protected = self.get_deleted_objects(queryset, request)
        if not request.POST.get("post") or protected or perms_needed:
            return delete_selected(self, request, queryset)
        self.delete_queryset(request, queryset)
        return None

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete orders, each with its lines and on its own."""

        @use_case
        def step(order: Any) -> None:
            doomed: Any = [order]
            self.log_deletions(request, doomed)
            orders.delete_order(order.pk, user=request.user)

        self._each(request, queryset, step, _deleted)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete an order with its lines."""
        orders.delete_order(obj.pk, user=request.user)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Lines go with their order; what stands in the way of a deletion is a payment."""
        doomed = list(objs)
        lines: dict[Any, list[str]] = {}
        items = get_model("OrderItem")
        for batch in batches(order.pk for order in doomed):
            for item in items._base_manager.filter(order__in=batch):
                lines.setdefault(item.order_id, []).append(f"{capfirst(items._meta.verbose_name)}: {item}")
        tree: list[Any] = []
        for order in doomed:
            tree += [f"{capfirst(self.opts.verbose_name)}: {order}", lines.get(order.pk, [])]
        counts = {
            self.opts.verbose_name_plural: len(doomed),
            items._meta.verbose_name_plural: sum(map(len, lines.values())),
        }
        permitted = self.has_delete_permission(request)
        paid = [change_link(self.admin_site, order) for order in doomed if order.payment_status == orders.COMPLETE]
        return tree, counts, set() if permitted else {self.opts.verbose_name}, paid

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        step: Callable[[Any], None],
        tell: Callable[[int], str] | None = None,
    ) -> None:
        """Take a step with each order, in a transaction of its own, and tell what came of it."""
        done, refused = 0, []
        for order in list(queryset.order_by("pk")):
            try:
                step(order)
                done += 1
            except StoreError as error:
                refused.append(f"{order}: {error.message}")
        if done:
            self.message_user(request, (tell or _updated)(done), messages.SUCCESS)
        for text in refused[:SHOWN_REFUSALS]:
            self.message_user(request, text, messages.ERROR)
        if len(refused) > SHOWN_REFUSALS:
            more = len(refused) - SHOWN_REFUSALS
            message = ngettext("%(number)d more order was refused.", "%(number)d more orders were refused.", more)
            self.message_user(request, message % {"number": more}, messages.ERROR)

    @admin.display(description=_("order"), ordering="pk")
    def number(self, order: Any) -> str:
        """The order number."""
        return str(order)

    @admin.display(description=_("customer"), ordering=user_ordering("customer__user__"))
    def customer_link(self, order: Any) -> str:
        """Who ordered."""
        return change_link(self.admin_site, order.customer)

    @admin.display(description=_("status"), ordering="cancelled_at")
    def state(self, order: Any) -> str:
        """Return the state as a badge."""
        if order.cancelled_at:
            return badge("off", _("Cancelled"))
        return badge("good", _("Shipped") if order.shipped_at else _("Placed"))

    @admin.display(description=_("payment"), ordering="payment_status")
    def payment(self, order: Any) -> str:
        """How the payment stands."""
        return badge(PAYMENT_BADGES[order.payment_status], order.get_payment_status_display())

    @admin.display(description=_("total"), ordering="total")
    def amount(self, order: Any) -> str:
        """The total with its currency."""
        return money(order.total, order.currency)

    @admin.display(description=_("shipping address"))
    def address(self, order: Any) -> str:
        """Where it goes, as it was when the order was placed."""
        return ", ".join(PostalAddress.of(order.shipping_address or {}).lines())

    @admin.display(description=_("billing address"))
    def billed_to(self, order: Any) -> str:
        """Where the invoice goes, as it was when the order was placed."""
        return ", ".join(PostalAddress.of(order.billing_address or {}).lines())

    @admin.display(description=_("events"))
    def history(self, order: Any) -> str:
        """What happened to it, the latest first."""
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


def _updated(number: int) -> str:
    return ngettext("%(number)d order was updated.", "%(number)d orders were updated.", number) % {"number": number}


def _deleted(number: int) -> str:
    return ngettext("%(number)d order was deleted.", "%(number)d orders were deleted.", number) % {"number": number}
