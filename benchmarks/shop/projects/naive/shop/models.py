"""Products, carts and orders."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models


class Collection(models.Model):
    """A collection of products."""

    title = models.CharField(max_length=255)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Product(models.Model):
    """Something to buy."""

    title = models.CharField(max_length=255)
    slug = models.SlugField(max_length=255)
    description = models.TextField(blank=True)
    unit_price = models.DecimalField(max_digits=6, decimal_places=2)
    inventory = models.IntegerField()
    last_update = models.DateTimeField(auto_now=True)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="products")

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class ProductImage(models.Model):
    """An image of a product."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    image = models.ImageField(upload_to="store/images")

    def __str__(self) -> str:
        return str(self.image)


class Review(models.Model):
    """What somebody says of a product."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews")
    name = models.CharField(max_length=255)
    description = models.TextField()
    date = models.DateField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A user who buys."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)

    def __str__(self) -> str:
        return str(self.user)


class Order(models.Model):
    """What a customer has bought."""

    placed_at = models.DateTimeField(auto_now_add=True)
    payment_status = models.CharField(max_length=1, default="P")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return str(self.pk)


class OrderItem(models.Model):
    """A line of an order."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="order_items")
    quantity = models.PositiveSmallIntegerField()
    unit_price = models.DecimalField(max_digits=6, decimal_places=2)

    def __str__(self) -> str:
        return str(self.pk)


class Cart(models.Model):
    """What a visitor is about to buy."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.pk)


class CartItem(models.Model):
    """A line of a cart."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        unique_together = [["cart", "product"]]

    def __str__(self) -> str:
        return str(self.pk)
