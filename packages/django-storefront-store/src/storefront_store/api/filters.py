"""Filters of the lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar, Final

import django_filters
from django import forms
from django.db.models import DecimalField
from django.utils.translation import gettext_lazy as _

from storefront_store.api.permissions import is_staff
from storefront_store.conf import get_model
from storefront_store.models.orders import PaymentStatus
from storefront_store.prepared import Prepared, is_plain

MAX_DECIMALS: Final = 50
MAX_KEYS: Final = 100  # maximum number of keys in one filter
YES_NO: Final = (("true", _("yes")), ("false", _("no")))


class YesNoField(forms.TypedChoiceField):
    """Form field for a Boolean that drf-spectacular before 0.30 can describe."""

    null_label = None


class YesNoFilter(django_filters.TypedChoiceFilter):
    """Filter for ``true`` or ``false`` that rejects other values."""

    field_class = YesNoField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, choices=YES_NO, coerce=lambda value: value == "true", **kwargs)


class AmountFilter(django_filters.NumberFilter):
    """Filter for an amount that any database can compare, without large exponents."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_digits=2 * MAX_DECIMALS, decimal_places=MAX_DECIMALS, **kwargs)


class KeysField(forms.Field):
    """Form field for primary keys of a swappable model, separated by commas; each must exist.

    Args:
        model_name: The name of the model, as in ``get_model()``.
    """

    default_error_messages: ClassVar[Any] = forms.ModelChoiceField.default_error_messages

    def __init__(self, *, model_name: str, **kwargs: Any) -> None:
        self.model_name = model_name
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[Any]:
        """Return the keys.

        Raises:
            ValidationError: If one of the rows does not exist.
        """
        parts = [] if value in self.empty_values else list(dict.fromkeys(str(value).split(",")))
        model = get_model(self.model_name)
        keys = [_key(model._meta.pk, part.strip()) for part in parts]
        known = len(keys) <= MAX_KEYS and None not in keys and _count_existing(model, keys)
        if keys and known != len(set(keys)):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return keys


def _count_existing(model: Any, keys: list[Any]) -> int:
    rows = model._default_manager
    return len(_existing(model).fetch(keys, using=rows.db)) if is_plain(rows) else int(rows.filter(pk__in=keys).count())


@lru_cache(maxsize=16)
def _existing(model: Any) -> Prepared:
    return Prepared(lambda keys: model._default_manager.filter(pk__in=keys).order_by(), ["pk"], key=model._meta.pk)


def _key(column: Any, text: str) -> Any:
    """Return the key given by ``text``; None if it is not valid for the column."""
    try:
        key = column.to_python(text)
        column.run_validators(key)
    except (forms.ValidationError, ValueError, TypeError, ArithmeticError):
        return None
    return None if "\x00" in text else key


class KeysFilter(django_filters.Filter):
    """Filter for rows that refer to one of several rows, such as ``?collection_id=2,3``."""

    field_class = KeysField

    def filter(self, qs: Any, value: Any) -> Any:
        """Return the filtered rows."""
        rows = qs.filter(**{f"{self.field_name}__pk__in": value}) if value else qs
        return rows.distinct() if value and self.distinct else rows


def shaped(column: str = "", *, uses: Sequence[str] = ()) -> Callable[[Any], Any]:
    """Mark a filter method whose query depends on its arguments only, so that statements with it can be compiled once.

    Args:
        column: The column that the value is compared with; the method then also accepts an expression as the value.
            Without it, the value decides the query, such as a Boolean; there must be few different values.
        uses: The methods of the queryset of products that it calls. It is not compiled if a project overrides one.
    """

    def mark(method: Any) -> Any:
        method.shaped = (column, tuple(uses))
        return method

    return mark


class ProductFilter(django_filters.FilterSet):
    """Filters of the product list. Prices are list prices."""

    collection_id: KeysFilter = KeysFilter(
        model_name="Collection", label=_("collection, or several separated by commas")
    )
    rating__gte: AmountFilter = AmountFilter(method="filter_rating", label=_("average rating at least"))
    in_stock: YesNoFilter = YesNoFilter(method="filter_in_stock", label=_("in stock"))
    on_promotion: YesNoFilter = YesNoFilter(method="filter_on_promotion", label=_("on promotion"))
    is_active: YesNoFilter = YesNoFilter(method="filter_is_active", label=_("active (staff only)"))

    class Meta:
        model: ClassVar[Any] = get_model("Product")
        fields: ClassVar[Any] = {
            "group": ["exact"],
            "unit_price": ["gt", "gte", "lt", "lte"],
            "slug": ["exact"],
            "sku": ["exact"],
        }
        filter_overrides: ClassVar[Any] = {DecimalField: {"filter_class": AmountFilter}}

    @shaped("rating_average", uses=["rated_at_least"])
    def filter_rating(self, queryset: Any, name: str, value: Decimal) -> Any:
        """Return the products with an average rating of at least ``value``."""
        return queryset.rated_at_least(value)

    @shaped(uses=["in_stock", "out_of_stock"])
    def filter_in_stock(self, queryset: Any, name: str, value: bool) -> Any:
        """Return the products that are in stock, or out of stock."""
        return queryset.in_stock() if value else queryset.out_of_stock()

    @shaped(uses=["on_promotion"])
    def filter_on_promotion(self, queryset: Any, name: str, value: bool) -> Any:
        """Return the products with, or without, an active promotion."""
        promoted = queryset.model._default_manager.on_promotion(getattr(self, "at", None)).values("pk")
        return queryset.filter(pk__in=promoted) if value else queryset.exclude(pk__in=promoted)

    @shaped()
    def filter_is_active(self, queryset: Any, name: str, value: bool) -> Any:
        """Return active or inactive products; ignored unless the user is staff, because others see active ones only."""
        return queryset.filter(is_active=value) if is_staff(self.request) else queryset


class CollectionFilter(django_filters.FilterSet):
    """Filters of the list of collections."""

    title: django_filters.CharFilter = django_filters.CharFilter(lookup_expr="iexact", label=_("title"))


class ReviewFilter(django_filters.FilterSet):
    """Filters of the reviews of a product."""

    rating: django_filters.NumberFilter = django_filters.NumberFilter(min_value=1, max_value=5, label=_("rating"))
    rating__gte: django_filters.NumberFilter = django_filters.NumberFilter(
        "rating", "gte", min_value=1, max_value=5, label=_("rating at least")
    )
    is_hidden: YesNoFilter = YesNoFilter(method="filter_is_hidden", label=_("hidden (staff only)"))

    @shaped()
    def filter_is_hidden(self, queryset: Any, name: str, value: bool) -> Any:
        """Return hidden or visible reviews; only staff see hidden ones."""
        return queryset.filter(is_hidden=value) if is_staff(self.request) else queryset


class PromotionFilter(django_filters.FilterSet):
    """Filters of the list of promotions."""

    in_force: YesNoFilter = YesNoFilter(method="filter_in_force", label=_("in force now"))
    product: KeysFilter = KeysFilter("products", model_name="Product", distinct=True, label=_("product"))

    def filter_in_force(self, queryset: Any, name: str, value: bool) -> Any:
        """Return the promotions that are active now, or the others."""
        running = queryset.model._default_manager.in_force().values("pk")
        return queryset.filter(pk__in=running) if value else queryset.exclude(pk__in=running)


class OrderFilter(django_filters.FilterSet):
    """Filters of the order list."""

    payment_status: django_filters.ChoiceFilter = django_filters.ChoiceFilter(choices=PaymentStatus.choices)
    status: django_filters.ChoiceFilter = django_filters.ChoiceFilter(
        choices=[("placed", _("Placed")), ("shipped", _("Shipped")), ("cancelled", _("Cancelled"))],
        method="filter_status",
        label=_("status"),
    )

    class Meta:
        model: ClassVar[Any] = get_model("Order")
        fields: ClassVar[Any] = {"payment_status": ["exact"], "customer_id": ["exact"], "placed_at": ["gte", "lt"]}

    def filter_status(self, queryset: Any, name: str, value: str) -> Any:
        """Return the orders with a status."""
        if value == "cancelled":
            return queryset.cancelled()
        return queryset.kept().filter(shipped_at__isnull=value != "shipped")
