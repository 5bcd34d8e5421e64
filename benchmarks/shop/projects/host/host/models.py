"""A product with three more columns."""

from __future__ import annotations

from django.db import models

from storefront_store.models import AbstractProduct


class Product(AbstractProduct):
    """A product with a weight, a brand and a date."""

    weight = models.PositiveIntegerField(default=250)
    brand = models.CharField(max_length=100, default="Storefront")
    available_from = models.DateField(null=True, blank=True)

    class Meta(AbstractProduct.Meta):
        pass
