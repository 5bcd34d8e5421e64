"""Serializers that show the columns of the project's own: by declaring them, or by a method field."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from store_custom.api import ProductDetailSerializer, ProductSerializer

ADDED = ("weight", "brand", "available_from")


class OwnProductSerializer(ProductSerializer):
    """A product with its own columns."""

    class Meta(ProductSerializer.Meta):
        fields = [*ProductSerializer.Meta.fields, *ADDED]


class OwnProductDetailSerializer(ProductDetailSerializer):
    """The same for one product."""

    listed = OwnProductSerializer

    class Meta(ProductDetailSerializer.Meta):
        fields = [*ProductDetailSerializer.Meta.fields, *ADDED]


class LabelMixin(serializers.Serializer):
    """A label that has to be computed."""

    label = serializers.SerializerMethodField()

    def get_label(self, product: Any) -> str:
        """Return brand and title."""
        return f"{product.brand}: {product.title}"


class MethodProductSerializer(LabelMixin, ProductSerializer):
    """A product with a label."""

    class Meta(ProductSerializer.Meta):
        fields = [*ProductSerializer.Meta.fields, "label"]


class MethodProductDetailSerializer(LabelMixin, ProductDetailSerializer):
    """The same for one product."""

    listed = MethodProductSerializer

    class Meta(ProductDetailSerializer.Meta):
        fields = [*ProductDetailSerializer.Meta.fields, "label"]
