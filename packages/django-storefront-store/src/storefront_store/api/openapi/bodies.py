"""Serializers that describe responses not made by a serializer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from storefront_store.api.serializers.fields import key_field


class FacetCollectionSerializer(serializers.Serializer[Any]):
    """The number of products in a collection."""

    id = key_field("Collection")
    title = serializers.CharField()
    count = serializers.IntegerField()


class FacetValueSerializer(serializers.Serializer[Any]):
    """The number of products with a value of an option."""

    value = serializers.CharField()
    count = serializers.IntegerField()


class FacetOptionSerializer(serializers.Serializer[Any]):
    """The values of an option, most frequent first."""

    name = serializers.CharField()
    values = FacetValueSerializer(many=True)


class FacetPriceSerializer(serializers.Serializer[Any]):
    """The number of products with a price in a range; null means no bound."""

    unit_price__gte = serializers.FloatField(allow_null=True)
    unit_price__lt = serializers.FloatField(allow_null=True)
    count = serializers.IntegerField()


class FacetRatingSerializer(serializers.Serializer[Any]):
    """The number of products with at least this rating."""

    rating__gte = serializers.IntegerField()
    count = serializers.IntegerField()


class FacetStockSerializer(serializers.Serializer[Any]):
    """The numbers of products in stock and out of stock."""

    def get_fields(self) -> dict[str, Any]:
        """Return the two fields, whose names are not valid Python identifiers."""
        return {"true": serializers.IntegerField(), "false": serializers.IntegerField()}


class FacetsSerializer(serializers.Serializer[Any]):
    """The numbers of products by the values of the filters."""

    count = serializers.IntegerField(help_text="How many products the list has.")
    collections = FacetCollectionSerializer(many=True)
    options = FacetOptionSerializer(many=True)
    prices = FacetPriceSerializer(many=True)
    ratings = FacetRatingSerializer(many=True)
    in_stock = FacetStockSerializer()
