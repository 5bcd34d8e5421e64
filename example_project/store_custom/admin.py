"""The admin site of this project: its name, and products with their tags and likes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from generic_likes.selectors import with_likes
from generic_tags.admin import TaggedItemTabularInline
from store_custom import courier
from store_custom.models import OutboxMessage
from store_custom.services import outbox
from storefront_store.admin import OrderAdmin as StoreOrderAdmin
from storefront_store.admin import ProductAdmin as StoreProductAdmin
from storefront_store.admin.hardening import HardenedModelAdmin
from storefront_store.conf import get_model
from storefront_store.payments.admin import PaymentInline

admin.site.site_header = _("Storefront Admin")
admin.site.site_title = _("Storefront")
admin.site.index_title = _("Admin Dashboard")
admin.site.index_template = "store_custom/admin/index.html"


class ProductAdmin(StoreProductAdmin):
    """The store's page, with tags to edit and likes to see."""

    inlines = [TaggedItemTabularInline, *StoreProductAdmin.inlines]
    list_display = [*StoreProductAdmin.list_display, "likes"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the likes."""
        return with_likes(super().get_queryset(request))

    @admin.display(description=_("likes"), ordering="likes_count")
    def likes(self, product: Any) -> int:
        """How many like it."""
        count: int = product.likes_count
        return count


class StateFilter(admin.SimpleListFilter):
    """Filter mails by state."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the states."""
        return [("sent", _("Sent")), ("waiting", _("Waiting")), ("given_up", _("Given up")), ("held", _("Held"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the mails in the chosen state; an unknown state filters nothing."""
        if self.value() == "sent":
            return queryset.filter(sent_at__isnull=False)
        if self.value() in ("waiting", "given_up", "held"):
            chosen: QuerySet[Any] = getattr(queryset, str(self.value()))()
            return chosen
        return queryset


@admin.register(OutboxMessage)
class OutboxMessageAdmin(HardenedModelAdmin):
    """Mail to customers, to be looked at and sent again."""

    actions = ["send_again"]
    list_display = ["order_number", "kind", "recipient", "created_at", "sent_at", "due_at", "attempts", "last_error"]
    list_filter = [StateFilter, "kind", "created_at"]
    search_fields = ["=order_number", "=recipient", "=message_id"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: orders make mails."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a mail says what was true when it was stored."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: mails are purged by age, and go with their account."""
        return False

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may send mails again: those who may change the model."""
        return request.user.has_perm("store_custom.change_outboxmessage")

    @admin.action(description=_("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Make the mails due that were sent, given up or held; the others are on their way."""
        chosen = list(queryset)
        for message in chosen:
            outbox.send_again(message)
        courier.nudge()
        text = ngettext("%(number)d mail is on its way.", "%(number)d mails are on their way.", len(chosen))
        self.message_user(request, text % {"number": len(chosen)}, messages.SUCCESS)


class OrderAdmin(StoreOrderAdmin):
    """The store's page, with the payments of the order."""

    inlines = [*StoreOrderAdmin.inlines, PaymentInline]


for _model, _page in ((get_model("Product"), ProductAdmin), (get_model("Order"), OrderAdmin)):
    admin.site.unregister(_model)
    admin.site.register(_model, _page)
