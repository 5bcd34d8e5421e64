"""The product API with tags and likes, put together from parts that don't know each other."""

from __future__ import annotations

from typing import Any

from generic_likes.api.mixins import LikesViewSetMixin
from generic_likes.api.serializers import LikesSerializerMixin
from generic_tags.api.filters import TagsFilterBackend
from generic_tags.api.mixins import TagsViewSetMixin
from generic_tags.api.serializers import TagsSerializerMixin
from storefront_store.api.serializers import ProductSerializer as StoreProductSerializer
from storefront_store.api.views import ProductViewSet as StoreProductViewSet


class ProductSerializer(TagsSerializerMixin, LikesSerializerMixin, StoreProductSerializer):
    """A product with its tags, how many like it, and whether the one who asks does."""

    class Meta(StoreProductSerializer.Meta):
        fields = [*StoreProductSerializer.Meta.fields, "tags", "likes_count", "is_liked"]


class ProductViewSet(TagsViewSetMixin, LikesViewSetMixin, StoreProductViewSet):
    """The store's products, to be filtered by tag, and with the doors ``{id}/tags/`` and ``{id}/like/``."""

    filter_backends = [*StoreProductViewSet.filter_backends, TagsFilterBackend]

    def get_serializer_class(self) -> Any:
        """The serializer of the action if it brings its own, else the one of the settings."""
        return self.__dict__.get("serializer_class") or super().get_serializer_class()
