"""What all views of the store have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core import exceptions
from django.db import transaction
from django.utils.functional import SimpleLazyObject, cached_property
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.metadata import SimpleMetadata
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.routers import APIRootView
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from storefront_store.api.errors import exception_handler
from storefront_store.api.parsers import LimitedFormParser, LimitedMultiPartParser, StrictJSONParser
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


class RootView(AnswersErrors, APIRootView):
    """Where the lists of the store are."""

    permission_classes = [AllowAny]
    metadata_class = PlainMetadata


class StoreViewSet(AnswersErrors, GenericViewSet):
    """Serializer, permissions and model by the part's name, read from the settings at each request.

    Attributes:
        part: The name in ``SERIALIZERS`` and ``PERMISSIONS``.
        throttle_scopes: Limits by action.
    """

    part: str
    throttle_scopes: dict[str, str] = {}
    parser_classes = [StrictJSONParser, LimitedFormParser, LimitedMultiPartParser]
    filter_backends: list[Any] = []
    metadata_class = PlainMetadata

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> Any:
        """Leave the transaction to the use case, ``ATOMIC_REQUESTS`` or not: only the outermost can be tried again."""
        return transaction.non_atomic_requests(using())(super().as_view(*args, **kwargs))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Turn away an address that no key can be in, whatever its type."""
        super().initial(request, *args, **kwargs)
        if any("\x00" in value for value in kwargs.values()):
            raise NotFound

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

    def prepare(self, queryset: Any) -> Any:
        """Let the serializer bring along what it needs. What a write answers is read where it was written."""
        if self.request.method not in SAFE_METHODS:
            queryset = queryset.using(using())
        setup = getattr(self.get_serializer_class(), "setup_queryset", None)
        return setup(queryset) if setup else queryset

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
