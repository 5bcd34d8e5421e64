"""The admin pages of shipping methods."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from storefront_store.addresses import country_choices
from storefront_store.admin.base import StoreModelAdmin
from storefront_store.admin.hardening.generics import AnyModelForm
from storefront_store.shipping.models import ShippingMethod


class ShippingMethodForm(AnyModelForm):
    """Form of a shipping method; countries are chosen from a list."""

    countries: forms.MultipleChoiceField = forms.MultipleChoiceField(
        label=_("countries"),
        choices=country_choices,
        required=False,
        help_text=_("Where it is offered; empty for everywhere."),
    )


@admin.register(ShippingMethod)
class ShippingMethodAdmin(StoreModelAdmin):
    """Admin page of shipping methods."""

    form = ShippingMethodForm
    list_display: Any = ["name", "price", "free_from", "where", "is_active", "position"]
    list_editable: ClassVar[Any] = ["is_active", "position"]
    list_filter: ClassVar[Any] = ["is_active"]
    search_fields: ClassVar[Any] = ["name"]

    @admin.display(description=_("countries"))
    def where(self, method: Any) -> str:
        """Return the countries where the method is offered."""
        return ", ".join(method.countries) or str(_("everywhere"))
