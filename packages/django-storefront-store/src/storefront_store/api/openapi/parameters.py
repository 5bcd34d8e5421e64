"""Parameters and response headers of operations."""

from __future__ import annotations

from typing import Any, Final

import uritemplate
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.filters import OrderingFilter
from rest_framework.settings import api_settings

from storefront_store.api.conditional import ConditionalMixin, PreconditionMixin
from storefront_store.api.filters import KeysFilter, YesNoFilter
from storefront_store.api.openapi.operations import GUEST_KEY, KEY_HEADER, Operation
from storefront_store.api.pagination import CataloguePagination, LinkPagination
from storefront_store.conf import get_model

PARENTS: Final = {"cart": "Cart", "customer": "Customer", "order": "Order", "product": "Product"}
HEADER: Final = OpenApiParameter.HEADER
QUERY: Final = OpenApiParameter.QUERY


def operation_parameters(schema: Any, operation: Operation) -> list[OpenApiParameter]:
    """Return the parameters of an operation, and the headers of its responses.

    Args:
        schema: The view's schema.
        operation: The operation in the table.
    """
    found = [*_parents(schema), *_validators(schema), *_headers(schema, operation)]
    if schema.get_filter_backends():
        found += _filters(schema)
    if schema.is_list:
        found += _ordering(schema)
    if operation.guest_key:
        found.append(
            OpenApiParameter(GUEST_KEY, str, QUERY, description="The key of a guest's order, in place of a login.")
        )
    if operation.once:
        found.append(
            OpenApiParameter(
                KEY_HEADER,
                {"type": "string", "maxLength": 255, "minLength": 1},
                HEADER,
                description="Whatever the client chooses, such as a UUID. The request is carried out once for each "
                "key, and repeating it gives the same response.",
            )
        )
    return found


def _parents(schema: Any) -> list[OpenApiParameter]:
    """Return the path parameters of the parent objects."""
    found = []
    for name in uritemplate.variables(schema.path):
        parent = PARENTS.get(name.removesuffix("_pk").removesuffix("_id"))
        if parent is not None:
            column = schema._map_model_field(get_model(parent)._meta.pk, direction=None)
            kind = {key: value for key, value in column.items() if key != "readOnly"}
            text = f"The key of the {parent.lower()}."
            found.append(OpenApiParameter(name, kind, OpenApiParameter.PATH, required=True, description=text))
    return found


def _validators(schema: Any) -> list[OpenApiParameter]:
    """Return ``If-Match``, ``If-None-Match`` and ``ETag`` if the view supports them."""
    view, found = schema.view, []
    conditional = isinstance(view, ConditionalMixin)
    if isinstance(view, PreconditionMixin) and schema.method in ("PUT", "PATCH", "DELETE"):
        text = "The ETag of the version that is to be changed; another one is refused with 412."
        found.append(OpenApiParameter("If-Match", str, HEADER, description=text))
    if conditional and view.action in ("list", "retrieve"):
        text = "The ETag of what the client has already; 304 tells that it is still the same."
        found.append(OpenApiParameter("If-None-Match", str, HEADER, description=text))
    if conditional and view.action in ("list", "retrieve", "update", "partial_update"):
        text = "The validator of this version, for If-None-Match and If-Match."
        found.append(OpenApiParameter("ETag", str, HEADER, description=text, response=[200, 304]))
    return found


def _headers(schema: Any, operation: Operation) -> list[OpenApiParameter]:
    """Return the response headers."""
    found = [
        OpenApiParameter("Retry-After", OpenApiTypes.INT, HEADER, description="Seconds to wait.", response=[429, 503])
    ]
    paginator = getattr(schema._get_paginator(), "paginator", None)
    if isinstance(paginator, LinkPagination):
        text = 'The neighbouring pages, as `<address>; rel="next"` and `rel="prev"`.'
        found.append(OpenApiParameter("Link", str, HEADER, description=text, response=[200]))
    if operation.once and 201 in operation.success:
        text = "`true` if the response is that of an earlier request with the same key."
        found.append(OpenApiParameter("Idempotent-Replayed", str, HEADER, description=text, response=[201]))
    if type(paginator) is CataloguePagination:
        text = "`cursor` for pages that need no count and never shift."
        found.append(OpenApiParameter(paginator.mode_query_param, str, QUERY, enum=["cursor"], description=text))
    return found


def _filters(schema: Any) -> list[OpenApiParameter]:
    """Return the parameters of filters that drf-spectacular can't describe: Booleans and several keys."""
    found = []
    filterset = getattr(schema.view, "filterset_class", None)
    for name, each in (filterset.base_filters if filterset else {}).items():
        text = str(each.label or "")
        if isinstance(each, YesNoFilter):
            found.append(OpenApiParameter(name, bool, QUERY, description=text))
        elif isinstance(each, KeysFilter):
            column = schema._map_model_field(get_model(each.extra["model_name"])._meta.pk, direction=None)
            keys = {"type": "array", "items": {key: column[key] for key in ("type", "format") if key in column}}
            found.append(OpenApiParameter(name, keys, QUERY, description=text, style="form", explode=False))
    return found


def _ordering(schema: Any) -> list[OpenApiParameter]:
    """Return the ordering parameter, with the fields of the view."""
    fields = getattr(schema.view, "ordering_fields", None)
    backends = [each for each in schema.get_filter_backends() if issubclass(each, OrderingFilter)]
    if not backends or not isinstance(fields, (list, tuple)):
        return []
    names = [str(name) for name in fields]
    choices = {"type": "array", "items": {"type": "string", "enum": [*names, *(f"-{name}" for name in names)]}}
    text = "What to sort by; a minus sign sorts downwards."
    name = backends[0].ordering_param or api_settings.ORDERING_PARAM
    return [OpenApiParameter(name, choices, QUERY, description=text, style="form", explode=False)]
