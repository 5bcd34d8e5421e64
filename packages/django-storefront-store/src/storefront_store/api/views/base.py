"""What all views of the store have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.core import exceptions
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.urls import is_valid_path
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from rest_framework import mixins
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.metadata import SimpleMetadata
from rest_framework.parsers import BaseParser
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import APIRootView
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from storefront_store.api.errors import exception_handler
from storefront_store.api.pagination import SizedPagination
from storefront_store.api.parsers import bounded
from storefront_store.api.plans import ReadPlan, plan_for
from storefront_store.api.throttles import ScopeThrottle
from storefront_store.conf import app_settings, get_model
from storefront_store.pricing import PriceBook
from storefront_store.services.transactions import using


class PlainMetadata(SimpleMetadata):
    """What OPTIONS tells: name, description and formats. The fields are in the OpenAPI schema."""

    def determine_actions(self, request: Any, view: Any) -> dict[str, Any]:
        """Ask neither the database nor the serializers."""
        return {}


class AnswersErrors:
    """Answers errors in the store's own way, whatever the project has for its other views."""

    def get_exception_handler(self) -> Callable[..., Any]:
        """The one place where what went wrong becomes an answer."""
        return exception_handler


@method_decorator(csrf_exempt, name="dispatch")  # the answer changes nothing
class MissingSlashView(View):
    """Addresses without the slash at their end: reading is redirected, and a write is told what is missing.

    Django would redirect a write too, which loses its body, or fail with a page for developers.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Redirect, or explain.

        Raises:
            Http404: If there is nothing at the address with a slash either.
        """
        path = f"{request.path_info}/"
        if not is_valid_path(path, getattr(request, "urlconf", None)):
            raise Http404
        if request.method in SAFE_METHODS:
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        detail = _("This address needs a slash at its end: %(path)s") % {"path": f"{request.path}/"}
        return JsonResponse({"detail": detail, "code": "missing_slash"}, status=404)


class RootView(AnswersErrors, APIRootView):
    """Where the lists of the store are."""

    permission_classes: Any = [AllowAny]
    metadata_class: Any = PlainMetadata


PLANNED_ACTIONS: Final = frozenset({"list", "retrieve"})


class StoreViewSet(AnswersErrors, GenericViewSet[Any]):
    """Serializer, permissions and model by the part's name, read from the settings at each request.

    Attributes:
        part: The name in ``SERIALIZERS`` and ``PERMISSIONS``.
        throttle_scopes: Limits by action.
    """

    part: str
    throttle_scopes: dict[str, str] = {}
    filter_backends: list[Any] = []
    metadata_class: Any = PlainMetadata

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> Any:
        """Leave the transaction to the use case, ``ATOMIC_REQUESTS`` or not: only the outermost can be tried again."""
        return transaction.non_atomic_requests(using())(super().as_view(*args, **kwargs))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Turn away an address that no key can be in, whatever its type."""
        super().initial(request, *args, **kwargs)
        if any("\x00" in value for value in kwargs.values()):
            raise NotFound

    def get_parsers(self) -> list[BaseParser]:
        """The project's parsers, within the bounds of the store; a host's own class may bring others."""
        classes: Any = self.parser_classes
        if classes is GenericViewSet.parser_classes:
            classes = api_settings.DEFAULT_PARSER_CLASSES
        return [bounded(parser)() for parser in (*classes, *self.needed_parsers(classes))]

    def needed_parsers(self, classes: Sequence[type[BaseParser]]) -> list[type[BaseParser]]:
        """Return parsers that this view can't do without, whatever the project has."""
        return []

    def get_permissions(self) -> list[BasePermission]:
        """The permissions of this part, unless an extra action or a host's own class brings others."""
        classes: Any = self.permission_classes
        if classes is GenericViewSet.permission_classes:
            classes = app_settings.part("PERMISSIONS", self.part)
        return [permission() for permission in classes]

    def get_throttles(self) -> list[BaseThrottle]:
        """Throttle the actions that have a scope."""
        return [ScopeThrottle()] if self.get_throttle_scope() else []

    def get_throttle_scope(self) -> str | None:
        """The scope that limits this action."""
        return self.throttle_scopes.get(self.action or "")

    def get_serializer_class(self) -> Any:
        """The serializer of this part."""
        return app_settings.part("SERIALIZERS", self.part)

    @cached_property
    def plan(self) -> ReadPlan | None:
        """How rows are read without model instances, if this action only reads and its serializer can be compiled."""
        return plan_for(self.get_serializer_class()) if self.action in PLANNED_ACTIONS else None

    def prepare(self, queryset: Any) -> Any:
        """Add what the serializer needs of each row, unless a plan reads it by key afterwards.

        What a write answers is read from the database that was written to.
        """
        if self.plan is not None:
            return queryset
        if self.request.method not in SAFE_METHODS:
            queryset = queryset.using(using())
        setup = getattr(self.get_serializer_class(), "setup_queryset", None)
        return setup(queryset) if setup else queryset

    def represent(self, plan: ReadPlan, rows: list[Any], database: str) -> list[dict[str, Any]]:
        """Return rows as the plan shows them."""
        return plan.read_from(rows, using=database, at=self.prices.at, context=self.get_serializer_context())

    def get_serializer_context(self) -> dict[str, Any]:
        """Add the price book: one moment, and each product priced once, a request."""
        return {**super().get_serializer_context(), "prices": self.prices}

    @cached_property
    def prices(self) -> PriceBook:
        """The prices of this request."""
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return PriceBook()
        customers = get_model("Customer")._default_manager
        return PriceBook(customer=SimpleLazyObject(lambda: customers.filter(user=user).first()))

    def valid(self, serializer: Any, look: Callable[[], Any]) -> dict[str, Any]:
        """Return what the client sent. Where that is wrong, what is not there at all is the first thing to say.

        Args:
            serializer: The serializer with the client's data.
            look: Looks for the thing in the address, and raises if there is none.

        Raises:
            ValidationError: If the data are wrong.
        """
        if not serializer.is_valid():
            look()
            raise ValidationError(serializer.errors)
        values: dict[str, Any] = serializer.validated_data
        return values

    def parent_or_404(self, queryset: Any, name: str) -> Any:
        """Return the object that the address names by the keyword ``name``."""
        return get_object_or_404(queryset, pk=self.kwargs[name])


class RetrieveMixin(mixins.RetrieveModelMixin, StoreViewSet):
    """Details, by the plan of the serializer where it has one."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one row."""
        if self.plan is None:
            return super().retrieve(request, *args, **kwargs)
        row = self.get_object()
        shown = self.represent(self.plan, [row], row._state.db)
        if not shown:  # deleted meanwhile
            raise NotFound
        return Response(shown[0])


class ListMixin(mixins.ListModelMixin, StoreViewSet):
    """Lists, by the plan of the serializer where it has one."""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the rows that the request asks for."""
        if self.plan is None:
            return super().list(request, *args, **kwargs)
        queryset = self.filter_queryset(self.get_queryset())
        if isinstance(self.paginator, SizedPagination):
            self.paginator.keys_only = self.plan.reads_again
        page = self.paginate_queryset(queryset)
        rows = self.represent(self.plan, list(queryset) if page is None else page, queryset.db)
        return Response(rows) if page is None else self.get_paginated_response(rows)


def key_or_404(model_name: str, value: Any) -> Any:
    """Turn a part of an address into a key of the model, without looking for the row.

    Raises:
        NotFound: If it can't be one.
    """
    field = get_model(model_name)._meta.pk
    try:
        key = field.to_python(value)
        field.get_prep_value(key)
    except (exceptions.ValidationError, ValueError, TypeError, OverflowError) as error:
        raise NotFound from error
    return key
