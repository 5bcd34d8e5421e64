"""Base classes of the store's views."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from django.core import exceptions
from django.db import transaction
from django.utils.functional import SimpleLazyObject, cached_property
from rest_framework import mixins
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from storefront_store.api.pages import PreparedRows, statements_for
from storefront_store.api.pagination import SizedPagination
from storefront_store.api.parsers import bounded
from storefront_store.api.plans import ReadPlan, plan_for
from storefront_store.api.renderers import with_amounts
from storefront_store.api.shapes import Shape, is_current
from storefront_store.api.throttles import ScopeThrottle
from storefront_store.api.views.root import AnswersErrors, PlainMetadata
from storefront_store.conf import app_settings, get_model
from storefront_store.pricing import PriceBook
from storefront_store.services.transactions import using

JSON: Final = "application/json"
ANYTHING: Final = "*/*"  # what a client without an Accept header accepts
PLANNED_ACTIONS: Final = frozenset({"list", "retrieve"})
# The methods that a view's get_shape() describes.
DESCRIBED: Final = (
    "get_queryset",
    "get_shaped_queryset",
    "filter_queryset",
    "paginate_queryset",
    "get_object",
    "check_object_permissions",
)


class StoreViewSet(AnswersErrors, GenericViewSet[Any]):
    """Base viewset that reads serializer, permissions and model of a part from the settings at each request.

    Attributes:
        part: The name in ``SERIALIZERS`` and ``PERMISSIONS``.
        throttle_scopes: Throttle scopes by action.
        bound: The placeholders for the values of filters while a statement is compiled, otherwise empty.
    """

    part: str
    throttle_scopes: dict[str, str] = {}
    bound: Mapping[str, Any] = {}
    filter_backends: list[Any] = []
    metadata_class: Any = PlainMetadata

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> Any:
        """Return the view without ``ATOMIC_REQUESTS``, because only the outermost transaction can be retried."""
        return transaction.non_atomic_requests(using())(super().as_view(*args, **kwargs))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Respond with 404 to URLs with NUL characters, which no key can contain."""
        super().initial(request, *args, **kwargs)
        if any("\x00" in value for value in kwargs.values()):
            raise NotFound

    def get_parsers(self) -> list[BaseParser]:
        """Return the project's parsers with the limits of the store, or those of a subclass."""
        classes: Any = self.parser_classes
        if classes is GenericViewSet.parser_classes:
            classes = api_settings.DEFAULT_PARSER_CLASSES
        return [bounded(parser)() for parser in (*classes, *self.needed_parsers(classes))]

    def get_renderers(self) -> list[BaseRenderer]:
        """Return the project's renderers, with a faster one for JSON that returns the same bytes."""
        return with_amounts(super().get_renderers())

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        """Return the renderer and the media type; a header that asks for JSON or anything is not parsed."""
        first = self.get_renderers()[0]
        accepted = request.META.get("HTTP_ACCEPT", ANYTHING)
        is_usual = self.content_negotiation_class is DefaultContentNegotiation and accepted in (ANYTHING, JSON)
        has_query = bool(request.META.get("QUERY_STRING"))
        wants_format = self.format_kwarg or (has_query and self.settings.URL_FORMAT_OVERRIDE in request.query_params)
        if is_usual and not wants_format and first.media_type == JSON:
            return first, JSON
        return super().perform_content_negotiation(request, force)

    def needed_parsers(self, classes: Sequence[type[BaseParser]]) -> list[type[BaseParser]]:
        """Return the parsers that this view requires, whatever the project's parsers are."""
        return []

    def get_permissions(self) -> list[BasePermission]:
        """Return the permissions of this part, or those of an extra action or a subclass."""
        classes: Any = self.permission_classes
        if classes is GenericViewSet.permission_classes:
            classes = app_settings.part("PERMISSIONS", self.part)
        return [permission() for permission in classes]

    def get_throttles(self) -> list[BaseThrottle]:
        """Return the throttles of actions with a scope."""
        return [ScopeThrottle()] if self.get_throttle_scope() else []

    def get_throttle_scope(self) -> str | None:
        """Return the throttle scope of this action."""
        return self.throttle_scopes.get(self.action or "")

    def get_serializer_class(self) -> Any:
        """Return the serializer of this part."""
        return app_settings.part("SERIALIZERS", self.part)

    @cached_property
    def plan(self) -> ReadPlan | None:
        """Return the read plan, if this action only reads and its serializer can be compiled."""
        return plan_for(self.get_serializer_class()) if self.action in PLANNED_ACTIONS else None

    def get_shape(self) -> Shape | None:
        """Return what the rows of this request depend on, or None if a queryset has to be built for it.

        A subclass that overrides one of the methods in :data:`DESCRIBED` has to override this one as well; otherwise it
        is not called.
        """
        return None

    def get_shaped_queryset(self) -> Any:
        """Return the rows for the shape, without the filter by its values."""
        return self.filter_queryset(self.get_queryset())

    @cached_property
    def prepared_rows(self) -> PreparedRows | None:
        """The rows as read by statements that are compiled once, if the request has a shape."""
        plan = self.plan
        if plan is None or not is_current(type(self), "get_shape", *DESCRIBED):
            return None
        shape = self.get_shape()
        if shape is None:
            return None
        # Subqueries are bound to the database for which they are built.
        alias = plan.model._default_manager.db
        key = (type(self), self.action, shape.full_key, tuple(plan.model._meta.ordering or ()), alias)
        statements = statements_for(plan, key, shape, partial(self._compiled_queryset, shape))
        return PreparedRows(
            statements,
            lambda: self.get_shaped_queryset().filter(**shape.values),
            alias,
            self.prices.at,
            shape.parameters(),
        )

    def _compiled_queryset(self, shape: Shape) -> Any:
        """Return the rows for the shape with placeholders for the values of filters."""
        self.bound = shape.placeholders()
        try:
            return self.get_shaped_queryset()
        finally:
            self.bound = {}

    def prepare(self, queryset: Any) -> Any:
        """Add what the serializer needs to a queryset, unless a plan reads it by key afterwards.

        Responses of writes are read from the database that was written to.
        """
        if self.plan is not None:
            return queryset
        if self.request.method not in SAFE_METHODS:
            queryset = queryset.using(using())
        setup = getattr(self.get_serializer_class(), "setup_queryset", None)
        return setup(queryset) if setup else queryset

    def represent(self, plan: ReadPlan, rows: list[Any], database: str) -> list[dict[str, Any]]:
        """Return the representation of rows by the plan."""
        return plan.read_from(rows, using=database, at=self.prices.at, context=self.get_serializer_context())

    def show_new(self, instance: Any) -> dict[str, Any]:
        """Return the representation of a row that was just written, with what of it is in memory."""
        plan = plan_for(self.get_serializer_class())
        context = self.get_serializer_context()
        shown = plan.read_loaded([instance], using=using(), at=self.prices.at, context=context) if plan else []
        return shown[0] if shown else dict(self.get_serializer(instance).data)

    def get_serializer_context(self) -> dict[str, Any]:
        """Add the price book, with one time and one price per product for the request."""
        return {**super().get_serializer_context(), "prices": self.prices}

    @cached_property
    def prices(self) -> PriceBook:
        """The price book of this request."""
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return PriceBook()
        customers = get_model("Customer")._default_manager
        return PriceBook(customer=SimpleLazyObject(lambda: customers.filter(user=user).first()))

    def valid(self, serializer: Any, look: Callable[[], Any]) -> dict[str, Any]:
        """Return the validated data. 404 takes precedence over 400.

        Args:
            serializer: The serializer with the client's data.
            look: Looks up the object in the URL, and raises an exception if there is none.

        Raises:
            ValidationError: If the data are invalid.
        """
        if not serializer.is_valid():
            look()
            raise ValidationError(serializer.errors)
        values: dict[str, Any] = serializer.validated_data
        return values

    def parent_or_404(self, queryset: Any, name: str) -> Any:
        """Return the object named by the URL keyword ``name``."""
        return get_object_or_404(queryset, pk=self.kwargs[name])


class RetrieveMixin(mixins.RetrieveModelMixin, StoreViewSet):
    """Mixin for details, which uses the read plan of the serializer if it has one."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return one row."""
        if self.plan is None:
            return super().retrieve(request, *args, **kwargs)
        if self.prepared_rows is not None and not self.checks_objects():
            rows = self.prepared_rows.slice(0, 1)
            if shown := self.represent(self.plan, rows, self.prepared_rows.db):
                return Response(shown[0])
        row = self.get_object()
        shown = self.represent(self.plan, [row], row._state.db)
        if not shown:  # deleted in the meantime
            raise NotFound
        return Response(shown[0])

    def checks_objects(self) -> bool:
        """Return whether a permission needs the object as a model instance."""
        unchecked = BasePermission.has_object_permission
        return any(type(each).has_object_permission is not unchecked for each in self.get_permissions())


class ListMixin(mixins.ListModelMixin, StoreViewSet):
    """Mixin for lists, which uses the read plan of the serializer if it has one."""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the requested rows."""
        if self.plan is None:
            return super().list(request, *args, **kwargs)
        if self.prepared_rows is not None and self.paginates_prepared():
            queryset: Any = self.prepared_rows
        else:
            queryset = self.filter_queryset(self.get_queryset())
            if isinstance(self.paginator, SizedPagination):
                self.paginator.keys_only = self.plan.reads_again
        page = self.paginate_queryset(queryset)
        if page is None:
            return Response(self.represent_all(self.plan, queryset))
        return self.get_paginated_response(self.represent(self.plan, page, queryset.db))

    def represent_all(self, plan: ReadPlan, rows: Any) -> Any:
        """Return the representation of all rows of a list without pages."""
        found = rows.slice(0, None) if isinstance(rows, PreparedRows) else list(rows)
        return self.represent(plan, found, rows.db)

    def paginates_prepared(self) -> bool:
        """Return whether the pagination accepts the rows of prepared statements."""
        kind: Any = type(self.paginator)
        return self.paginator is None or is_current(kind, "reads_prepared", "paginate_queryset", "read_page", "rows_of")


def key_or_404(model_name: str, value: Any) -> Any:
    """Convert a part of the URL to a key of the model, without a query.

    Raises:
        NotFound: If it is not a valid key.
    """
    field = get_model(model_name)._meta.pk
    try:
        key = field.to_python(value)
        field.get_prep_value(key)
    except (exceptions.ValidationError, ValueError, TypeError, OverflowError) as error:
        raise NotFound from error
    return key
