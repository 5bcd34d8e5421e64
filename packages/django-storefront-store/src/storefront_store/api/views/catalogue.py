"""Views of products, collections, images, reviews and promotions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from django.conf import settings
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from storefront_store.api.conditional import ConditionalMixin, NoStoreMixin, PreconditionMixin
from storefront_store.api.facets import facets_of
from storefront_store.api.filters import CollectionFilter, FormFilter, ProductFilter, PromotionFilter, ReviewFilter
from storefront_store.api.pagination import CataloguePagination, LinkPagination
from storefront_store.api.permissions import is_staff
from storefront_store.api.plans import ReadPlan, plan_for
from storefront_store.api.search import ProductSearch, StableOrdering, TextSearch
from storefront_store.api.serializers import (
    ProductDetailSerializer,
    ReviewSerializer,
    StaffReviewSerializer,
    VariantSerializer,
)
from storefront_store.api.variants import OptionFilter, VariantCollapse
from storefront_store.api.views.base import ListMixin, RetrieveMixin
from storefront_store.conf import SETTING, app_settings, get_model
from storefront_store.exceptions import Protected
from storefront_store.models import ProductImage, Promotion, Review
from storefront_store.services import catalogue, locks, product_images, variants
from storefront_store.services.transactions import use_case


class CrudViewSet(
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
    PreconditionMixin,
    RetrieveMixin,
    ListMixin,
):
    """Viewset with all five actions, each write in one transaction."""

    def perform_create(self, serializer: Any) -> None:
        """Create the object with the values from the URL and the user."""
        use_case(serializer.save)(**self.settled())

    def perform_update(self, serializer: Any) -> None:
        """Update the object, and keep concurrent changes of other fields."""
        row = serializer.instance
        locks.change_locked(row, serializer.save, check=partial(self.check_precondition, row))

    def perform_destroy(self, instance: Any) -> None:
        """Delete the object."""
        locks.delete_locked(instance, instance.delete, check=partial(self.check_precondition, instance))

    def settled(self) -> dict[str, Any]:
        """Return the values of a new object that are not set by the client."""
        return {}


def blocked(error: Protected) -> Response:
    """Return the response to a deletion that other rows prevent: 405, for compatibility with existing clients."""
    body = {"error": str(error.message), "code": error.code}
    return Response(body, status=status.HTTP_405_METHOD_NOT_ALLOWED)


class ProductViewSet(ConditionalMixin, CrudViewSet):
    """Products, which everybody may browse, filter, search and sort, and staff manage."""

    part = "product"
    filter_backends: Any = [FormFilter, OptionFilter, ProductSearch, VariantCollapse, StableOrdering]
    filterset_class = ProductFilter
    ordering_fields: ClassVar[Sequence[str]] = ["title", "unit_price", "last_update"]
    pagination_class: Any = CataloguePagination

    def get_queryset(self) -> Any:
        """Return the products visible to the user, with what the response needs."""
        products = get_model("Product")._default_manager.visible_to(self.request.user)
        if self.action == "retrieve":
            products = products.select_related("group")
        return products if self.plan else self.prices.annotate(self.prepare(products))

    def get_serializer_class(self) -> Any:
        """Return the serializer; the detail has its own one, unless the project replaced that of the list only."""
        return app_settings.part("SERIALIZERS", detail_part() if self.action == "retrieve" else self.part)

    @cached_property
    def plan(self) -> ReadPlan | None:
        """Return the read plan. The detail is read as in the list, and its variants are added."""
        detail = self.get_serializer_class()
        if self.action != "retrieve" or not issubclass(detail, ProductDetailSerializer):
            return super().plan
        return plan_for(detail.listed) if detail.adds_only_variants() else None

    def get_object(self) -> Any:
        """Return the product, for the detail with the variants of its group."""
        product = super().get_object()
        if self.action == "retrieve":
            variants.attach_variants(product, user=self.request.user, prices=self.prices)
        return product

    def represent(self, plan: ReadPlan, rows: list[Any], database: str) -> list[dict[str, Any]]:
        """Return the representation of products by the plan, for the detail with its variants."""
        shown = super().represent(plan, rows, database)
        if issubclass(self.get_serializer_class(), ProductDetailSerializer):
            for row, product in zip(shown, rows, strict=False):  # empty if it was deleted in the meantime
                row["varies_by"] = product.group.varies_by if product.group is not None else []
                offered = VariantSerializer(product.variants, many=True, context=self.get_serializer_context())
                row["variants"] = offered.data
        return shown

    def filter_queryset(self, queryset: Any) -> Any:
        """Filter and sort the products, then collapse groups, after all filters including those of subclasses."""
        backends = sorted(self.filter_backends, key=lambda backend: issubclass(backend, VariantCollapse))
        for backend in backends:
            queryset = backend().filter_queryset(self.request, queryset, self)
        return queryset

    @action(detail=False, pagination_class=None)
    def facets(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the facets of the list."""
        products = get_model("Product")._default_manager.visible_to(request.user)
        response = Response(facets_of(request, products, self.filterset_class, self))
        patch_cache_control(response, no_cache=True)
        return response

    def perform_update(self, serializer: Any) -> None:
        """Update the product; an outdated inventory is refused, unless ``If-Match`` matches."""
        product = serializer.instance
        catalogue.change_product(
            product,
            serializer.save,
            inventory=serializer.validated_data.get("inventory"),
            is_current="If-Match" in self.request.headers,
            check=partial(self.check_precondition, product),
        )

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete a product that was never ordered."""
        product = self.get_object()
        try:
            catalogue.delete_product(product, check=partial(self.check_precondition, product))
        except Protected as error:
            return blocked(error)
        return Response(status=status.HTTP_204_NO_CONTENT)


def detail_part() -> str:
    """Return the name of the serializer of the detail."""
    given = getattr(settings, SETTING, {}).get("SERIALIZERS", {})
    return "product" if "product" in given and "product_detail" not in given else "product_detail"


class ProductGroupViewSet(ConditionalMixin, CrudViewSet):
    """Product groups, which everybody may read and staff manage."""

    part = "product_group"
    pagination_class: Any = CataloguePagination
    filter_backends: Any = [StableOrdering]
    ordering_fields: ClassVar[Sequence[str]] = ["title"]

    def get_queryset(self) -> Any:
        """Return all groups."""
        return self.prepare(get_model("ProductGroup")._default_manager.all())


class CollectionViewSet(ConditionalMixin, CrudViewSet):
    """Collections, listed without pages."""

    part = "collection"
    pagination_class: Any = None
    filter_backends: Any = [FormFilter, TextSearch, StableOrdering]
    filterset_class = CollectionFilter
    search_fields: ClassVar[Sequence[str]] = ["title"]
    ordering_fields: ClassVar[Sequence[str]] = ["title", "products_count"]

    def get_queryset(self) -> Any:
        """Return the collections with their numbers of products."""
        return self.prepare(get_model("Collection")._default_manager.with_products_count())

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete an empty collection."""
        collection = self.get_object()
        try:
            catalogue.delete_collection(collection, check=partial(self.check_precondition, collection))
        except Protected as error:
            return blocked(error)
        return Response(status=status.HTTP_204_NO_CONTENT)


class OfProductViewSet(CrudViewSet):
    """Base viewset of objects that belong to the product in the URL."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Create an object of the product. 404 for a missing product takes precedence over 400."""
        self.product  # noqa: B018
        return super().create(request, *args, **kwargs)

    @cached_property
    def product(self) -> Any:
        """The product; 404 if there is none visible to the user."""
        products = get_model("Product")._default_manager.visible_to(self.request.user)
        return self.parent_or_404(products, "product_pk")


class ProductImageViewSet(OfProductViewSet):
    """The images of a product, which everybody may read and staff upload."""

    part = "product_image"
    pagination_class: Any = LinkPagination

    def needed_parsers(self, classes: Sequence[type[BaseParser]]) -> list[type[BaseParser]]:
        """Return a parser of multipart forms, which uploads need."""
        return [] if any(issubclass(each, MultiPartParser) for each in classes) else [MultiPartParser]

    def get_queryset(self) -> Any:
        """Return the images of this product."""
        return self.prepare(ProductImage.objects.filter(product=self.product))

    def perform_create(self, serializer: Any) -> None:
        """Store the file and the row while the product is locked."""
        product_images.save_image(self.product, partial(serializer.save, **self.settled()))

    def perform_update(self, serializer: Any) -> None:
        """Update the row, and replace its file if a new one is given, while the product is locked."""
        image = serializer.instance

        def check() -> None:
            locks.lock(image)
            self.check_precondition(image)

        product_images.save_image(self.product, serializer.save, check=check)

    def settled(self) -> dict[str, Any]:
        """Return the product in the URL."""
        return {"product": self.product}


class ReviewViewSet(OfProductViewSet):
    """The reviews of a product, which everybody may read and post, and authors and staff change."""

    part = "review"
    pagination_class: Any = LinkPagination
    filter_backends: Any = [FormFilter, TextSearch, StableOrdering]
    filterset_class = ReviewFilter
    search_fields: ClassVar[Sequence[str]] = ["name", "description"]
    ordering_fields: ClassVar[Sequence[str]] = ["date", "rating"]
    throttle_scopes: Any = {"create": "review_create"}

    def get_serializer_class(self) -> Any:
        """Return the serializer, for staff the one with ``is_hidden`` unless the project replaced the default."""
        serializer = super().get_serializer_class()
        return StaffReviewSerializer if serializer is ReviewSerializer and is_staff(self.request) else serializer

    def get_queryset(self) -> Any:
        """Return the reviews of this product; hidden ones for staff only."""
        reviews = Review.objects.filter(product=self.product)
        return self.prepare(reviews if is_staff(self.request) else reviews.filter(is_hidden=False))

    def settled(self) -> dict[str, Any]:
        """Return the product in the URL, and the user as the author."""
        user = self.request.user
        return {"product": self.product, "author": user if user and user.is_authenticated else None}


class PromotionViewSet(NoStoreMixin, CrudViewSet):
    """Promotions, for staff."""

    part = "promotion"
    pagination_class: Any = LinkPagination
    filter_backends: Any = [FormFilter, TextSearch, StableOrdering]
    filterset_class = PromotionFilter
    search_fields: ClassVar[Sequence[str]] = ["description"]
    ordering_fields: ClassVar[Sequence[str]] = ["description", "discount", "starts_at", "ends_at"]

    def get_queryset(self) -> Any:
        """Return all promotions with the keys of their products."""
        return self.prepare(Promotion.objects.all())
