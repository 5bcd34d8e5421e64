"""The view sets."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.filters import OrderingFilter, SearchFilter
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin, RetrieveModelMixin
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ModelViewSet

from shop.models import Cart, CartItem, Collection, Customer, Order, Product, Review
from shop.serializers import (
    AddCartItemSerializer,
    CartItemSerializer,
    CartSerializer,
    CollectionSerializer,
    CreateOrderSerializer,
    OrderSerializer,
    ProductSerializer,
    ReviewSerializer,
)


class Pages(PageNumberPagination):
    """Ten at a time."""

    page_size = 10


class ProductViewSet(ModelViewSet):
    """Products, to be filtered, searched and sorted."""

    queryset = Product.objects.prefetch_related("images").all()
    serializer_class = ProductSerializer
    pagination_class = Pages
    filter_backends = [DjangoFilterBackend, SearchFilter, OrderingFilter]
    filterset_fields = {"collection_id": ["exact"], "unit_price": ["gte", "lte"]}
    search_fields = ["title", "description"]
    ordering_fields = ["unit_price", "last_update"]


class ReviewViewSet(ModelViewSet):
    """The reviews of a product."""

    serializer_class = ReviewSerializer

    def get_queryset(self) -> Any:
        """The reviews of this product."""
        return Review.objects.filter(product_id=self.kwargs["product_pk"])


class CollectionViewSet(ModelViewSet):
    """Collections."""

    queryset = Collection.objects.annotate(products_count=Count("products")).all()
    serializer_class = CollectionSerializer


class CartViewSet(CreateModelMixin, RetrieveModelMixin, DestroyModelMixin, GenericViewSet):
    """Carts."""

    queryset = Cart.objects.prefetch_related("items__product").all()
    serializer_class = CartSerializer


class CartItemViewSet(ModelViewSet):
    """Lines of a cart."""

    http_method_names = ["get", "post", "delete"]

    def get_serializer_class(self) -> Any:
        """Choose by method."""
        return AddCartItemSerializer if self.request.method == "POST" else CartItemSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        """Say which cart it is."""
        return {"cart_id": self.kwargs["cart_pk"]}

    def get_queryset(self) -> Any:
        """The lines of this cart."""
        return CartItem.objects.filter(cart_id=self.kwargs["cart_pk"]).select_related("product")


class OrderViewSet(ModelViewSet):
    """The own orders."""

    http_method_names = ["get", "post"]
    permission_classes = [IsAuthenticated]
    serializer_class = OrderSerializer

    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Buy a cart."""
        serializer = CreateOrderSerializer(data=request.data, context={"user_id": request.user.id})
        serializer.is_valid(raise_exception=True)
        return Response(OrderSerializer(serializer.save()).data)

    def get_queryset(self) -> Any:
        """The orders of this customer."""
        customer = Customer.objects.only("id").get(user_id=self.request.user.id)
        return Order.objects.filter(customer_id=customer.pk).prefetch_related("items__product")
