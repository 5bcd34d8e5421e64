"""Admin actions on orders; each runs a use case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from storefront_store.admin.base import StoreModelAdmin, change_link
from storefront_store.conf import get_model
from storefront_store.exceptions import StoreError
from storefront_store.services import orders
from storefront_store.services.batching import batches
from storefront_store.services.transactions import use_case

TRACKING_LENGTH: Final = 255
SHOWN_REFUSALS: Final = 5


class OrderActionsMixin(StoreModelAdmin):
    """Mixin with the actions on orders, which use one transaction per order."""

    @admin.action(description=_("Mark as paid"), permissions=["change"])
    def mark_paid(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Record that the payment was received."""
        self._each(request, queryset, self._payment_step(request, orders.COMPLETE))

    @admin.action(description=_("Mark as failed"), permissions=["change"])
    def mark_failed(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Record that the payment failed."""
        self._each(request, queryset, self._payment_step(request, orders.FAILED))

    @admin.action(description=_("Mark as refunded"), permissions=["change"])
    def mark_refunded(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Record that the payment was refunded outside this system."""
        self._each(request, queryset, self._payment_step(request, orders.REFUNDED))

    @admin.action(description=_("Mark as shipped"), permissions=["ship"])
    def ship(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Mark orders as shipped; the form of a single order includes its tracking number."""
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
        """Cancel orders and return their stock."""

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
        """Show the confirmation page of Django, then delete the orders one by one."""
        _objects, _count, perms_needed, protected = self.get_deleted_objects(queryset, request)
        if not request.POST.get("post") or protected or perms_needed:
            return delete_selected(self, request, queryset)
        self.delete_queryset(request, queryset)
        return None

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete orders with their items, each in its own transaction."""

        @use_case
        def step(order: Any) -> None:
            doomed: Any = [order]
            self.log_deletions(request, doomed)
            orders.delete_order(order.pk, user=request.user)

        self._each(request, queryset, step, _deleted)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete an order with its items."""
        orders.delete_order(obj.pk, user=request.user)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return the objects to delete, items included, and the paid orders that prevent the deletion."""
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
        paid = [change_link(self.admin_site, order) for order in doomed if orders.is_paid(order)]
        return tree, counts, set() if permitted else {self.opts.verbose_name}, paid

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        step: Callable[[Any], None],
        tell: Callable[[int], str] | None = None,
    ) -> None:
        """Call ``step`` with each order, each in its own transaction, and show the results as messages."""
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


def _updated(number: int) -> str:
    return ngettext("%(number)d order was updated.", "%(number)d orders were updated.", number) % {"number": number}


def _deleted(number: int) -> str:
    return ngettext("%(number)d order was deleted.", "%(number)d orders were deleted.", number) % {"number": number}
