"""Admin pages of customers and their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from storefront_store.admin.base import StoreModelAdmin, changelist_link, count_of
from storefront_store.admin.hardening.generics import AnyTabularInline
from storefront_store.conf import get_model
from storefront_store.models import Address
from storefront_store.services import customers


def user_search_fields(path: str) -> list[str]:
    """Return the search fields for names and e-mail address that the user model has; they match prefixes.

    Args:
        path: The lookup prefix of the user, such as ``"user__"``.
    """
    model = get_user_model()
    names = ["first_name", "last_name", model.USERNAME_FIELD, model.get_email_field_name()]
    return [f"{path}{name}__istartswith" for name in dict.fromkeys(names) if _has_field(model, name)]


def user_ordering(path: str) -> str:
    """Return the ordering by first name, or by username if the user model has no names.

    Args:
        path: The lookup prefix of the user, such as ``"user__"``.
    """
    return path + [*get_model("Customer").user_names(), get_user_model().USERNAME_FIELD][0]


def _has_field(model: Any, name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


class AddressInline(AnyTabularInline):
    """Inline of the addresses of a customer."""

    model: Any = Address
    fk_name: str = "customer"
    classes: Sequence[str] = ("store-rows",)
    extra = 0


class CustomerAdmin(StoreModelAdmin):
    """Admin page of customers. Their names and e-mail addresses are those of their users."""

    inlines: ClassVar[Any] = [AddressInline]
    list_display: Any = [*get_model("Customer").user_names(), "account", "membership", "orders_count"]
    list_display_links: Any = [*get_model("Customer").user_names(), "account"]
    list_editable: ClassVar[Any] = ["membership"]
    list_filter: ClassVar[Any] = ["membership"]
    list_per_page = 10
    list_select_related: ClassVar[Any] = ["user"]
    raw_id_fields: ClassVar[Any] = ["user"]
    search_fields: ClassVar[Any] = [*user_search_fields("user__"), "phone"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Annotate the number of orders."""
        return super().get_queryset(request).annotate(orders_count=count_of(self.model, "orders"))

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Order by name."""
        return [*(f"user__{name}" for name in get_model("Customer").user_names()), "pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Return the read-only fields; the user of an existing customer can't be changed."""
        own = ["user", "email", "orders_count"] if obj else []
        return [*super().get_readonly_fields(request, obj), *own]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete a customer without orders."""
        customers.delete_customer(obj)

    @admin.display(description=_("account"), ordering=f"user__{get_user_model().USERNAME_FIELD}")
    def account(self, customer: Any) -> str:
        """Return the username, or the number of a customer without a user."""
        return customer.user.get_username() if customer.user else f"#{customer.pk}"

    @admin.display(description=_("orders"), ordering="orders_count")
    def orders_count(self, customer: Any) -> str:
        """Return the number of orders as a link to them."""
        number = customer.orders_count
        text = ngettext("%(number)d Order", "%(number)d Orders", number) % {"number": number}
        key = f"customer__{self.opts.pk.name}"
        return changelist_link(self.admin_site, get_model("Order"), text, **{key: customer.pk})
