"""A host's own serializers."""

from __future__ import annotations

from rest_framework import serializers

from storefront_store.models import Product


class TitleSerializer(serializers.ModelSerializer):
    """A product by its title, and nothing brought along for it."""

    class Meta:
        model = Product
        fields = ["title"]
