"""Form and formset with which staff place an order for a customer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from storefront_store.addresses import MAX_LINE, country_choices, validate_line
from storefront_store.adjusters import load_adjusters
from storefront_store.admin.hardening import HardenedFormsMixin
from storefront_store.admin.hardening.generics import AnyInlineFormSet, AnyModelAdmin, AnyModelForm, AnyTabularInline
from storefront_store.baskets import Choices, PostalAddress
from storefront_store.conf import get_model
from storefront_store.exceptions import OutOfStock, StoreError, Unavailable
from storefront_store.models import AbstractOrder
from storefront_store.services.checkout import place_order

MAX_LINES: Final = 10
ADDRESS: Final = tuple(f"address_{name}" for name in PostalAddress.__slots__)
LABELS: Final = {
    "name": _("recipient"),
    "company": _("company"),
    "street": _("street"),
    "street2": _("second line"),
    "zip": _("postal code"),
    "city": _("city"),
    "region": _("region"),
    "phone": _("phone"),
}


def offered_choices() -> set[str]:
    """Return which of shipping method and vouchers the configured adjusters use."""
    return {name for adjuster in load_adjusters() for name in getattr(adjuster, "choices", ())}


class OrderAddForm(AnyModelForm):
    """Form of a new order: customer, address and choices. Without an address, the customer's default is used."""

    address_country: forms.ChoiceField = forms.ChoiceField(label=_("country"), required=False)
    shipping_method: forms.ChoiceField = forms.ChoiceField(label=_("shipping method"), required=False)
    vouchers: forms.CharField = forms.CharField(
        label=_("vouchers"), required=False, max_length=MAX_LINE, help_text=_("Codes, separated by commas.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address_country"].choices = [("", "—"), *country_choices()]  # type: ignore[attr-defined]
        methods = [
            (str(method.pk), str(method))
            for adjuster in load_adjusters()
            for method in getattr(adjuster, "methods", ())
        ]
        self.fields["shipping_method"].choices = [("", "—"), *methods]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check that an address is complete or empty.

        Raises:
            ValidationError: If the street or city is missing.
        """
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if any(data.get(name) for name in ADDRESS):
            for name in ("address_street", "address_city"):
                if not data.get(name):
                    self.add_error(name, _("This field is required."))
        return data

    def chosen(self, own: Mapping[str, Any]) -> Choices:
        """Return the choices that were entered.

        Args:
            own: Values of fields added to a custom order model.
        """
        data = self.cleaned_data
        values = {name.removeprefix("address_"): data[name] for name in ADDRESS if data.get(name)}
        codes = [code.strip() for code in data.get("vouchers", "").split(",") if code.strip()]
        return Choices(
            address=PostalAddress.of(values) if values else None,
            email=data.get("email", ""),
            shipping_method=data.get("shipping_method", ""),
            vouchers=tuple(codes),
            details=own,
        )


for _name, _label in LABELS.items():
    _field = forms.CharField(label=_label, required=False, max_length=MAX_LINE, validators=[validate_line])
    OrderAddForm.base_fields[f"address_{_name}"] = OrderAddForm.declared_fields[f"address_{_name}"] = _field


class OrderLineFormSet(AnyInlineFormSet):
    """Formset of the items of a new order, which is placed as the last step of validation to check the stock."""

    def clean(self) -> None:
        """Place the order if all forms are valid.

        Raises:
            ValidationError: If the order is refused.
        """
        super().clean()
        place: Callable[[dict[Any, int]], AbstractOrder] | None = getattr(self.instance, "place", None)
        demand: dict[Any, int] = {}
        titles: dict[Any, str] = {}
        for form in self.forms:
            if form.has_changed() and form.is_valid():
                product = form.cleaned_data["product"]
                demand[product.pk] = demand.get(product.pk, 0) + form.cleaned_data["quantity"]
                titles[product.pk] = str(product)
        if place is None or not demand or any(self.errors):
            return
        try:
            self.instance.placed = place(demand)
        except (OutOfStock, Unavailable) as error:
            short = [f"{titles.get(item.product_id, item.product_id)}: {item.available}" for item in error.items]
            raise ValidationError(f"{error.message} {', '.join(short)}") from error
        except StoreError as error:
            raise ValidationError(str(error.message)) from error


class OrderLineInline(HardenedFormsMixin, AnyTabularInline):
    """Inline of the items of a new order."""

    model: Any = get_model("OrderItem")
    formset = OrderLineFormSet
    fields: ClassVar[Any] = ("product", "quantity")
    autocomplete_fields: ClassVar[Any] = ("product",)
    can_delete = False
    extra = 2
    min_num: int = 1
    max_num: Any = MAX_LINES

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return a formset for 1 to 10 items."""
        return super().get_formset(request, obj, validate_min=True, validate_max=True, **kwargs)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True, because the page of the order checks the permission."""
        return True


class PlacingMixin(AnyModelAdmin):
    """Mixin that lets staff with the permission ``add_order`` place an order for a customer."""

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Return the fields with autocomplete."""
        return ["customer"]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Return the inline for items of a new order, or the inlines of a placed one."""
        return [OrderLineInline] if obj is None else super().get_inlines(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form of new orders."""
        if obj is None:
            kwargs["form"] = OrderAddForm
        return super().get_form(request, obj, change=change, **kwargs)

    def added_fields(self) -> list[str]:
        """Return the editable fields added to a custom order model."""
        own = {field.name for field in AbstractOrder._meta.get_fields()} | {self.opts.pk.name}
        return [field.name for field in self.opts.fields if field.name not in own and field.editable]

    def placing_fieldsets(self) -> list[tuple[Any, Any]]:
        """Return the fieldsets of a new order."""
        offered = [name for name in ("shipping_method", "vouchers") if name in offered_choices()]
        return [
            (None, {"fields": ["customer", "email", "note", *offered, *self.added_fields()]}),
            (_("Shipping address"), {"fields": list(ADDRESS), "classes": ["collapse"]}),
        ]

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Return the new order unsaved; the formset of its items places it."""
        order = super().save_form(request, form, change)
        if not change:
            choices = form.chosen({name: form.cleaned_data.get(name) for name in self.added_fields()})
            data = form.cleaned_data

            def place(demand: dict[Any, int]) -> AbstractOrder:
                return place_order(
                    data["customer"], demand, choices=choices, user=request.user, note=data.get("note", "")
                )

            order.place = place
        return order

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Take over the values of the order that was placed."""
        obj.pk = obj.placed.pk
        obj.refresh_from_db()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing, because the items were written with the order."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Return the log message of a placed order."""
        return [{"added": {}}]
