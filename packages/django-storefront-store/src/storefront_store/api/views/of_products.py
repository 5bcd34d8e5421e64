"""Views of the images and reviews of a product."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from django.utils.functional import cached_property
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from storefront_store.api.filters import ReviewFilter
from storefront_store.api.form_filters import FormFilter
from storefront_store.api.pages import PreparedRows
from storefront_store.api.pagination import LinkPagination
from storefront_store.api.permissions import is_staff
from storefront_store.api.search import StableOrdering, TextSearch
from storefront_store.api.serializers import ReviewSerializer, StaffReviewSerializer
from storefront_store.api.shapes import Shape, shape_of_filters
from storefront_store.api.views.base import key_or_404
from storefront_store.api.views.catalogue import CrudViewSet, shows_all_to_staff
from storefront_store.conf import get_model
from storefront_store.models import ProductImage, Review
from storefront_store.services import locks, product_images


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

    def get_shape(self) -> Shape | None:
        """Return the shape of lists. The product is not read unless it has no reviews."""
        filters = shape_of_filters(self, self.request)
        if filters is None or self.action != "list" or not shows_all_to_staff(get_model("Product")):
            return None
        key = key_or_404("Product", self.kwargs["product_pk"])
        return filters._replace(key=(is_staff(self.request), filters.key), values={"product": key})

    def get_shaped_queryset(self) -> Any:
        """Return the visible reviews of visible products."""
        reviews = Review.objects.all()
        if not is_staff(self.request):
            products = get_model("Product")._default_manager.visible_to(self.request.user)
            reviews = reviews.filter(is_hidden=False, product__in=products)
        return self.filter_queryset(reviews)

    def paginate_queryset(self, queryset: Any) -> Any:
        """Return the reviews of the page; 404 if there is no such product."""
        page = super().paginate_queryset(queryset)
        if not page and isinstance(queryset, PreparedRows):
            self.product  # noqa: B018
        return page

    def settled(self) -> dict[str, Any]:
        """Return the product in the URL, and the user as the author."""
        user = self.request.user
        return {"product": self.product, "author": user if user and user.is_authenticated else None}
