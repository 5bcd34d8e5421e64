"""Views of products, groups, collections and promotions."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any, ClassVar

from django.conf import settings
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from storefront_store.api.conditional import ConditionalMixin, NoStoreMixin, PreconditionMixin, with_version
from storefront_store.api.facets import facets_of
from storefront_store.api.filters import CollectionFilter, ProductFilter, PromotionFilter
from storefront_store.api.form_filters import FormFilter
from storefront_store.api.pagination import CataloguePagination, LinkPagination
from storefront_store.api.permissions import is_staff
from storefront_store.api.plans import ReadPlan, plan_for
from storefront_store.api.search import ProductSearch, StableOrdering, TextSearch
from storefront_store.api.serializers import (
    ProductDetailSerializer,
    VariantSerializer,
)
from storefront_store.api.shapes import Shape, shape_of_filters
from storefront_store.api.variants import OptionFilter, VariantCollapse
from storefront_store.api.views.base import ListMixin, RetrieveMixin, key_or_404
from storefront_store.conf import SETTING, app_settings, get_model
from storefront_store.exceptions import Protected
from storefront_store.models import Promotion
from storefront_store.prepared import is_plain
from storefront_store.querysets import ProductQuerySet
from storefront_store.services import catalogue, locks, variants
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


class CatalogueViewSet(ConditionalMixin, CrudViewSet):
    """Base viewset of public rows, with ETags and statements that are compiled once."""

    def get_shape(self) -> Shape | None:
        """Return the shape of lists, and of the detail except for staff, who get an ETag."""
        filters = shape_of_filters(self, self.request)
        if self.plan is None or filters is None or not is_plain(self.plan.model._default_manager):
            return None
        if self.action == "list":
            return filters._replace(columns=["catalogue_version"])
        key = key_or_404(self.plan.model.__name__, self.kwargs["pk"])
        return None if is_staff(self.request) else filters._replace(values={"pk": key})

    def get_shaped_queryset(self) -> Any:
        """Return the rows for the shape, for lists with the version of the catalogue."""
        rows = super().get_shaped_queryset()
        return with_version(rows) if self.action == "list" else rows


def blocked(error: Protected) -> Response:
    """Return the response to a deletion that other rows prevent: 405, for compatibility with existing clients."""
    body = {"error": str(error.message), "code": error.code}
    return Response(body, status=status.HTTP_405_METHOD_NOT_ALLOWED)


class ProductViewSet(CatalogueViewSet):
    """Products, which everybody may browse, filter, search and sort, and staff manage."""

    part = "product"
    filter_backends: Any = [FormFilter, OptionFilter, ProductSearch, VariantCollapse, StableOrdering]
    filterset_class = ProductFilter
    ordering_fields: ClassVar[Sequence[str]] = ["title", "unit_price", "last_update"]
    pagination_class: Any = CataloguePagination

    def get_queryset(self) -> Any:
        """Return the products visible to the user, with what the response needs."""
        products = get_model("Product")._default_manager.visible_to(self.request.user)
        return products if self.plan else self.prices.annotate(self.prepare(products))

    def get_shape(self) -> Shape | None:
        """Return the shape, which depends on whether staff asks."""
        shape = super().get_shape()
        if shape is None or not shows_all_to_staff(get_model("Product")):
            return None
        # The detail shows the variants of the group. For lists the column would be read from the table.
        more = ["group_id"] if self.action == "retrieve" else []
        return shape._replace(key=(is_staff(self.request), shape.key), columns=[*shape.columns, *more])

    def get_serializer_class(self) -> Any:
        """Return the serializer; the detail has its own one, unless the project replaced that of the list only."""
        return app_settings.part("SERIALIZERS", detail_part() if self.action == "retrieve" else self.part)

    @cached_property
    def plan(self) -> ReadPlan | None:
        """Return the read plan. The detail is read as in the list, and its variants are added."""
        if self.action != "retrieve":
            return super().plan
        detail = self.get_serializer_class()
        if not issubclass(detail, ProductDetailSerializer):
            return super().plan
        return plan_for(detail.listed) if detail.adds_only_variants() else None

    def get_object(self) -> Any:
        """Return the product, for the detail with the variants of its group."""
        product = super().get_object()
        if self.action == "retrieve" and self.plan is None:
            variants.attach_variants(product, user=self.request.user, prices=self.prices)
        return product

    def represent(self, plan: ReadPlan, rows: list[Any], database: str) -> list[dict[str, Any]]:
        """Return the representation of products by the plan, for the detail with its variants."""
        shown = super().represent(plan, rows, database)
        if issubclass(self.get_serializer_class(), ProductDetailSerializer):
            for row, product in zip(shown, rows, strict=False):  # empty if it was deleted in the meantime
                found = variants.variants_of(
                    product.group_id, user=self.request.user, prices=self.prices, using=database
                )
                row["varies_by"] = found[0].group.varies_by if found else []
                context = self.get_serializer_context()
                row["variants"] = VariantSerializer(found, many=True, context=context).data if found else []
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


@lru_cache(maxsize=16)
def shows_all_to_staff(model: Any) -> bool:
    """Return whether the visible products depend on nothing but whether the user is staff.

    This is so unless the project replaced the manager of its product model, or its ``visible_to()``.
    """
    manager = model._default_manager
    own = {inspect.unwrap(type(manager).visible_to), type(manager.all()).visible_to}
    return is_plain(manager) and own == {ProductQuerySet.visible_to}


def detail_part() -> str:
    """Return the name of the serializer of the detail."""
    given = getattr(settings, SETTING, {}).get("SERIALIZERS", {})
    return "product" if "product" in given and "product_detail" not in given else "product_detail"


class ProductGroupViewSet(CatalogueViewSet):
    """Product groups, which everybody may read and staff manage."""

    part = "product_group"
    pagination_class: Any = CataloguePagination
    filter_backends: Any = [StableOrdering]
    ordering_fields: ClassVar[Sequence[str]] = ["title"]

    def get_queryset(self) -> Any:
        """Return all groups."""
        return self.prepare(get_model("ProductGroup")._default_manager.all())

    get_shape = CatalogueViewSet.get_shape  # also describes get_queryset()


class CollectionViewSet(CatalogueViewSet):
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

    get_shape = CatalogueViewSet.get_shape  # also describes get_queryset()

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete an empty collection."""
        collection = self.get_object()
        try:
            catalogue.delete_collection(collection, check=partial(self.check_precondition, collection))
        except Protected as error:
            return blocked(error)
        return Response(status=status.HTTP_204_NO_CONTENT)


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
