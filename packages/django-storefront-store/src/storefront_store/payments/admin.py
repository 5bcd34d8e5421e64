"""The admin pages of payments, which are read-only; use cases refund them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from storefront_store.admin.base import PartInline, ReadOnlyMixin, StoreModelAdmin, badge, change_link
from storefront_store.admin.order_items import money
from storefront_store.exceptions import InvalidInput, StoreError
from storefront_store.payments.conf import app_settings
from storefront_store.payments.models import Payment, Refund
from storefront_store.payments.services import refunds, sync

BADGES = {
    Payment.Status.CREATED: "open",
    Payment.Status.WAITING: "open",
    Payment.Status.AUTHORIZED: "open",
    Payment.Status.CAPTURED: "good",
    Payment.Status.FAILED: "bad",
    Payment.Status.REFUNDED: "off",
}


class AttentionFilter(admin.SimpleListFilter):
    """List filter for payments that need attention."""

    title: Any = _("needs attention")
    parameter_name: str = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return a choice for any reason, then one for each."""
        return [("any", _("Any reason")), *Payment.Attention.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the payments with the chosen reason."""
        if self.value() == "any":
            return queryset.filter(attention__gt="")  # a range of the index, unlike an exclusion
        return queryset.filter(attention=self.value()) if self.value() in Payment.Attention else queryset


class VariantFilter(admin.SimpleListFilter):
    """List filter for the variant of payments, with the variants in the settings as choices."""

    title: Any = _("variant")
    parameter_name: str = "variant"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return a choice for each variant."""
        return [(name, name) for name in app_settings.VARIANTS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the payments with the chosen variant."""
        return queryset.filter(variant=self.value()) if self.value() in app_settings.VARIANTS else queryset


class RefundInline(PartInline):
    """Inline of the refunds of a payment."""

    model: Any = Refund
    fields: ClassVar[Any] = ("created_at", "amount", "status", "reason", "actor", "message", "reference")
    readonly_fields: ClassVar[Any] = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Select the users with the refunds."""
        return super().get_queryset(request).select_related("actor")


class PaymentInline(PartInline):
    """Inline of the payments of an order. Add it to the inlines of your ``OrderAdmin``."""

    model: Any = Payment
    fields: ClassVar[Any] = ("link", "state", "captured", "refunded", "attention")
    readonly_fields: ClassVar[Any] = fields

    @admin.display(description=_("payment"))
    def link(self, payment: Payment) -> str:
        """Return a link to the payment."""
        return change_link(self.admin_site, payment)

    @admin.display(description=_("status"))
    def state(self, payment: Payment) -> str:
        """Return the status as a badge."""
        return badge(BADGES[Payment.Status(payment.status)], payment.get_status_display())


@admin.register(Payment)
class PaymentAdmin(ReadOnlyMixin, StoreModelAdmin):
    """Admin page of payments, on which staff refund payments and handle those that need attention."""

    actions: Sequence[str] = ["refund", "ask_provider", "dismiss"]
    change_form_template: ClassVar[str] = "admin/storefront_store_payments/payment_change_form.html"
    inlines: ClassVar[Any] = [RefundInline]
    list_display: Any = [
        "created_at",
        "order_link",
        "variant",
        "state",
        "taken",
        "given_back",
        "attention",
    ]
    list_filter: ClassVar[Any] = ["created_at", "status", AttentionFilter, VariantFilter]
    search_fields: ClassVar[Any] = ["order_number__exact", "reference__exact"]
    search_help_text: ClassVar[Any] = _("An order number, or the provider's reference.")
    fields: ClassVar[Any] = (
        "order_link",
        "variant",
        "state",
        "attention",
        "amount",
        "currency",
        "captured",
        "refunded",
        "settles",
        "reference",
        "message",
        "created_at",
        "updated_at",
    )
    # the buttons of the form: label and condition
    STEPS: dict[str, tuple[Any, Callable[[Payment], bool]]] = {
        "refund": (_("Refund"), lambda payment: payment.refundable > 0),
        "ask_provider": (_("Ask the provider"), lambda payment: payment.status in Payment.OPEN),
        "refund_paid": (_("The refund was paid"), lambda payment: _unknown_refunds(payment).exists()),
        "refund_not_paid": (_("The refund was not paid"), lambda payment: _unknown_refunds(payment).exists()),
        "dismiss": (_("Dealt with"), lambda payment: bool(payment.attention)),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Select the orders with the payments."""
        return super().get_queryset(request).select_related("order")

    def has_refund_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may refund."""
        return request.user.has_perm("storefront_store_payments.add_refund")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return all fields."""
        return self.fields

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show a payment, or run the action of the button that was clicked."""
        payment = self.get_object(request, unquote(object_id)) if request.method == "POST" and object_id else None
        if payment is not None:
            return self._press(request, payment)
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
        """Add the buttons of the possible actions."""
        allowed = obj is not None and self.has_refund_permission(request)
        context["steps"] = [(name, label) for name, (label, fits) in self.STEPS.items() if allowed and fits(obj)]
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def _press(self, request: HttpRequest, payment: Payment) -> HttpResponse:
        step = next((name for name in self.STEPS if name in request.POST), None)
        if not self.has_view_permission(request, payment) or (step and not self.has_refund_permission(request)):
            raise PermissionDenied
        if step is not None:
            getattr(self, step)(request, Payment.objects.filter(pk=payment.pk))
        return HttpResponseRedirect(request.get_full_path())

    @admin.action(description=_("Refund in full"), permissions=["refund"])
    def refund(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Refund what is left; the form of a single payment may have an amount and a reason."""
        reason = request.POST.get("reason", "")[:255].replace("\x00", "")

        def step(payment: Payment) -> None:
            amount = _amount(request.POST.get("amount", ""))
            refund = refunds.refund_payment(payment.pk, amount, reason=reason, user=request.user)
            if refund.status == Refund.Status.FAILED:
                raise StoreError(_("The provider refused the refund."))
            self.log_changes(request, [payment], "Refunded")

        self._each(request, queryset, step)

    @admin.action(description=_("Ask the provider"), permissions=["refund"])
    def ask_provider(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Request the status of payments from the providers."""
        self._each(request, queryset.filter(status__in=Payment.OPEN), lambda payment: sync.sync_payment(payment.pk))

    @admin.action(description=_("Mark as dealt with"), permissions=["refund"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Clear the flag for attention."""
        self._each(request, queryset, lambda payment: Payment.objects.filter(pk=payment.pk).update(attention=""))

    def refund_paid(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Record that refunds with an unknown outcome were paid."""
        self._settle(request, queryset, paid=True)

    def refund_not_paid(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Record that refunds with an unknown outcome were not paid."""
        self._settle(request, queryset, paid=False)

    def _settle(self, request: HttpRequest, queryset: QuerySet[Any], *, paid: bool) -> None:
        def step(payment: Payment) -> None:
            for refund in _unknown_refunds(payment):
                refunds.settle_refund(refund.pk, paid=paid, user=request.user)

        self._each(request, queryset, step)

    def _each(self, request: HttpRequest, queryset: QuerySet[Any], step: Callable[[Payment], object]) -> None:
        """Call ``step`` with each payment, each separately, and show the results as messages."""
        done = 0
        for payment in list(queryset.order_by("pk")):
            try:
                step(payment)
                done += 1
            except StoreError as error:
                self.message_user(request, f"{payment}: {error.message}", messages.ERROR)
        if done:
            self.message_user(request, _("Done: %(number)d") % {"number": done}, messages.SUCCESS)

    @admin.display(description=_("order"), ordering="order_number")
    def order_link(self, payment: Payment) -> str:
        """Return a link to the order; its number if it was deleted."""
        return change_link(self.admin_site, payment.order) if payment.order else f"#{payment.order_number}"

    @admin.display(description=_("status"), ordering="status")
    def state(self, payment: Payment) -> str:
        """Return the status as a badge."""
        return badge(BADGES[Payment.Status(payment.status)], payment.get_status_display())

    @admin.display(description=_("captured"), ordering="captured")
    def taken(self, payment: Payment) -> str:
        """Return the captured amount."""
        return money(payment.captured, payment.currency)

    @admin.display(description=_("refunded"), ordering="refunded")
    def given_back(self, payment: Payment) -> str:
        """Return the refunded amount."""
        return money(payment.refunded, payment.currency)


def _unknown_refunds(payment: Payment) -> QuerySet[Any]:
    unknown = payment.attention == Payment.Attention.REFUND_UNKNOWN
    pending = Refund.objects.filter(payment=payment, status=Refund.Status.PENDING)
    return pending if unknown else pending.none()


def _amount(text: str) -> Decimal | None:
    """Return the entered amount; None for all that is left."""
    if not text.strip():
        return None
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation as error:
        raise InvalidInput(_("This is not an amount."), field="amount") from error
