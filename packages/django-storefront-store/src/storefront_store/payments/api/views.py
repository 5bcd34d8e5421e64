"""Views of payments and refunds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from storefront_store.api.conditional import NoStoreMixin
from storefront_store.api.permissions import IsAuthenticatedOrHasKey
from storefront_store.api.views.base import StoreViewSet, key_or_404
from storefront_store.conf import get_model
from storefront_store.exceptions import Forbidden, NotFound
from storefront_store.payments.api.serializers import (
    PaymentMethodSerializer,
    PaymentSerializer,
    RefundSerializer,
    StartPaymentSerializer,
    StartRefundSerializer,
)
from storefront_store.payments.conf import app_settings
from storefront_store.payments.exceptions import PaymentRefused
from storefront_store.payments.models import Payment, Refund
from storefront_store.payments.services import payments, refunds
from storefront_store.services import guests
from storefront_store.services.idempotency import check_key
from storefront_store.services.transactions import using

KEY_HEADER: Final = "Idempotency-Key"
REFUND_PERMISSION: Final = "storefront_store_payments.add_refund"


class OrderChildViewSet(NoStoreMixin, StoreViewSet):
    """Base viewset of objects that belong to an order visible to the user."""

    permission_classes: Any = [IsAuthenticated]
    http_method_names: Sequence[str] = ["get", "post", "head", "options"]

    @property
    def guest_key(self) -> str | None:
        """The guest's key in the query, or None."""
        return None

    def order_id(self) -> Any:
        """Return the key of the order; some views also accept a guest's key in the query.

        Raises:
            NotFound: If there is no such order, or the user may not know of it.
        """
        key = key_or_404("Order", self.kwargs["order_pk"])
        if self.guest_key is not None and guests.is_opened(key, self.guest_key):
            return key
        if not self.request.user.is_authenticated:
            raise NotFound
        orders = get_model("Order")._default_manager.visible_to(self.request.user)
        if not orders.filter(pk=key).exists():
            raise NotFound
        return key

    def payments(self, **filters: Any) -> Any:
        """Return payments with their refunds, after a change from the database that was written to."""
        rows = Payment.objects.filter(**filters).order_by("pk").prefetch_related("refunds")
        return rows if self.request.method in ("GET", "HEAD") else rows.using(using())


class PaymentViewSet(OrderChildViewSet):
    """The payments of an order. Guests access those of their order by its key."""

    permission_classes: Any = [IsAuthenticatedOrHasKey]
    throttle_scopes: Any = {"create": "payment_create"}
    serializer_class: Any = PaymentSerializer

    def get_serializer_class(self) -> Any:
        """Return the serializer of payments."""
        return self.serializer_class

    @property
    def guest_key(self) -> str | None:
        """The guest's key in the query, or None."""
        return self.request.query_params.get("key")

    def get_throttle_scope(self) -> str | None:
        """Return the throttle scope, for new payments and for requests with a guest's key."""
        return super().get_throttle_scope() or ("order_key" if self.guest_key is not None else None)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return all payments of the order, oldest first."""
        rows = self.payments(order_id=self.order_id())
        return Response(PaymentSerializer(rows, many=True).data)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Start a payment of the amount due, or continue with the open one of an identical request."""
        wanted = self.valid(StartPaymentSerializer(data=request.data), self.order_id)
        started = payments.start_payment(self.order_id(), **wanted)
        shown = PaymentSerializer(self.payments(pk=started.payment.pk).get())
        return Response(shown.data, status=status.HTTP_201_CREATED if started.created else status.HTTP_200_OK)


class RefundViewSet(OrderChildViewSet):
    """The refunds of an order."""

    serializer_class: Any = RefundSerializer

    def get_serializer_class(self) -> Any:
        """Return the serializer of refunds."""
        return self.serializer_class

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return all refunds of the order, oldest first."""
        rows = Refund.objects.filter(payment__order_id=self.order_id())
        return Response(RefundSerializer(rows, many=True).data)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Refund money; requests with the same ``Idempotency-Key`` refund it once."""
        order_id = self.order_id()
        if not request.user.has_perm(REFUND_PERMISSION):
            raise Forbidden
        wanted = self.valid(StartRefundSerializer(data=request.data), self.order_id)
        key = request.headers.get(KEY_HEADER)
        if key is not None:
            check_key(key)
        done = refunds.refund_order(order_id, wanted.get("amount"), reason=wanted["reason"], user=request.user, key=key)
        if any(refund.status == Refund.Status.FAILED for refund in done):
            raise PaymentRefused
        known = all(refund.status == Refund.Status.DONE for refund in done)
        code = status.HTTP_201_CREATED if known else status.HTTP_202_ACCEPTED
        return Response(RefundSerializer(done, many=True).data, status=code)


class PaymentMethodViewSet(StoreViewSet):
    """The payment methods."""

    permission_classes: Any = [AllowAny]
    serializer_class: Any = PaymentMethodSerializer

    def get_serializer_class(self) -> Any:
        """Return the serializer of payment methods."""
        return self.serializer_class

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the name and the label of each variant."""
        rows = [
            {"variant": name, "label": str(config.get("LABEL", name))} for name, config in app_settings.VARIANTS.items()
        ]
        return Response(PaymentMethodSerializer(rows, many=True).data)
