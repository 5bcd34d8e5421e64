"""The catalogue's API: products with tags and likes, put together from parts that don't know each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from generic_likes.api.mixins import LikesViewSetMixin
from generic_likes.selectors import LikeState, states_by_key
from generic_tags.api.filters import TagsFilterBackend
from generic_tags.api.mixins import TagsViewSetMixin
from generic_tags.api.serializers import TagsSerializerMixin
from generic_tags.selectors import labels_by_key
from store_custom import caching
from store_custom.services.groups import offers_by_group
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
    """Shows an offer as it is. A serializer would run for each row, and keep the list from being read by a plan."""


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

    needed_columns = (*StoreProductSerializer.needed_columns, "group_id")
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
    def prepare_rows(cls, rows: Sequence[Any], context: dict[str, Any]) -> None:
        """Add tags and likes to prices and ratings: one query each, however many products there are."""
        super().prepare_rows(rows, context)
        keys = [product.pk for product in rows]
        labels = labels_by_key(cls.Meta.model, keys)
        likes = states_by_key(cls.Meta.model, keys, getattr(context.get("request"), "user", None))
        is_collapsed = _is_collapsed(context.get("request"))
        groups = [product.group_id for product in rows] if is_collapsed else []
        offers = offers_by_group(groups, price_book(context))
        for product in rows:
            product.group_offer = offers.get(product.group_id)
            product.tags = labels.get(product.pk, [])
            product.likes_count, product.is_liked = likes.get(product.pk, LikeState(0, False))


def _is_collapsed(request: Request | None) -> bool:
    return request is not None and request.query_params.get(VariantCollapse.param) == COLLAPSE


class ProductDetailSerializer(ProductSerializer, StoreProductDetailSerializer):
    """A product with its tags and likes, and the variants of its group."""

    listed = ProductSerializer

    class Meta(ProductSerializer.Meta):
        fields = [*ProductSerializer.Meta.fields, "varies_by", "variants"]


class ProductViewSet(TagsViewSetMixin, LikesViewSetMixin, StoreProductViewSet):
    """The store's products, to be filtered by tag, and with the doors ``{id}/tags/`` and ``{id}/like/``."""

    filter_backends = [*StoreProductViewSet.filter_backends, TagsFilterBackend]

    def get_serializer_class(self) -> Any:
        """The serializer of the action if it brings its own, else the one of the settings."""
        return self.__dict__.get("serializer_class") or super().get_serializer_class()


class RememberedList:
    """Stands for the serializer of a list whose rows are in the cache."""

    def __init__(self, name: str, version: int, serializer: Any) -> None:
        self.data = caching.remembered(name, version, lambda: serializer.data)


class CollectionViewSet(StoreCollectionViewSet):
    """The store's collections; the list, the same for everybody, is counted once a change of the catalogue."""

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Take the list from the cache."""
        serializer = super().get_serializer(*args, **kwargs)
        if self.action != "list" or not args:
            return serializer
        if self.catalogue_version is None:
            self.catalogue_version = caching.catalogue_version()
        return RememberedList("collections", self.catalogue_version, serializer)
