"""Views of orders."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar, Final

from django.http import HttpResponse
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from storefront_store.api.conditional import NoStoreMixin
from storefront_store.api.filters import OrderFilter
from storefront_store.api.form_filters import FormFilter
from storefront_store.api.pagination import LinkPagination
from storefront_store.api.permissions import IsAuthenticatedOrHasKey, is_staff
from storefront_store.api.renderers import AmountRenderer
from storefront_store.api.search import StableOrdering
from storefront_store.api.serializers import PaymentStatusSerializer, ShipSerializer
from storefront_store.api.serializers.fields import input_serializer
from storefront_store.api.shapes import Given, Shape, shape_of_filters
from storefront_store.api.throttles import VoucherThrottle
from storefront_store.api.views.base import ListMixin, RetrieveMixin, key_or_404
from storefront_store.baskets import Choices
from storefront_store.conf import app_settings, get_model
from storefront_store.exceptions import NotFound
from storefront_store.models import AbstractOrder
from storefront_store.querysets import OrderQuerySet
from storefront_store.services import checkout, guests, idempotency, orders
from storefront_store.services.transactions import joined
from storefront_store.statements import is_prepared_safely

KEY_HEADER: Final = "Idempotency-Key"
REPLAY_HEADER: Final = "Idempotent-Replayed"
KEY_ACTIONS: Final = frozenset({"retrieve", "cancel"})


class OrderViewSet(NoStoreMixin, RetrieveMixin, ListMixin):
    """The user's own orders, or all orders for staff."""

    part = "order"
    pagination_class: Any = LinkPagination
    http_method_names: Sequence[str] = ["get", "post", "patch", "delete", "head", "options"]
    throttle_scopes: Any = {"create": "checkout"}
    filter_backends: Any = [FormFilter, StableOrdering]
    filterset_class = OrderFilter
    ordering_fields: ClassVar[Sequence[str]] = ["placed_at", "total", "id"]

    def get_throttles(self) -> list[Any]:
        """Return the throttles, including that of voucher codes."""
        return [*super().get_throttles(), *([VoucherThrottle()] if self.action == "create" else [])]

    def get_queryset(self) -> Any:
        """Return the orders visible to the user, with their items, or the one that a guest's key belongs to."""
        orders = get_model("Order")._default_manager
        if self.guest_key is not None and self.action in KEY_ACTIONS:
            if guests.is_opened(self.order_id, self.guest_key):
                return self.prepare(orders.filter(pk=self.order_id))
            if not self.request.user.is_authenticated:
                raise NotFound
        return self.prepare(orders.visible_to(self.request.user))

    def get_shape(self) -> Shape | None:
        """Return the shape of the user's own orders, or of all for staff."""
        filters = shape_of_filters(self, self.request) if self.action == "list" else Shape("")
        user = self.request.user
        if filters is None or self.guest_key is not None or not user.is_authenticated:
            return None
        if not is_prepared_safely(get_model("Order"), OrderQuerySet, "visible_to", "placed_by"):
            return None
        values = {} if self.action == "list" else {"pk": self.order_id}
        if is_staff(self.request):
            return filters._replace(key=("all", filters.key), values=values)
        field = get_model("Customer")._meta.get_field("user").target_field
        given = {**filters.given, "user": Given(field, user.pk)}
        return filters._replace(key=("own", filters.key), values=values, given=given)

    def get_shaped_queryset(self) -> Any:
        """Return all orders for staff, and otherwise those of the user."""
        orders = get_model("Order")._default_manager.all()
        if not is_staff(self.request):
            orders = orders.placed_by(self.bound.get("user", self.request.user))
        return self.filter_queryset(orders)

    @property
    def guest_key(self) -> str | None:
        """The key of a guest's order in the query, or None."""
        return self.request.query_params.get("key")

    def filter_queryset(self, queryset: Any) -> Any:
        """Filter and sort the list; the detail ignores these parameters."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_throttle_scope(self) -> str | None:
        """Return the throttle scope, for checkouts and for requests with a guest's key."""
        if self.action in KEY_ACTIONS and self.guest_key is not None:
            return "order_key"
        return super().get_throttle_scope()

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response | HttpResponse:
        """Place an order for a cart; requests with the same ``Idempotency-Key`` place it once."""
        serializer = input_serializer(
            app_settings.part("SERIALIZERS", "checkout"), data=request.data, context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        wanted = serializer.validated_data

        def place(use_case: Callable[..., AbstractOrder] = checkout.checkout) -> AbstractOrder:
            return use_case(user=request.user, cart_id=wanted["cart_id"], choices=Choices.of(wanted))

        key = request.headers.get(KEY_HEADER)
        if key is None:
            return Response(self.show_placed(place()), status=status.HTTP_201_CREATED)
        fingerprint = idempotency.digest(
            b"POST", request.path.encode(), json.dumps(wanted, default=str, sort_keys=True).encode()
        )
        user = request.user if request.user.is_authenticated else None
        outcome = idempotency.run(
            user,
            key,
            fingerprint,
            partial(place, joined(checkout.checkout)),
            self.render_created,
            guest=str(wanted["cart_id"]),
        )
        response = HttpResponse(outcome.body, status=outcome.status, content_type="application/json")
        if outcome.replayed:
            response[REPLAY_HEADER] = "true"
        return response

    def show_placed(self, order: AbstractOrder) -> dict[str, Any]:
        """Return the representation of a new order, for guests with its key."""
        shown = self.show_new(order)
        return shown if self.request.user.is_authenticated else {**shown, "key": guests.key_of(order)}

    def render_created(self, order: Any) -> tuple[int, bytes]:
        """Return the status and the body of the response for a new order."""
        return status.HTTP_201_CREATED, AmountRenderer().render(self.show_placed(order))

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change the payment status, and return the order."""
        news = self.valid(PaymentStatusSerializer(data=request.data), self.get_object)
        orders.change_payment_status(self.order_id, news["payment_status"], user=request.user)
        return self.retrieve(request)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete an order that was never paid."""
        orders.delete_order(self.order_id, user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticatedOrHasKey])
    def cancel(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Cancel an order and return its stock."""
        user = request.user if request.user.is_authenticated else None
        order = orders.cancel_order(self.order_id, user=user, key=self.guest_key)
        return self.show(order.pk)

    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated])
    def ship(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Mark an order as shipped."""
        parcel = self.valid(ShipSerializer(data=request.data), self.get_object)
        order = orders.ship_order(self.order_id, tracking=parcel["tracking"], user=request.user)
        return self.show(order.pk)

    def show(self, order_id: Any) -> Response:
        """Return the response with an order, whoever owns it."""
        shown = get_object_or_404(self.prepare(get_model("Order")._default_manager.all()), pk=order_id)
        return Response(self.get_serializer(shown).data)

    @property
    def order_id(self) -> Any:
        """The key in the URL."""
        return key_or_404("Order", self.kwargs["pk"])
