"""Filters of the lists."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar, Final
from uuid import UUID

import django_filters
from django import forms
from django.db.models import DecimalField, Model
from django.utils.translation import gettext_lazy as _
from django_filters.constants import EMPTY_VALUES
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.rest_framework import FilterSet as RestFilterSet
from django_filters.utils import translate_validation
from rest_framework.request import Request

from storefront_store.api.permissions import is_staff
from storefront_store.api.shapes import Given, Shape, keeps
from storefront_store.conf import get_model
from storefront_store.models.orders import PaymentStatus
from storefront_store.prepared import Prepared, is_plain, is_too_large
from storefront_store.querysets.base import padded

SUFFIXES: Final = ("", "_min", "_max", "_after", "_before", "_lookup")  # suffixes of filters with several inputs
MAX_DECIMALS: Final = 50
MAX_KEYS: Final = 100  # maximum number of keys in one filter
PLACE: Final = "filter_"  # begins the names of placeholders
LOOKUPS: Final = frozenset(
    {"exact", "gt", "gte", "lt", "lte"}
)  # lookups that compare with an expression as with a value
COMPARED: Final = (str, int, Decimal, date, UUID)  # types of values that are given to compiled statements
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


# Methods of filters that do nothing but compare.
PLAIN_FILTERS: Final = (django_filters.Filter.filter, django_filters.ChoiceFilter.filter, KeysFilter.filter)


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


class FormFilter(DjangoFilterBackend):
    """Filter backend for the view's filterset that skips it if the query has none of its parameters."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        """Return the rows that match the filters in the query."""
        filterset_class: Any = self.get_filterset_class(view, queryset)
        if filterset_class is None or not _asks_for(filterset_class, request.query_params):
            return queryset
        bound = getattr(view, "bound", None)
        if not bound:
            return super().filter_queryset(request, queryset, view)
        filterset: Any = self.get_filterset(request, queryset, view)
        if not filterset.is_valid():
            raise translate_validation(filterset.errors)
        filterset.at = bound["at"]
        for name, value in filterset.form.cleaned_data.items():
            queryset = filterset.filters[name].filter(queryset, bound.get(f"{PLACE}{name}", value))
        return queryset

    def shape(self, request: Request, view: Any) -> Hashable | None:
        """Return the names of the given filters, with their values; see :mod:`storefront_store.api.shapes`."""
        filterset_class = getattr(view, "filterset_class", None)
        if filterset_class is None:
            return None if getattr(view, "filterset_fields", None) else ""
        params = request.query_params
        if not _asks_for(filterset_class, params):
            return ""
        known = _known_filters(filterset_class, view.plan.model) if view.plan else {}
        names = [
            name for name in filterset_class.base_filters if any(f"{name}{suffix}" in params for suffix in SUFFIXES)
        ]
        if not names or not all(name in known for name in names):
            return None
        try:
            shapes = [(name, *known[name].shape(params)) for name in names]
        except (forms.ValidationError, _Unshaped):
            return None
        given = {f"{PLACE}{name}": value for name, _key, value in shapes if value is not None}
        return Shape((is_staff(request), *((name, key) for name, key, _value in shapes)), given=given)


class _Unshaped(Exception):
    """A value can't be given to a compiled statement."""


class _Known:
    """A filter whose query is known: a comparison with a column, or one of few queries.

    Args:
        name: The name of the filter.
        filter_: The filter.
        field: The model field that its value is compared with; None if the value decides the query.
    """

    def __init__(self, name: str, filter_: Any, field: Any) -> None:
        self.name = name
        self.input = filter_.field
        self.field = field
        self.null = getattr(filter_, "null_value", None)

    def shape(self, params: Mapping[str, Any]) -> tuple[Hashable, Given | None]:
        """Return the part of the value that decides the query, and the part that is given to its statement.

        Raises:
            ValidationError: If the value is not valid.
            _Unshaped: If it can't be given to a compiled statement.
        """
        value = self.input.clean(self.input.widget.value_from_datadict(params, {}, self.name))
        if value in EMPTY_VALUES:
            return None, None
        if isinstance(value, Model):
            value = getattr(value, self.field.target_field.attname)
        if isinstance(value, bool) or self.field is None:
            return value, None
        values = value if isinstance(value, list) else [value]
        if value == self.null or not all(isinstance(each, COMPARED) and not is_too_large(each) for each in values):
            raise _Unshaped
        return "", Given(self.field, padded(value) if isinstance(value, list) else value)


@lru_cache(maxsize=64)
def _known_filters(filterset_class: Any, model: Any) -> Mapping[str, _Known]:
    """Return the filters of a filterset whose queries are known; none if it overrides how they are applied."""
    plain = (django_filters.FilterSet, RestFilterSet)
    names = ("__init__", "is_valid", "errors", "qs", "form", "get_form_class", "filter_queryset")
    overrides = any(getattr(filterset_class, name) not in [getattr(base, name) for base in plain] for name in names)
    if overrides or filterset_class._meta.form is not forms.Form:
        return {}
    columns = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    known = {}
    for name, each in filterset_class(queryset=model._default_manager.none()).filters.items():
        column = _compared_column(filterset_class, each, model)
        field = columns.get(column or "")
        if (field or column == "") and not callable(each.extra.get("queryset")):
            known[name] = _Known(name, each, field)
    return known


def _compared_column(filterset_class: Any, filter_: Any, model: Any) -> str | None:
    """Return the column that a filter compares its value with, an empty string if it has none, or None if unknown."""
    if filter_.method is not None:
        method = filter_.method if callable(filter_.method) else getattr(filterset_class, filter_.method, None)
        column, uses = getattr(method, "shaped", (None, ()))
        return column if keeps(model, *uses) else None
    kind = type(filter_)
    is_plain_filter = kind.filter in PLAIN_FILTERS and kind.get_method is django_filters.Filter.get_method
    return filter_.field_name if is_plain_filter and not filter_.exclude and filter_.lookup_expr in LOOKUPS else None


def _asks_for(filterset_class: Any, params: Mapping[str, Any]) -> bool:
    """Return whether the filterset has to be applied to a query."""
    names = _parameters(filterset_class)
    return names is None or not names.isdisjoint(params)


@lru_cache(maxsize=128)
def _parameters(filterset_class: Any) -> frozenset[str] | None:
    """Return the names of the parameters of a filterset, or None if it has to be applied to a query without them."""
    filters = filterset_class.base_filters
    if filterset_class.filter_queryset is not django_filters.FilterSet.filter_queryset:
        return None  # a custom method may filter without parameters
    if any(each.extra.get("required") for each in filters.values()):
        return None
    return frozenset(f"{name}{suffix}" for name in filters for suffix in SUFFIXES)


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
