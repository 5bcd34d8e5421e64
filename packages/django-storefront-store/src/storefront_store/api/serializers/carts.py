"""Serializers of carts and their items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from storefront_store.api.serializers.fields import FirstImageField, MoneyField, key_field, price_book
from storefront_store.api.serializers.rows import RowSerializer
from storefront_store.conf import get_model
from storefront_store.money import ZERO

MAX_TOTAL_DIGITS: Final = 24  # the highest price times the highest quantity, for as many items as a cart takes


class SimpleProductSerializer(RowSerializer):
    """A product as shown in carts and orders."""

    unit_price: MoneyField = MoneyField(max_digits=12, read_only=True, help_text=_("The list price."))
    effective_price: MoneyField = MoneyField(
        max_digits=12, read_only=True, help_text=_("What a customer pays now, before tax.")
    )
    image: FirstImageField = FirstImageField(source="images", read_only=True)

    is_priced = True
    prepared_attributes: ClassVar[tuple[str, ...]] = ("effective_price",)

    class Meta(RowSerializer.Meta):
        model: ClassVar[Any] = get_model("Product")
        fields: ClassVar[Sequence[str]] = ["id", "title", "unit_price", "effective_price", "image"]

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any], context: dict[str, Any]) -> None:
        """Set the prices of the products."""
        prices = price_book(context)
        prices.load(rows)
        for product in rows:
            product.effective_price = prices.price(product).effective


class CartItemSerializer(RowSerializer):
    """An item of a cart. Its total uses the effective price."""

    total_price: MoneyField = MoneyField(max_digits=MAX_TOTAL_DIGITS, read_only=True)

    needed_columns: ClassVar[tuple[str, ...]] = ("quantity",)
    prepared_attributes: ClassVar[tuple[str, ...]] = ("total_price",)
    priced_relations: ClassVar[tuple[str, ...]] = ("product",)
    parts: ClassVar[Any] = {"product": "simple_product"}

    class Meta(RowSerializer.Meta):
        model: ClassVar[Any] = get_model("CartItem")
        fields: ClassVar[Sequence[str]] = ["id", "product", "quantity", "total_price"]

    @classmethod
    def setup_queryset(cls, queryset: Any) -> Any:
        """Prefetch the products and their images."""
        return queryset.select_related("product").prefetch_related("product__images")

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any], context: dict[str, Any]) -> None:
        """Set the totals: effective price times quantity."""
        prices = price_book(context)
        prices.load(item.product for item in rows)
        for item in rows:
            item.total_price = prices.price(item.product).effective * item.quantity


class CartSerializer(RowSerializer):
    """A cart with its items."""

    total_price: MoneyField = MoneyField(max_digits=MAX_TOTAL_DIGITS, read_only=True)

    prepared_attributes: ClassVar[tuple[str, ...]] = ("total_price",)
    parts: ClassVar[Any] = {"items": "cart_item"}
    lists: ClassVar[Any] = {"item_list": "items"}
    nested_attributes: ClassVar[Any] = {"item_list": ("total_price",)}

    class Meta(RowSerializer.Meta):
        model: ClassVar[Any] = get_model("Cart")
        fields: ClassVar[Sequence[str]] = ["id", "items", "total_price"]

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any], context: dict[str, Any]) -> None:
        """Set the totals of the carts."""
        for cart in rows:
            cart.total_price = sum((item.total_price for item in cart.item_list), ZERO)

    @classmethod
    def setup_queryset(cls, queryset: Any) -> Any:
        """Prefetch the items, their products and first images."""
        return queryset.with_details()


class AddItemSerializer(serializers.Serializer[Any]):
    """The product and quantity to add to a cart."""

    id: serializers.Field[Any, Any, Any, Any] = key_field("CartItem", read_only=True)
    product_id: serializers.Field[Any, Any, Any, Any] = key_field("Product")
    quantity: serializers.IntegerField = serializers.IntegerField(min_value=1)


class ChangeItemSerializer(serializers.Serializer[Any]):
    """The new quantity of an item."""

    id: serializers.Field[Any, Any, Any, Any] = key_field("CartItem", read_only=True)
    quantity: serializers.IntegerField = serializers.IntegerField(min_value=1)


class MergeCartSerializer(serializers.Serializer[Any]):
    """The anonymous cart to merge into the user's own cart."""

    cart_id: serializers.Field[Any, Any, Any, Any] = key_field("Cart")
