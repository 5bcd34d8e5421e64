"""Serializers of product groups and of products with their variants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import get_error_detail

from storefront_store.api.serializers.catalogue import ProductSerializer
from storefront_store.api.serializers.fields import ImageURLField, MoneyField
from storefront_store.conf import get_model
from storefront_store.services import variants


class ProductGroupSerializer(serializers.ModelSerializer[Any]):
    """A group of products that are variants of one another."""

    varies_by: serializers.ListField = serializers.ListField(
        child=serializers.CharField(), required=False, help_text=_("The names of the options, in their order.")
    )

    class Meta:
        model: ClassVar[Any] = get_model("ProductGroup")
        fields: ClassVar[Sequence[str]] = ["id", "title", "slug", "description", "varies_by"]

    def validate_varies_by(self, value: list[str]) -> list[str]:
        """Validate the names of the options.

        Raises:
            ValidationError: If a name is invalid, or the group has variants with other names.
        """
        try:
            self.Meta.model._meta.get_field("varies_by").run_validators(value)
            if self.instance is not None:
                variants.check_names(self.instance, value)
        except DjangoValidationError as error:
            raise serializers.ValidationError(get_error_detail(error)) from error
        return value


class VariantSerializer(serializers.ModelSerializer[Any]):
    """A variant: the fields of a product that are needed to choose it."""

    effective_price: MoneyField = MoneyField(read_only=True, source="price.effective")
    in_stock: serializers.BooleanField = serializers.BooleanField(read_only=True)
    image: ImageURLField = ImageURLField(
        read_only=True, source="first_image", allow_null=True, help_text=_("The address of the first image.")
    )

    class Meta:
        model: ClassVar[Any] = get_model("Product")
        fields: ClassVar[Sequence[str]] = ["id", "title", "options", "effective_price", "in_stock", "image"]
        read_only_fields: ClassVar[Sequence[str]] = ["title", "options"]


class ProductDetailSerializer(ProductSerializer):
    """A product with the variants of its group, including itself.

    Attributes:
        listed: The serializer that shows the rest. A detail with no other fields besides is read by its plan.
    """

    listed: ClassVar[type[ProductSerializer]] = ProductSerializer

    varies_by: serializers.ListField = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        source="group.varies_by",
        default=list,
        help_text=_("The names of the options in the order of the group."),
    )
    variants: VariantSerializer = VariantSerializer(many=True, read_only=True)

    class Meta(ProductSerializer.Meta):
        fields: ClassVar[Any] = [*ProductSerializer.Meta.fields, "varies_by", "variants"]

    @classmethod
    def adds_only_variants(cls) -> bool:
        """Return whether everything but the variants is shown by ``listed``."""
        return set(cls.Meta.fields) == {*cls.listed.Meta.fields, "varies_by", "variants"}

    @classmethod
    def setup_queryset(cls, queryset: Any) -> Any:
        """Prefetch the rows that the fields need."""
        return super().setup_queryset(queryset).select_related("group")
