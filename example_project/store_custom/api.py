"""The API of the catalogue, with the tags and likes of products."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from generic_likes.api.mixins import LikesViewSetMixin
from generic_tags.api.filters import TagsFilterBackend
from generic_tags.api.mixins import TagsViewSetMixin
from generic_tags.api.serializers import TagsSerializerMixin
from store_custom import caching, marks
from store_custom.services import groups
from storefront_store.api.plans import ReadPlan
from storefront_store.api.serializers import ProductDetailSerializer as StoreProductDetailSerializer
from storefront_store.api.serializers import ProductSerializer as StoreProductSerializer
from storefront_store.api.serializers.fields import price_book
from storefront_store.api.variants import COLLAPSE, VariantCollapse
from storefront_store.api.views import CollectionViewSet as StoreCollectionViewSet
from storefront_store.api.views import ProductViewSet as StoreProductViewSet


class GroupOfferSerializer(serializers.Serializer):
    """What stands for all variants of a group."""

    title = serializers.CharField()
    count = serializers.IntegerField(help_text="How many variants are on sale.")
    price_from = serializers.FloatField()
    price_to = serializers.FloatField()


@extend_schema_field(GroupOfferSerializer(allow_null=True))
class GroupOfferField(serializers.JSONField):
    """Returns an offer unchanged. A nested serializer would run for each row and prevent the use of read plans."""


class ProductSerializer(TagsSerializerMixin, StoreProductSerializer):
    """A product with its tags, how many like it, and whether the one who asks does.

    A list of groups (``?variants=collapse``) tells of each group what its variants have in common.
    """

    likes_count = serializers.IntegerField(read_only=True)
    is_liked = serializers.BooleanField(read_only=True)

    group_offer = GroupOfferField(
        read_only=True,
        help_text="In a list of groups: title, count, price_from and price_to of the variants of this one.",
    )

    needed_columns = (*StoreProductSerializer.needed_columns, "group_id", *marks.ANNOTATIONS)
    prepared_attributes = (
        *StoreProductSerializer.prepared_attributes,
        "tags",
        "likes_count",
        "is_liked",
        "group_offer",
    )

    class Meta(StoreProductSerializer.Meta):
        fields = [*StoreProductSerializer.Meta.fields, "tags", "likes_count", "is_liked", "group_offer"]

    @classmethod
    def setup_plan(cls, queryset: Any, at: Any) -> Any:
        """Read tags and likes with the products."""
        return marks.with_marks(super().setup_plan(queryset, at))

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any], context: dict[str, Any]) -> None:
        """Set the tags and likes of all products, and the offers of their groups."""
        super().prepare_rows(rows, context)
        marks.set_marks(rows, cls.Meta.model, getattr(context.get("request"), "user", None))
        if _is_collapsed(context.get("request")):
            groups.set_offers(rows, price_book(context))
        else:
            for product in rows:
                product.group_offer = None


def _is_collapsed(request: Request | None) -> bool:
    return request is not None and request.query_params.get(VariantCollapse.param) == COLLAPSE


class CollapsedProductSerializer(ProductSerializer):
    """A product of a list of groups (``?variants=collapse``), which is read together with the offer of its group."""

    needed_columns = (*ProductSerializer.needed_columns, *groups.ANNOTATIONS)

    @classmethod
    def setup_plan(cls, queryset: Any, at: Any) -> Any:
        """Read the offers of the groups with the products."""
        return groups.with_offers(super().setup_plan(queryset, at), at)


class ProductDetailSerializer(ProductSerializer, StoreProductDetailSerializer):
    """A product with its tags and likes, and the variants of its group."""

    listed = ProductSerializer

    class Meta(ProductSerializer.Meta):
        fields = [*ProductSerializer.Meta.fields, "varies_by", "variants"]


class ProductViewSet(TagsViewSetMixin, LikesViewSetMixin, StoreProductViewSet):
    """The store's products, which can be filtered by tag, with the routes ``{id}/tags/`` and ``{id}/like/``."""

    filter_backends = [*StoreProductViewSet.filter_backends, TagsFilterBackend]

    def get_serializer_class(self) -> Any:
        """Return the serializer of the action, or the one from the settings if the action has none.

        The one of this project has a variant for lists of groups. Others read the offers by a statement of their own.
        """
        chosen = self.__dict__.get("serializer_class") or super().get_serializer_class()
        if chosen is ProductSerializer and self.action == "list" and _is_collapsed(self.request):
            return CollapsedProductSerializer
        return chosen


class CollectionViewSet(StoreCollectionViewSet):
    """The store's collections, with a list that is cached until the catalogue changes."""

    def represent_all(self, plan: ReadPlan, rows: Any) -> list[dict[str, Any]]:
        """Return the representation of all rows, from the cache unless they are filtered or sorted."""
        show = partial(super().represent_all, plan, rows)
        if self.request.query_params:
            return show()
        if self.catalogue_version is None:
            self.catalogue_version = caching.catalogue_version()
        shown: list[dict[str, Any]] = caching.remembered("collections", self.catalogue_version, show)
        return shown
