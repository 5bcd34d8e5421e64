"""Filter backends for the options of products and for collapsing groups."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import BigIntegerField
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.fields import get_error_detail
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from storefront_store.api.shapes import Given, Shape, keeps
from storefront_store.options import MAX_OPTIONS, validate_options
from storefront_store.querysets.base import padded
from storefront_store.querysets.relevance import is_searched
from storefront_store.querysets.words import option_word

PREFIX: Final = "option_"
MAX_VALUES: Final = 50  # maximum number of values of one option in a query
COLLAPSE: Final = "collapse"
FAR: Final = 3  # number of digits of the number of a page that is far from the first
NARROW: Final = frozenset({"collection_id", "group", "slug", "sku"})  # filters that leave a small part of the products


def asked_options(query: Any) -> Mapping[str, list[str]]:
    """Return the requested option values by option name.

    Args:
        query: The parameters, such as ``option_Colour=Red&option_Colour=Blue``.

    Raises:
        ValidationError: If there are too many, or one is not a valid option.
    """
    asked = {name.removeprefix(PREFIX): values for name, values in query.lists() if name.startswith(PREFIX)}
    if len(asked) > MAX_OPTIONS:
        raise ValidationError({PREFIX: [_("At most %(limit)s options can be asked for.") % {"limit": MAX_OPTIONS}]})
    for name, values in asked.items():
        if len(values) > MAX_VALUES:
            message = _("At most %(limit)s values can be asked for.") % {"limit": MAX_VALUES}
            raise ValidationError({f"{PREFIX}{name}": [message]})
        try:
            for value in values:
                validate_options({name: value})
        except DjangoValidationError as error:
            raise ValidationError({f"{PREFIX}{name}": get_error_detail(error)}) from error
    return asked


class OptionFilter(BaseFilterBackend):
    """Filter backend for options such as ``?option_Colour=Red``: values of one option are ORed, options are ANDed."""

    def filter_queryset(self, request: Request, queryset: Any, view: APIView) -> Any:
        """Filter by the requested options."""
        bound: Mapping[str, Any] = getattr(view, "bound", {})
        for number, (name, values) in enumerate(asked_options(request.query_params).items()):
            keys = bound.get(f"{PREFIX}{number}")
            queryset = queryset.having_word(keys) if keys else queryset.with_option(name, values)
        return queryset

    def shape(self, request: Request, view: Any) -> Hashable | None:
        """Return the number of options, with the keys of their values; see :mod:`storefront_store.api.shapes`."""
        if not any(name.startswith(PREFIX) for name in request.query_params):
            return ""
        if view.plan is None or not keeps(view.plan.model, "with_option", "having_word"):
            return None
        try:
            asked = asked_options(request.query_params)
        except ValidationError:
            return None
        keys = ([option_word(name, value) for value in values] for name, values in asked.items())
        field: Any = BigIntegerField()
        given = {f"{PREFIX}{number}": Given(field, padded(each)) for number, each in enumerate(keys)}
        return Shape(len(given), given=given)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Return the query parameters for OpenAPI: any name may follow the prefix."""
        return [
            {
                "name": "options",
                "in": "query",
                "required": False,
                "description": str(
                    _("Values of options, each as option_NAME=VALUE; a name that is repeated gives alternatives.")
                ),
                "style": "form",
                "explode": True,
                "schema": {"type": "object", "additionalProperties": {"type": "string"}},
            }
        ]


class VariantCollapse(BaseFilterBackend):
    """Filter backend for ``?variants=collapse``: one product per group, the first in stock. Must be the last filter."""

    param: Final = "variants"

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        """Collapse the groups if the parameter is given.

        Raises:
            ValidationError: If the parameter has another value.
        """
        wish = request.query_params.get(self.param, "")
        if not wish:
            return queryset
        if wish != COLLAPSE:
            raise ValidationError({self.param: [_("The only choice is “%(choice)s”.") % {"choice": COLLAPSE}]})
        return queryset.collapse(at_once=is_searched(queryset) or _is_at_once(request))

    def shape(self, request: Request, view: APIView) -> Hashable | None:
        """Return whether and how groups are collapsed; see :mod:`storefront_store.api.shapes`."""
        wish = request.query_params.get(self.param, "")
        if wish not in ("", COLLAPSE):
            return None
        return (wish, _is_at_once(request)) if wish else ""

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Return the query parameter for OpenAPI."""
        return [
            {
                "name": self.param,
                "in": "query",
                "required": False,
                "description": str(_("“collapse” shows one product of each group: the first that is in stock.")),
                "schema": {"type": "string", "enum": [COLLAPSE]},
            }
        ]


def _is_at_once(request: Request) -> bool:
    """Return whether a page far from the first is requested, or a later page of a small part of the products."""
    digits = len(request.query_params.get("page", ""))
    is_narrow = any(name in NARROW or name.startswith(PREFIX) for name in request.query_params)
    return digits >= FAR or (is_narrow and digits > 1)
