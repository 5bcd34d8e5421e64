"""The filter backend of the store's lists, which makes shapes of filtersets whose queries are known."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import django_filters
from django import forms
from django.db.models import Model
from django_filters.constants import EMPTY_VALUES
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.rest_framework import FilterSet as RestFilterSet
from django_filters.utils import translate_validation
from rest_framework.request import Request

from storefront_store.api.filters import KeysFilter
from storefront_store.api.permissions import is_staff
from storefront_store.api.shapes import Given, Shape, keeps
from storefront_store.prepared import is_too_large
from storefront_store.querysets.base import padded

SUFFIXES: Final = ("", "_min", "_max", "_after", "_before", "_lookup")  # suffixes of filters with several inputs
PLACE: Final = "filter_"  # begins the names of placeholders
# Lookups that compare with an expression as with a value.
LOOKUPS: Final = frozenset({"exact", "gt", "gte", "lt", "lte"})
COMPARED: Final = (str, int, Decimal, date, UUID)  # types of values that are given to compiled statements
# Methods of filters that do nothing but compare.
PLAIN_FILTERS: Final = (django_filters.Filter.filter, django_filters.ChoiceFilter.filter, KeysFilter.filter)


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
