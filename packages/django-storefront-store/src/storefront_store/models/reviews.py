"""Models of product reviews."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Final

import swapper
from django.conf import settings
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models, router, transaction
from django.utils.translation import gettext_lazy as _

from storefront_store.querysets.reviews import ReviewQuerySet
from storefront_store.text import validate_visible

MAX_LENGTH: Final = 10_000  # maximum length of a text that anyone may post


class Review(models.Model):
    """A review with an optional rating. The author is set only if the user was signed in."""

    product: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Product"),
        verbose_name=_("product"),
        on_delete=models.CASCADE,
        related_name="reviews",
    )
    author: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    name: models.CharField[Any, str] = models.CharField(_("name"), max_length=255, validators=[validate_visible])
    description: models.TextField[Any, str] = models.TextField(
        _("description"), validators=[validate_visible, MaxLengthValidator(MAX_LENGTH)]
    )
    rating: models.PositiveSmallIntegerField[Any, int | None] = models.PositiveSmallIntegerField(
        _("rating"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    date: models.DateField[Any, date] = models.DateField(_("date"), auto_now_add=True)
    is_hidden: models.BooleanField[Any, bool] = models.BooleanField(
        _("hidden"), default=False, help_text=_("Hidden reviews are shown to staff only and do not count.")
    )

    objects: ClassVar[Any] = ReviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Sequence[str]] = ["-pk"]
        verbose_name: ClassVar[Any] = _("review")
        verbose_name_plural: ClassVar[Any] = _("reviews")
        indexes: ClassVar[Any] = [  # for the filters of the admin
            models.Index(fields=["is_hidden", "id"], name="storefront_store_review_hidden"),
            models.Index(fields=["rating", "id"], name="storefront_store_review_rating"),
            models.Index(fields=["date", "id"], name="storefront_store_review_date"),
        ]
        constraints: ClassVar[Any] = [
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__range=(1, 5)),
                name="storefront_store_review_rating_range",
            ),
        ]

    def __str__(self) -> str:
        """Return the name of the author."""
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the review and update the rating of the product."""
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        kwargs["using"] = using
        with transaction.atomic(using=using):
            reviews = ReviewQuerySet(model=type(self), using=using)
            former = (
                None if self._state.adding else reviews.filter(pk=self.pk).values_list("product", flat=True).first()
            )
            keys = {self.product_id, former} - {None}
            reviews.lock_products(keys)
            super().save(*args, **kwargs)
            reviews.follow(keys)
