"""What the API shows and takes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from rest_framework import serializers

from shop.models import Cart, CartItem, Collection, Customer, Order, OrderItem, Product, ProductImage, Review


class CollectionSerializer(serializers.ModelSerializer):
    """A collection and the number of its products."""

    products_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Collection
        fields = ["id", "title", "products_count"]


class ProductImageSerializer(serializers.ModelSerializer):
    """An image."""

    class Meta:
        model = ProductImage
        fields = ["id", "image"]


class ProductSerializer(serializers.ModelSerializer):
    """A product with its images."""

    price_with_tax = serializers.SerializerMethodField()
    images = ProductImageSerializer(many=True, read_only=True)

    class Meta:
        model = Product
        fields = [
            "id",
            "title",
            "description",
            "slug",
            "inventory",
            "unit_price",
            "price_with_tax",
            "collection",
            "images",
        ]

    def get_price_with_tax(self, product: Product) -> Decimal:
        """Add a tenth."""
        return product.unit_price * Decimal("1.1")


class ReviewSerializer(serializers.ModelSerializer):
    """A review."""

    class Meta:
        model = Review
        fields = ["id", "date", "name", "description"]


class SimpleProductSerializer(serializers.ModelSerializer):
    """A product in a cart or an order."""

    class Meta:
        model = Product
        fields = ["id", "title", "unit_price"]


class CartItemSerializer(serializers.ModelSerializer):
    """A line of a cart."""

    product = SimpleProductSerializer()
    total_price = serializers.SerializerMethodField()

    class Meta:
        model = CartItem
        fields = ["id", "product", "quantity", "total_price"]

    def get_total_price(self, item: CartItem) -> Decimal:
        """Multiply."""
        return item.quantity * item.product.unit_price


class CartSerializer(serializers.ModelSerializer):
    """A cart with its lines."""

    id = serializers.UUIDField(read_only=True)
    items = CartItemSerializer(many=True, read_only=True)
    total_price = serializers.SerializerMethodField()

    class Meta:
        model = Cart
        fields = ["id", "items", "total_price"]

    def get_total_price(self, cart: Cart) -> Decimal | int:
        """Add up."""
        return sum(item.quantity * item.product.unit_price for item in cart.items.all())


class AddCartItemSerializer(serializers.ModelSerializer):
    """What is put into a cart."""

    product_id = serializers.IntegerField()

    class Meta:
        model = CartItem
        fields = ["id", "product_id", "quantity"]

    def validate_product_id(self, value: int) -> int:
        """Look the product up.

        Raises:
            ValidationError: If there is none.
        """
        if not Product.objects.filter(pk=value).exists():
            raise serializers.ValidationError("There is no such product.")
        return value

    def save(self, **kwargs: Any) -> CartItem:
        """Add to the line of the product, or begin one."""
        cart, product = self.context["cart_id"], self.validated_data["product_id"]
        try:
            self.instance = CartItem.objects.get(cart_id=cart, product_id=product)
            self.instance.quantity += self.validated_data["quantity"]
            self.instance.save()
        except CartItem.DoesNotExist:
            self.instance = CartItem.objects.create(cart_id=cart, **self.validated_data)
        return self.instance


class OrderItemSerializer(serializers.ModelSerializer):
    """A line of an order."""

    product = SimpleProductSerializer()

    class Meta:
        model = OrderItem
        fields = ["id", "product", "unit_price", "quantity"]


class OrderSerializer(serializers.ModelSerializer):
    """An order with its lines."""

    items = OrderItemSerializer(many=True)

    class Meta:
        model = Order
        fields = ["id", "customer", "placed_at", "payment_status", "items"]


class CreateOrderSerializer(serializers.Serializer):
    """The cart that is bought."""

    cart_id = serializers.UUIDField()

    def validate_cart_id(self, value: Any) -> Any:
        """Look at the cart.

        Raises:
            ValidationError: If there is none, or nothing in it.
        """
        if not Cart.objects.filter(pk=value).exists():
            raise serializers.ValidationError("There is no such cart.")
        if CartItem.objects.filter(cart_id=value).count() == 0:
            raise serializers.ValidationError("The cart is empty.")
        return value

    def save(self, **kwargs: Any) -> Order:
        """Make an order of the cart. The stock is not looked at, which is what such courses leave out."""
        with transaction.atomic():
            cart_id = self.validated_data["cart_id"]
            customer = Customer.objects.get(user_id=self.context["user_id"])
            order = Order.objects.create(customer=customer)
            items = CartItem.objects.select_related("product").filter(cart_id=cart_id)
            OrderItem.objects.bulk_create(
                [
                    OrderItem(
                        order=order, product=item.product, unit_price=item.product.unit_price, quantity=item.quantity
                    )
                    for item in items
                ]
            )
            Cart.objects.filter(pk=cart_id).delete()
            return order
