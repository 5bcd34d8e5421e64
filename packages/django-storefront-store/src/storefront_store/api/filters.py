"""What a client may ask of the product list."""

from __future__ import annotations

from typing import Any, Final

import django_filters
from django.db.models import DecimalField, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend, OrderingFilter
from rest_framework.request import Request
from rest_framework.views import APIView

from storefront_store.api.permissions import is_staff
from storefront_store.conf import get_model
from storefront_store.text import MAX_SEARCH_LENGTH, MAX_SEARCH_WORDS, is_searchable, searchable

MAX_DECIMALS: Final = 50
YES_NO: Final = (("true", _("yes")), ("false", _("no")))


class YesNoFilter(django_filters.TypedChoiceFilter):
    """``true`` or ``false``, and an error for anything else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, choices=YES_NO, coerce=lambda value: value == "true", **kwargs)


class AmountFilter(django_filters.NumberFilter):
    """An amount that any database can compare: its exponent may not make a million digits of a few."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_digits=2 * MAX_DECIMALS, decimal_places=MAX_DECIMALS, **kwargs)


class ProductFilter(django_filters.FilterSet):
    """Filters of the product list. Prices mean the list price."""

    in_stock = YesNoFilter(method="filter_in_stock", label=_("in stock"))
    on_promotion = YesNoFilter(method="filter_on_promotion", label=_("on promotion"))
    is_active = YesNoFilter(method="filter_is_active", label=_("active (staff only)"))

    class Meta:
        model = get_model("Product")
        fields = {
            "collection_id": ["exact"],
            "unit_price": ["gt", "gte", "lt", "lte"],
            "slug": ["exact"],
            "sku": ["exact"],
        }
        filter_overrides = {DecimalField: {"filter_class": AmountFilter}}

    def filter_in_stock(self, queryset: Any, name: str, value: bool) -> Any:
        """Those of which something, or nothing, is left."""
        return queryset.in_stock() if value else queryset.out_of_stock()

    def filter_on_promotion(self, queryset: Any, name: str, value: bool) -> Any:
        """Those with, or without, a promotion in force."""
        promoted = queryset.model._default_manager.on_promotion().values("pk")
        return queryset.filter(pk__in=promoted) if value else queryset.exclude(pk__in=promoted)

    def filter_is_active(self, queryset: Any, name: str, value: bool) -> Any:
        """Only staff sees inactive products, so only staff can tell them apart."""
        return queryset.filter(is_active=value) if is_staff(self.request) else queryset


class ProductSearch(BaseFilterBackend):
    """``?search=``: every word must occur; words are parted by spaces or commas."""

    search_param = "search"

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Any:
        """Search, if asked to.

        Raises:
            ValidationError: If the text is longer than anybody would type.
        """
        text = request.query_params.get(self.search_param, "").replace(",", " ")
        if "\x00" in text:
            raise ValidationError({self.search_param: [_("Null characters are not allowed.")]})
        if not is_searchable(text):
            message = _("A search has at most %(words)s words and %(length)s characters.")
            raise ValidationError(
                {self.search_param: [message % {"words": MAX_SEARCH_WORDS, "length": MAX_SEARCH_LENGTH}]}
            )
        return queryset.search(text) if searchable(text).strip() else queryset  # type: ignore[attr-defined]

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the query parameter for OpenAPI."""
        return [
            {
                "name": self.search_param,
                "in": "query",
                "required": False,
                "description": str(_("Words that must all occur in title, description or collection.")),
                "schema": {"type": "string", "maxLength": MAX_SEARCH_LENGTH},
            }
        ]


class StableOrdering(OrderingFilter):
    """``?ordering=`` by listed fields; equal rows are told apart by the key, in the direction of the last field."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Any:
        """Order the rows, always by something that no two share."""
        ordering: list[Any] = list(self.get_ordering(request, queryset, view) or queryset.model._meta.ordering)
        if not {"pk", "-pk"}.intersection(ordering):
            ordering.append("-pk" if ordering and _descends(ordering[-1]) else "pk")
        return queryset.order_by(*dict.fromkeys(ordering))


def _descends(term: Any) -> bool:
    """Tell the direction of a term of an order: a name, or an expression of the host's model."""
    return term.startswith("-") if isinstance(term, str) else getattr(term, "descending", False)
