"""Models of promotions and of the version of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import swapper
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from storefront_store.pricing import CENT, validate_moment
from storefront_store.querysets import CatalogueVersionManager, PromotionQuerySet
from storefront_store.text import validate_visible


class Promotion(models.Model):
    """A percentage discount on some products, for a limited time or permanently.

    The relation is declared here and not on the product, so that a custom product model refers to swappable models
    only. ``product.promotions`` works nevertheless.
    """

    description: models.CharField[Any, str] = models.CharField(
        _("description"), max_length=255, validators=[validate_visible]
    )
    discount: models.DecimalField[Any, Decimal] = models.DecimalField(
        _("discount"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(CENT), MaxValueValidator(100)],
        help_text=_("Percent off the list price."),
    )
    starts_at: models.DateTimeField[Any, datetime | None] = models.DateTimeField(
        _("starts at"), null=True, blank=True, validators=[validate_moment]
    )
    ends_at: models.DateTimeField[Any, datetime | None] = models.DateTimeField(
        _("ends at"), null=True, blank=True, validators=[validate_moment]
    )
    products: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        swapper.get_model_name("storefront_store", "Product"),
        verbose_name=_("products"),
        related_name="promotions",
        blank=True,
    )

    objects: ClassVar[Any] = PromotionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Sequence[str]] = ["-pk"]
        verbose_name: ClassVar[Any] = _("promotion")
        verbose_name_plural: ClassVar[Any] = _("promotions")
        constraints: ClassVar[Any] = [
            models.CheckConstraint(
                condition=models.Q(discount__gt=0, discount__lte=100),
                name="storefront_store_promotion_discount_percent",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__isnull=True)
                | models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gt=models.F("starts_at")),
                name="storefront_store_promotion_ends_after_start",
                violation_error_message=_("A promotion must end after it starts."),
            ),
        ]

    def __str__(self) -> str:
        """Return the description."""
        return self.description


class CatalogueVersion(models.Model):
    """The version of the catalogue, raised by each change of it; the ETags of its lists are derived from it."""

    id: models.PositiveSmallIntegerField[Any, int] = models.PositiveSmallIntegerField(primary_key=True)
    version: models.PositiveBigIntegerField[Any, int] = models.PositiveBigIntegerField(_("version"), default=0)

    objects: ClassVar[Any] = CatalogueVersionManager()

    class Meta:
        verbose_name: ClassVar[Any] = _("catalogue version")
        verbose_name_plural: ClassVar[Any] = _("catalogue versions")

    def __str__(self) -> str:
        """Return the number."""
        return str(self.version)
