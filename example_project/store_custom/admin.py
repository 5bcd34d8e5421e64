"""The admin pages of this project: products with tags and likes, mails, and orders with payments."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from generic_likes.selectors import UNLIKED, states_by_key
from generic_tags.admin import TaggedItemTabularInline
from store_custom import courier
from store_custom.models import OutboxMessage
from store_custom.services import outbox
from storefront_store.admin import OrderAdmin as StoreOrderAdmin
from storefront_store.admin import ProductAdmin as StoreProductAdmin
from storefront_store.admin.hardening import HardenedModelAdmin
from storefront_store.admin.lists import FoldedChangeList
from storefront_store.conf import get_model
from storefront_store.payments.admin import PaymentInline


class ProductChangeList(FoldedChangeList):
    """The list of products, which counts the likes of the products of a page in one statement."""

    def get_results(self, request: HttpRequest) -> None:
        """Load the page, with ``likes_count`` of each product."""
        super().get_results(request)
        products: Any = self.result_list
        states = states_by_key(self.model, [product.pk for product in products], using=self.root_queryset.db)
        for product in products:
            product.likes_count = states.get(product.pk, UNLIKED).likes_count


class ProductAdmin(StoreProductAdmin):
    """The store's product admin, with tags and the number of likes."""

    inlines = [TaggedItemTabularInline, *StoreProductAdmin.inlines]
    list_display = [*StoreProductAdmin.list_display, "likes"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ProductChangeList]:
        """Return the class of the list."""
        return ProductChangeList

    @admin.display(description=_("likes"))
    def likes(self, product: Any) -> int:
        """Return the number of likes."""
        count: int = product.likes_count
        return count


class StateFilter(admin.SimpleListFilter):
    """List filter by the state of mails."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the states."""
        return [("sent", _("Sent")), ("waiting", _("Waiting")), ("given_up", _("Given up")), ("held", _("Held"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the mails in the selected state, or all mails for an unknown state."""
        if self.value() == "sent":
            return queryset.filter(sent_at__isnull=False)
        if self.value() in ("waiting", "given_up", "held"):
            chosen: QuerySet[Any] = getattr(queryset, str(self.value()))()
            return chosen
        return queryset


@admin.register(OutboxMessage)
class OutboxMessageAdmin(HardenedModelAdmin):
    """Read-only list of the mails to customers, with an action to send them again."""

    actions = ["send_again"]
    list_display = ["order_number", "kind", "recipient", "created_at", "sent_at", "due_at", "attempts", "last_error"]
    list_filter = [StateFilter, "kind", "created_at"]
    search_fields = ["order_number__exact", "recipient__exact", "message_id__exact"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return ``False``, because mails are only created by orders."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return ``False``, because mails keep the content with which they were stored."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return ``False``, because mails are deleted by age or together with their account."""
        return False

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may send mails again, which needs the permission to change them."""
        return request.user.has_perm("store_custom.change_outboxmessage")

    @admin.action(description=_("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Send the selected mails again that were sent, given up or held; the others are still waiting."""
        chosen = list(queryset)
        for message in chosen:
            outbox.send_again(message)
        courier.nudge()
        text = ngettext("%(number)d mail is on its way.", "%(number)d mails are on their way.", len(chosen))
        self.message_user(request, text % {"number": len(chosen)}, messages.SUCCESS)


class OrderAdmin(StoreOrderAdmin):
    """The store's order admin, with the payments of the order."""

    inlines = [*StoreOrderAdmin.inlines, PaymentInline]


for _model, _page in ((get_model("Product"), ProductAdmin), (get_model("Order"), OrderAdmin)):
    if admin.site.is_registered(_model):  # not if a project swaps the model and registers its page later, or nowhere
        admin.site.unregister(_model)
    admin.site.register(_model, _page)
