"""One model for each that is swapped, with a field more than the base."""

from __future__ import annotations

import os
import uuid

from django.conf import settings
from django.db import models

from storefront_store import models as store

if "Collection" in settings.SWAPPED:

    class Collection(store.AbstractCollection):
        season = models.CharField(max_length=20, default="all year")


if "Product" in settings.SWAPPED:

    class Product(store.AbstractProduct):
        if os.environ.get("PRODUCT_KEY") == "uuid":
            id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
        weight = models.PositiveIntegerField(default=100)


if "Customer" in settings.SWAPPED:

    class Customer(store.AbstractCustomer):
        newsletter = models.BooleanField(default=False)


if "Cart" in settings.SWAPPED:

    class Cart(store.AbstractCart):
        gift = models.BooleanField(default=False)


if "CartItem" in settings.SWAPPED:

    class CartItem(store.AbstractCartItem):
        wish = models.TextField(default="none")


if "Order" in settings.SWAPPED:

    class Order(store.AbstractOrder):
        channel = models.CharField(max_length=20, default="web")


if "OrderItem" in settings.SWAPPED:

    class OrderItem(store.AbstractOrderItem):
        packed = models.BooleanField(default=False)
