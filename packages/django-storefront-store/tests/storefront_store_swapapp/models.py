"""One model for each that is swapped, with a field more than the base."""

from __future__ import annotations

import os
import uuid

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from storefront_store import models as store

if settings.HOST_USER:

    class AccountManager(BaseUserManager["Account"]):
        def create_user(self, name: str, **values: object) -> Account:
            return self.create(email=f"{name}.{'x' * 60}@example.org", **values)

        def create_superuser(self, name: str) -> Account:
            return self.create_user(name, is_staff=True, is_superuser=True)

    class Account(AbstractBaseUser, PermissionsMixin):
        """People without names, whose key is a long text."""

        email = models.EmailField(primary_key=True)
        is_staff = models.BooleanField(default=False)

        objects = AccountManager()

        USERNAME_FIELD = "email"


if "Collection" in settings.SWAPPED:

    class Collection(store.AbstractCollection):
        season = models.CharField(max_length=20, default="all year")


if "Product" in settings.SWAPPED:

    class Product(store.AbstractProduct):
        if os.environ.get("PRODUCT_KEY") == "uuid":
            id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
        weight = models.PositiveIntegerField(default=100)


if "ProductGroup" in settings.SWAPPED:

    class ProductGroup(store.AbstractProductGroup):
        designer = models.CharField(max_length=20, default="ours")


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
