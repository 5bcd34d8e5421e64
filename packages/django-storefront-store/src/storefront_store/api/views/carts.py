"""Views of carts. Anyone who knows the ID may use a cart, unless it belongs to a customer. Carts can't be listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from storefront_store.api.conditional import NoStoreMixin
from storefront_store.api.pagination import LinkPagination
from storefront_store.api.plan_rules import takes_nothing
from storefront_store.api.serializers import AddItemSerializer, ChangeItemSerializer, MergeCartSerializer
from storefront_store.api.serializers.fields import input_serializer, represent
from storefront_store.api.shapes import Given, Shape
from storefront_store.api.throttles import VoucherThrottle
from storefront_store.api.views.base import ListMixin, RetrieveMixin, key_or_404
from storefront_store.baskets import Choices
from storefront_store.conf import app_settings, get_model
from storefront_store.querysets import CartQuerySet
from storefront_store.services import carts, quotes
from storefront_store.services.transactions import using
from storefront_store.statements import is_prepared_safely


class CartViewSet(NoStoreMixin, RetrieveMixin):
    """Create, show and delete a cart."""

    part = "cart"
    throttle_scopes: Any = {"create": "cart_create"}

    def get_throttles(self) -> list[Any]:
        """Return the throttles, including that of voucher codes."""
        return [*super().get_throttles(), *([VoucherThrottle()] if self.action == "quote" else [])]

    def get_queryset(self) -> Any:
        """Return the carts visible to the user, with their items."""
        return self.prepare(get_model("Cart")._default_manager.visible_to(self.request.user))

    def get_shape(self) -> Shape | None:
        """Return the shape of an anonymous cart, or of one that a signed-in user may see."""
        if not is_prepared_safely(get_model("Cart"), CartQuerySet, "visible_to", "open_to"):
            return None
        key, user = key_or_404("Cart", self.kwargs["pk"]), self.request.user
        if user is None or not user.is_authenticated:
            return Shape("anonymous", {"pk": key})
        field = get_model("Customer")._meta.get_field("user").target_field
        return Shape("own", {"pk": key}, given={"user": Given(field, user.pk)})

    def get_shaped_queryset(self) -> Any:
        """Return the carts that the user may see."""
        carts = get_model("Cart")._default_manager.all()
        user = self.request.user
        if user is None or not user.is_authenticated:
            return carts.visible_to(user)
        return carts.open_to(self.bound.get("user", user.pk))

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Create an empty cart. The body is ignored, but must be valid."""
        if not (isinstance(request.data, Mapping) and takes_nothing(self.get_serializer_class())):
            self.get_serializer(data=request.data).is_valid(raise_exception=True)
        return Response(self.show_new(carts.create_cart()), status=status.HTTP_201_CREATED)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete a cart and its items."""
        carts.delete_cart(key_or_404("Cart", self.kwargs["pk"]), user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=False, methods=["get", "post"], permission_classes=[IsAuthenticated])
    def mine(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the user's own cart; POST merges an anonymous cart into it."""
        if request.method == "POST":
            serializer = MergeCartSerializer(data=request.data)
            serializer.is_valid(raise_exception=True)
            key = carts.merge_cart(request.user, serializer.validated_data["cart_id"])
        else:
            key = carts.own_cart(request.user)
        cart = self.prepare(get_model("Cart")._default_manager.using(using())).get(pk=key)
        return Response(self.get_serializer(cart).data)

    @action(detail=True, methods=["post"])
    def quote(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the quote of a cart with the given choices, including the reasons why it can't be ordered."""
        choices = self.read_choices(request)
        quote = quotes.quote_cart(key_or_404("Cart", self.kwargs["pk"]), user=request.user, choices=choices)
        serializer = app_settings.part("SERIALIZERS", "quote")
        return Response(represent(serializer, quote, self.get_serializer_context()))

    def read_choices(self, request: Request) -> Choices:
        """Return the choices in the body of a quote. The cart is taken from the URL.

        Raises:
            ValidationError: If the body is invalid. 404 for a missing cart takes precedence.
        """
        serializer = input_serializer(
            app_settings.part("SERIALIZERS", "checkout"),
            without="cart_id",
            data=request.data,
            context=self.get_serializer_context(),
        )
        return Choices.of(self.valid(serializer, self.get_object))


class CartItemViewSet(NoStoreMixin, RetrieveMixin, ListMixin):
    """The items of the cart in the URL."""

    part = "cart_item"
    pagination_class: Any = LinkPagination
    http_method_names: Sequence[str] = ["get", "post", "patch", "delete", "head", "options"]

    def get_serializer_class(self) -> Any:
        """Return the serializer: with products for reading, with keys and quantities for writing."""
        if self.action == "create":
            return AddItemSerializer
        if self.action == "partial_update":
            return ChangeItemSerializer
        return super().get_serializer_class()

    def get_queryset(self) -> Any:
        """Return the items of this cart."""
        return self.prepare(self.cart().items.order_by("pk"))

    def cart(self) -> Any:
        """Return the cart.

        Raises:
            Http404: If there is none.
        """
        visible = get_model("Cart")._default_manager.visible_to(self.request.user)
        return self.parent_or_404(visible.only("pk"), "cart_pk")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add units of a product to the cart."""
        serializer = input_serializer(
            self.get_serializer_class(), data=request.data, context=self.get_serializer_context()
        )
        wanted = self.valid(serializer, self.cart)
        serializer.instance = carts.add_item(self.cart_id, **wanted, user=request.user)
        return Response(serializer.data, status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Set the quantity of an item."""
        item_id = key_or_404("CartItem", self.kwargs["pk"])
        wanted = self.valid(self.get_serializer(data=request.data), self.get_object)
        carts.change_item(self.cart_id, item_id, **wanted, user=request.user)
        return Response({"id": item_id, **wanted})

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove an item from the cart."""
        carts.remove_item(self.cart_id, key_or_404("CartItem", self.kwargs["pk"]), user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @property
    def cart_id(self) -> Any:
        """The key in the URL."""
        return key_or_404("Cart", self.kwargs["cart_pk"])
