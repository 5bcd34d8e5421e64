"""Filtering products by their options, and showing one product of each group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.fields import get_error_detail
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from storefront_store.internals import has_same_filters
from storefront_store.options import MAX_OPTIONS, validate_options

PREFIX: Final = "option_"
MAX_VALUES: Final = 50  # of one option that are asked for at once
COLLAPSE: Final = "collapse"
FAR: Final = 3  # digits of the number of a page that is far from the first


def asked_options(query: Any) -> Mapping[str, list[str]]:
    """Return the values that a query asks for, by the name of the option.

    Args:
        query: The parameters, such as ``option_Colour=Red&option_Colour=Blue``.

    Raises:
        ValidationError: If there are too many, or one can be no option.
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
    """``?option_Colour=Red``: a value of an option; repeated values are alternatives, other names narrow further."""

    def filter_queryset(self, request: Request, queryset: Any, view: APIView) -> Any:
        """Filter by the options asked for."""
        for name, values in asked_options(request.query_params).items():
            queryset = queryset.with_option(name, values)
        return queryset

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the query parameters for OpenAPI: any name may follow the prefix."""
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
    """``?variants=collapse``: one product of each group, the first that is in stock. Comes after all filters."""

    param: Final = "variants"

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        """Collapse the groups, if asked to.

        Raises:
            ValidationError: If something else is asked for.
        """
        wish = request.query_params.get(self.param, "")
        if not wish:
            return queryset
        if wish != COLLAPSE:
            raise ValidationError({self.param: [_("The only choice is “%(choice)s”.") % {"choice": COLLAPSE}]})
        view.uncollapsed = queryset
        view.is_whole = _is_whole(queryset, request.user)
        is_far = len(request.query_params.get("page", "")) >= FAR
        return queryset.collapse(is_whole=view.is_whole, is_far=is_far)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the query parameter for OpenAPI."""
        return [
            {
                "name": self.param,
                "in": "query",
                "required": False,
                "description": str(_("“collapse” shows one product of each group: the first that is in stock.")),
                "schema": {"type": "string", "enum": [COLLAPSE]},
            }
        ]


def _is_whole(products: Any, user: Any) -> bool:
    """Return whether these are all products that somebody may see: what stands for a group is known for them."""
    every = products.model._default_manager.visible_to(user)
    return has_same_filters(products, every)
