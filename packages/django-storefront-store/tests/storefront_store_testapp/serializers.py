"""A host's own serializers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from storefront_store.api.serializers import ProductImageSerializer, SimpleProductSerializer
from storefront_store.models import Product


class TitleSerializer(serializers.ModelSerializer):
    """A product by its title, and nothing brought along for it."""

    class Meta:
        model = Product
        fields = ["title"]


class ShoutingSerializer(serializers.ModelSerializer):
    """Has a field that runs for each row."""

    shout = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = ["id", "shout"]

    def get_shout(self, product: Any) -> str:
        """The title in capitals."""
        return str(product.title).upper()


class AddressedFields(serializers.Serializer[Any]):
    """Mixin of serializers whose fields depend on the request."""

    def get_fields(self) -> Any:
        """The fields, with the one that the request names."""
        fields, wanted = super().get_fields(), self.context["request"].GET["field"]
        return {name: field for name, field in fields.items() if name in ("id", wanted)}


class AddressedSerializer(AddressedFields, SimpleProductSerializer):
    """A product."""


class AddressedImageSerializer(AddressedFields, ProductImageSerializer):
    """An image of a product."""
