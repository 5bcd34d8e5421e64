"""Schema classes that describe operations from the tables and the attributes of views."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, QueryDict
from django.utils.module_loading import import_string
from drf_spectacular.drainage import get_view_method_names, isolate_view_method
from drf_spectacular.extensions import OpenApiViewExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.filters import OrderingFilter
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.settings import api_settings

from storefront_store.api.conditional import ConditionalMixin, PreconditionMixin
from storefront_store.api.openapi.errors import error_responses
from storefront_store.api.openapi.fields import nullable
from storefront_store.api.openapi.operations import GUEST_KEY, Body, Operation, View
from storefront_store.api.openapi.parameters import operation_parameters
from storefront_store.api.pagination import SizedPagination
from storefront_store.api.serializers import ReviewSerializer, StaffReviewSerializer
from storefront_store.api.variants import VariantCollapse
from storefront_store.conf import SWAPPABLE, app_settings, get_model

JSON: Final = "application/json"
FORM: Final = "multipart/form-data"


def describe(views: Mapping[str, View]) -> None:
    """Register the descriptions of views.

    A subclass of a view is described like the view. ``@extend_schema`` on a method or the class takes precedence.

    Args:
        views: The tables by dotted path of the view.
    """
    for path, view in views.items():
        attributes = {"target_class": path, "match_subclasses": True, "priority": view.rank, "described": view}
        type(f"{path.rpartition('.')[2]}Extension", (ViewExtension,), attributes)


class ViewExtension(OpenApiViewExtension):
    """Extension that replaces the automatic description of a view."""

    described: View

    def view_replacement(self) -> type:
        """Return the view with its schema class and an empty queryset."""
        whole = schema_class(type(self.target.schema), view=self.described)
        queryset = model_of(self.described.model)._default_manager.none()
        attributes = {"queryset": queryset, "schema": whole(), "__doc__": self.target.__doc__}
        replacement = type(self.target.__name__, (self.target,), attributes)
        for name in get_view_method_names(self.target):
            hosts = getattr(getattr(self.target, name), "kwargs", {}).get("schema")
            if hosts is not None:
                method = isolate_view_method(replacement, name)
                method.kwargs["schema"] = schema_class(hosts, type(self.target.schema), view=self.described)
        return replacement


def model_of(label: str) -> Any:
    """Return the model with a label of a table."""
    return get_model(label) if label in SWAPPABLE else apps.get_model(label)


def schema_class(*present: type, view: View) -> type:
    """Return a schema class that uses the table for everything not described with ``@extend_schema``.

    Args:
        present: The schema classes of the method and the view, in order of precedence.
        view: The table.
    """
    default: Any = api_settings.DEFAULT_SCHEMA_CLASS
    if not issubclass(default, AutoSchema):
        default = AutoSchema
    own = [base for each in present for base in each.__mro__ if issubclass(base, AutoSchema)]
    extended = [base for base in dict.fromkeys(own) if base not in default.__mro__]
    return type("DescribedSchema", (*extended, StoreSchema, default), {"described": view})


class StoreSchema(AutoSchema):
    """Schema class that uses the table of a view; other operations are described automatically."""

    described: View

    @property
    def action(self) -> str:
        """The name of the action of the view."""
        return getattr(self.view, "action", None) or ""

    @property
    def operation(self) -> Operation | None:
        """The operation in the table, if any."""
        table = self.described.operations
        return table.get(f"{self.action}.{self.method.lower()}") or table.get(self.action)

    @property
    def is_list(self) -> bool:
        """Whether the response is a list with the pagination and filters of the view."""
        operation = self.operation
        body = operation.success.get(200) if operation else None
        return body is not None and body.many and self.action == "list"

    def get_operation_id(self) -> str:
        """Return the operation ID."""
        return self.operation.name if self.operation else super().get_operation_id()

    def get_summary(self) -> str | None:
        """Return the summary."""
        return self.operation.summary if self.operation else super().get_summary()

    def get_description(self) -> str:  # type: ignore[override]
        """Return the description. Docstrings are not used."""
        return self.operation.description if self.operation else super().get_description()

    def get_tags(self) -> list[str]:
        """Return the tag of the view, also for actions added by a subclass."""
        return [self.described.tag]

    def get_examples(self) -> list[OpenApiExample]:
        """Return the examples of bodies."""
        return [
            OpenApiExample(
                example.name,
                example.value,
                request_only=not example.status,
                response_only=bool(example.status),
                status_codes=[str(example.status)] if example.status else None,
                media_type=JSON,
            )
            for example in (self.operation.examples if self.operation else ())
        ]

    def get_request_serializer(self) -> Any:
        """Return the body of the request."""
        if not self.operation:
            return super().get_request_serializer()
        body = self.operation.request
        if body is None:
            return None
        serializer = serializer_of(body)
        if any(isinstance(field, serializers.FileField) for field in serializer().fields.values()):
            return {FORM: self._upload(serializer)}
        return serializer

    def get_response_serializers(self) -> Any:
        """Return the response bodies by status."""
        operation = self.operation
        if not operation:
            return super().get_response_serializers()
        responses: dict[int, Any] = {}
        for status, body in operation.success.items():
            shown = None if body is None else serializer_of(body)(many=body.many)
            responses[status] = OpenApiResponse(shown, SUCCESSES.get(status, ""))
        if isinstance(self.view, ConditionalMixin) and self.action in ("list", "retrieve"):
            responses[304] = OpenApiResponse(description="It is still what `If-None-Match` names.")
        return {**responses, **error_responses(self.error_statuses(operation), operation.codes)}

    def error_statuses(self, operation: Operation) -> set[int]:
        """Return the error statuses derived from the view."""
        writes = self.method not in SAFE_METHODS
        statuses = {404, 406, 503}
        if self.view.get_authenticators():
            statuses.add(401 if self.view.get_authenticate_header(self.view.request) else 403)
        if writes or not self.is_open():
            statuses.add(403)
        if self.get_filter_backends():
            statuses.add(400)
        if writes:
            statuses.add(409)
        if operation.request is not None:
            statuses |= {400, 413, 415}
        if operation.guest_key or self.action in getattr(self.view, "throttle_scopes", {}):
            statuses.add(429)
        if isinstance(self.view, PreconditionMixin) and self.method in ("PUT", "PATCH", "DELETE"):
            statuses.add(412)
        if isinstance(self.view, ConditionalMixin) and self.action == "retrieve":
            statuses.add(412)
        return statuses

    def get_auth(self) -> list[dict[str, Any]]:
        """Return the authentication schemes, and that none is needed if the permissions allow everybody."""
        ways = [way for way in super().get_auth() if way]
        return [*ways, {}] if self.is_open() else ways

    def is_open(self) -> bool:
        """Return whether anonymous users may call the operation."""
        http = HttpRequest()
        http.method = self.method
        if self.operation and self.operation.guest_key:
            http.GET = QueryDict(f"{GUEST_KEY}=any")
        request = Request(http)
        request.user = AnonymousUser()
        try:
            return all(permission.has_permission(request, self.view) for permission in self.view.get_permissions())
        except APIException:
            return False

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters that drf-spectacular can't derive."""
        operation = self.operation
        return [*super().get_override_parameters(), *(operation_parameters(self, operation) if operation else ())]

    def get_filter_backends(self) -> list[Any]:
        """Return the filter backends, also for operations that accept the parameters of the list."""
        if not self.operation:
            return super().get_filter_backends()
        backends = getattr(self.view, "filter_backends", [])
        if self.operation.is_filtered:
            return [each for each in backends if not issubclass(each, (OrderingFilter, VariantCollapse))]
        return list(backends) if self.is_list else []

    def map_parsers(self) -> list[str]:
        """Return JSON only if the view accepts it, because forms can't represent all bodies."""
        types = super().map_parsers()
        return [JSON] if self.operation and JSON in types else types

    def _get_paginator(self) -> Any:
        """Return the pagination of the response."""
        if not self.operation:
            return super()._get_paginator()
        body = next(iter(self.operation.success.values()))
        if body is None or not body.pages:
            return None
        paginator = super()._get_paginator() if body.pages == "view" else import_string(body.pages)()
        return _Paginated(paginator) if isinstance(paginator, SizedPagination) else paginator

    def _upload(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """Return the schema of an upload form, in which a file is binary and not a URL."""
        fields = serializer().fields
        schema: dict[str, Any] = copy.deepcopy(self._map_serializer(serializer(), "request"))
        properties = {
            name: {"type": "string", "format": "binary"} if isinstance(fields[name], serializers.FileField) else shape
            for name, shape in schema["properties"].items()
            if not fields[name].read_only
        }
        required = [name for name in schema.get("required", []) if name in properties and self.method != "PATCH"]
        return {"type": "object", "properties": properties, **({"required": required} if required else {})}


SUCCESSES: Final = {200: "", 201: "Created.", 202: "Accepted.", 204: "Done."}


class _Paginated:
    """A pagination with a schema for the configured version of OpenAPI."""

    def __init__(self, paginator: SizedPagination) -> None:
        self.paginator = paginator

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of a page."""
        shown: dict[str, Any] = self.paginator.get_paginated_response_schema(schema)
        for name, value in shown.get("properties", {}).items():
            if value.get("nullable"):
                plain = {key: item for key, item in value.items() if key != "nullable"}
                shown["properties"][name] = nullable(plain)
        return shown

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the query parameters."""
        return self.paginator.get_schema_operation_parameters(view)


def serializer_of(body: Body) -> Any:
    """Return the serializer of a body."""
    found = import_string(body.name) if "." in body.name else app_settings.part("SERIALIZERS", body.name)
    if found is ReviewSerializer:
        found = StaffReviewSerializer
    return _changed(found, body) if body.as_name else found


@lru_cache(maxsize=64)
def _changed(base: Any, body: Body) -> Any:
    """Return a subclass of a serializer with fields removed or added, as a separate component."""

    def get_fields(self: Any) -> dict[str, Any]:
        fields = {name: field for name, field in base.get_fields(self).items() if name not in body.drop}
        return fields | {name: serializers.CharField(required=False, help_text=text) for name, text in body.add}

    return type(f"{body.as_name}Serializer", (base,), {"get_fields": get_fields, "__doc__": base.__doc__})
