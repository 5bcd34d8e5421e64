"""Serializers of products, collections, images, reviews and promotions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import get_error_detail

from storefront_store.api.serializers.fields import (
    LastMomentField,
    MomentField,
    MoneyField,
    SanitisedImageField,
    key_field,
    keys_field,
    price_book,
)
from storefront_store.api.serializers.rows import RowSerializer
from storefront_store.conf import get_model
from storefront_store.models import ProductImage, Promotion, Review
from storefront_store.models.catalogue import MAX_INVENTORY
from storefront_store.pricing import validate_min_price


class ProductImageSerializer(serializers.ModelSerializer[Any]):
    """An image of a product. Its URL is absolute."""

    image: SanitisedImageField = SanitisedImageField()

    class Meta:
        model = ProductImage
        fields: ClassVar[Sequence[str]] = ["id", "image", "alt_text"]


class RatingSerializer(serializers.Serializer[Any]):
    """The average rating of a product, to two decimals, and the number of ratings."""

    average: serializers.FloatField = serializers.FloatField(source="rating_average", allow_null=True, read_only=True)
    count: serializers.IntegerField = serializers.IntegerField(source="rating_count", read_only=True)


class ProductSerializer(RowSerializer):
    """A product with its prices, images and rating."""

    inventory: serializers.IntegerField = serializers.IntegerField(min_value=0, max_value=MAX_INVENTORY)
    unit_price: MoneyField = MoneyField(max_digits=12, validators=[validate_min_price])
    effective_price: MoneyField = MoneyField(read_only=True, help_text=_("What a customer pays now, before tax."))
    price_with_tax: MoneyField = MoneyField(read_only=True, help_text=_("The effective price with tax."))
    rating: RatingSerializer = RatingSerializer(source="*", read_only=True)

    is_priced = True
    prepared_attributes: ClassVar[tuple[str, ...]] = (
        "effective_price",
        "price_with_tax",
    )
    parts: ClassVar[Any] = {"images": "product_image"}

    class Meta(RowSerializer.Meta):
        model: ClassVar[Any] = get_model("Product")
        fields: ClassVar[Sequence[str]] = [
            "id",
            "title",
            "description",
            "slug",
            "sku",
            "inventory",
            "unit_price",
            "effective_price",
            "price_with_tax",
            "collection",
            "group",
            "options",
            "is_active",
            "last_update",
            "rating",
            "images",
        ]
        extra_kwargs: ClassVar[Any] = {
            "sku": {"trim_whitespace": True},
            "collection": {"pk_field": key_field("Collection")},
            "group": {"pk_field": key_field("ProductGroup")},
        }

    @classmethod
    def setup_queryset(cls, queryset: Any) -> Any:
        """Prefetch the rows that the fields need."""
        return queryset.prefetch_related("images")

    def validate_sku(self, value: str | None) -> str | None:
        """Return None for an empty SKU, because only NULLs may repeat."""
        return value or None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Fit the options to the group.

        Raises:
            ValidationError: If the names of the options are not those of the group, or another product has the same
                options.
        """
        if "group" in attrs or "options" in attrs:
            present = self.instance
            product = self.Meta.model(
                pk=getattr(present, "pk", None),
                group=attrs.get("group", getattr(present, "group", None)),
                options=attrs.get("options", getattr(present, "options", {})),
            )
            try:
                product.fit_into_group()
                product.check_unique_options()
            except DjangoValidationError as error:
                raise serializers.ValidationError(get_error_detail(error)) from error
            attrs["options"] = product.options
        return attrs

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any], context: dict[str, Any]) -> None:
        """Set the prices of the products."""
        prices = price_book(context)
        prices.load_tax(rows)
        for product in rows:
            product.effective_price = prices.price(product).effective
            product.price_with_tax = prices.with_tax(product)


class CollectionSerializer(serializers.ModelSerializer[Any]):
    """A collection and the number of its active products."""

    products_count: serializers.IntegerField = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model: ClassVar[Any] = get_model("Collection")
        fields: ClassVar[Sequence[str]] = ["id", "title", "featured_product", "products_count"]
        extra_kwargs: ClassVar[Any] = {"featured_product": {"pk_field": key_field("Product"), "write_only": True}}

    @classmethod
    def setup_queryset(cls, queryset: Any) -> Any:
        """Add the number of products."""
        return queryset.with_products_count()


class FeaturedCollectionSerializer(CollectionSerializer):
    """A collection with its featured product. Not used by default; see ``STOREFRONT_STORE["SERIALIZERS"]``."""

    class Meta(CollectionSerializer.Meta):
        extra_kwargs: ClassVar[Any] = {"featured_product": {"pk_field": key_field("Product")}}


class ReviewSerializer(RowSerializer):
    """A review. The product is taken from the URL, and the author is the user."""

    prepared_attributes: ClassVar[tuple[str, ...]] = ("shown_author", "is_mine")
    needed_columns: ClassVar[tuple[str, ...]] = ("author_id", "name")

    author: serializers.JSONField = serializers.JSONField(
        source="shown_author", read_only=True, help_text=_("The account, under the name that the review is signed by.")
    )
    is_mine: serializers.BooleanField = serializers.BooleanField(
        read_only=True, help_text=_("Whether whoever asks has written it.")
    )

    class Meta(RowSerializer.Meta):
        model = Review
        fields: ClassVar[Sequence[str]] = ["id", "date", "name", "description", "rating", "author", "is_mine"]

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any], context: dict[str, Any]) -> None:
        """Set the author of each review, without the username."""
        user = getattr(context.get("request"), "user", None)
        own = user.pk if user is not None and user.is_authenticated else None
        for review in rows:
            account = review.author_id
            review.shown_author = None if account is None else {"id": account, "name": review.name}
            review.is_mine = own is not None and account == own


class StaffReviewSerializer(ReviewSerializer):
    """A review for staff, who may hide it."""

    class Meta(ReviewSerializer.Meta):
        fields: ClassVar[Any] = [*ReviewSerializer.Meta.fields, "is_hidden"]
        extra_kwargs: ClassVar[Any] = {"is_hidden": {"required": False}}


class PromotionSerializer(serializers.ModelSerializer[Any]):
    """A promotion with the keys of its products."""

    discount: MoneyField = MoneyField(max_digits=5, min_value=Decimal("0.01"), max_value=Decimal(100))
    starts_at: MomentField = MomentField(required=False, allow_null=True)
    ends_at: LastMomentField = LastMomentField(required=False, allow_null=True)
    products: serializers.Field[Any, Any, Any, Any] = keys_field("Product", required=False)

    class Meta:
        model = Promotion
        fields: ClassVar[Sequence[str]] = ["id", "description", "discount", "starts_at", "ends_at", "products"]

    @classmethod
    def setup_queryset(cls, queryset: Any) -> Any:
        """Prefetch the primary keys of the products only."""
        products = get_model("Product")._default_manager.only("pk").order_by("pk")
        return queryset.prefetch_related(Prefetch("products", queryset=products))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check that the promotion ends after it starts.

        Raises:
            ValidationError: If it does not.
        """
        starts, ends = (attrs.get(name, getattr(self.instance, name, None)) for name in ("starts_at", "ends_at"))
        if starts and ends and ends <= starts:
            raise serializers.ValidationError({"ends_at": [_("A promotion must end after it starts.")]})
        return attrs
