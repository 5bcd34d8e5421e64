"""The admin pages of vouchers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storefront_store.admin.base import ReadOnlyMixin, StoreModelAdmin, badge
from storefront_store.vouchers.models import Voucher, VoucherRedemption


@admin.register(Voucher)
class VoucherAdmin(StoreModelAdmin):
    """Admin page of vouchers with their limits and numbers of uses."""

    autocomplete_fields: ClassVar[Any] = ["products", "collections"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["code", ("kind", "value"), "minimum_subtotal", "is_active"]}),
        (_("For what"), {"fields": ["products", "collections"]}),
        (_("When and how often"), {"fields": ["starts_at", "ends_at", "max_uses", "max_uses_per_customer", "used"]}),
    ]
    list_display: Any = ["code", "worth", "state", "uses", "starts_at", "ends_at"]
    list_filter: ClassVar[Any] = ["is_active", "kind", "starts_at", "ends_at"]
    readonly_fields: ClassVar[Any] = ["used"]
    search_fields: ClassVar[Any] = ["code"]

    @admin.display(description=_("value"), ordering="value")
    def worth(self, voucher: Voucher) -> str:
        """Return the value of the voucher."""
        return f"{voucher.value.normalize():f} %" if voucher.kind == Voucher.Kind.PERCENT else f"{voucher.value:.2f}"

    @admin.display(description=_("state"))
    def state(self, voucher: Voucher) -> str:
        """Return a badge that shows whether the voucher can be used now."""
        if voucher.is_in_force(timezone.now()):
            return badge("good", _("In force"))
        return badge("off", _("Not in force"))

    @admin.display(description=_("used"), ordering="used")
    def uses(self, voucher: Voucher) -> str:
        """Return the number of uses and the limit."""
        return str(voucher.used) if voucher.max_uses is None else f"{voucher.used} / {voucher.max_uses}"


@admin.register(VoucherRedemption)
class VoucherRedemptionAdmin(ReadOnlyMixin, StoreModelAdmin):
    """Read-only admin page of the uses of vouchers."""

    fields: ClassVar[Any] = ["voucher", "order", "number", "at"]
    list_display: Any = ["voucher", "order", "at"]
    list_select_related: ClassVar[Any] = ["voucher", "order"]
    search_fields: ClassVar[Any] = ["voucher__code"]
