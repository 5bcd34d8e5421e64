"""Views of customers and their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.functional import cached_property
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from storefront_store.api.conditional import NoStoreMixin
from storefront_store.api.pagination import LinkPagination, NumberedPagination
from storefront_store.api.permissions import CanViewHistory, is_staff
from storefront_store.api.search import CustomerSearch, PlainOrdering
from storefront_store.api.serializers import OwnCustomerSerializer
from storefront_store.api.shapes import Shape, shape_of_filters
from storefront_store.api.views.base import key_or_404
from storefront_store.api.views.catalogue import CrudViewSet
from storefront_store.conf import app_settings, get_model
from storefront_store.models import Address, OrderEvent
from storefront_store.prepared import is_plain
from storefront_store.services import customers, locks


class CustomerViewSet(NoStoreMixin, CrudViewSet):
    """Customers for staff, and ``me`` for signed-in users."""

    part = "customer"
    pagination_class: Any = LinkPagination
    filter_backends: Any = [CustomerSearch, PlainOrdering]
    ordering_fields: ClassVar[Sequence[str]] = ["id", "membership", "birth_date"]

    def get_queryset(self) -> Any:
        """Return the customers, ordered by name."""
        return self.prepare(get_model("Customer")._default_manager.by_name())

    def get_shape(self) -> Shape | None:
        """Return the shape of the detail, and of lists that are neither searched nor sorted."""
        if not is_plain(get_model("Customer")._default_manager):
            return None
        if self.action == "list":
            return shape_of_filters(self, self.request)
        return Shape((), {"pk": key_or_404("Customer", self.kwargs["pk"])})

    def filter_queryset(self, queryset: Any) -> Any:
        """Search and sort the list; the detail ignores these parameters."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def perform_destroy(self, instance: Any) -> None:
        """Delete a customer without orders."""
        customers.delete_customer(instance)

    @action(detail=False, methods=["get", "put", "patch"], permission_classes=[IsAuthenticated])
    def me(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return or change the user's own customer, which is created if necessary."""
        context = self.get_serializer_context()
        customer = self.get_queryset().filter(user=request.user).first()
        if request.method in SAFE_METHODS:
            own = customer or customers.customer_of(request.user)
            return Response(OwnCustomerSerializer(own, context=context).data)
        partial = request.method == "PATCH"
        serializer = OwnCustomerSerializer(customer, data=request.data, partial=partial, context=context)
        serializer.is_valid(raise_exception=True)
        serializer.instance = customer or customers.customer_of(request.user)
        locks.change_locked(serializer.instance, serializer.save)
        return Response(serializer.data)

    @action(detail=True, permission_classes=[CanViewHistory])
    def history(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the history of the customer's orders, newest first."""
        customer = self.get_object()
        paginator = NumberedPagination()
        events = paginator.paginate_queryset(
            OrderEvent.objects.filter(customer_number=str(customer.pk)), request, view=self
        )
        serializer = app_settings.part("SERIALIZERS", "order_event")
        return paginator.get_paginated_response(serializer(events, many=True).data)


class AddressViewSet(NoStoreMixin, CrudViewSet):
    """The user's own addresses."""

    part = "address"
    pagination_class: Any = LinkPagination

    def get_queryset(self) -> Any:
        """Return the user's own addresses."""
        user: Any = self.request.user
        return self.prepare(Address.objects.filter(customer__user=user))

    def settled(self) -> dict[str, Any]:
        """Return the user's customer."""
        return {"customer": customers.customer_of(self.request.user)}


class CustomerAddressViewSet(AddressViewSet):
    """The addresses of the customer in the URL, for staff and the customer."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Create an address. 404 for a missing customer takes precedence over 400."""
        self.customer  # noqa: B018
        return super().create(request, *args, **kwargs)

    @cached_property
    def customer(self) -> Any:
        """The customer; 404 for everybody except staff and the customer."""
        found = get_model("Customer")._default_manager.all()
        if not is_staff(self.request):
            found = found.filter(user=self.request.user)
        return get_object_or_404(found, pk=key_or_404("Customer", self.kwargs["customer_pk"]))

    def get_queryset(self) -> Any:
        """Return the addresses of this customer."""
        return self.prepare(Address.objects.filter(customer=self.customer))

    def settled(self) -> dict[str, Any]:
        """Return the customer in the URL."""
        return {"customer": self.customer}
