"""Models of vouchers and their uses."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Final

import swapper
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from storefront_store.models.fields import FoldedField
from storefront_store.money import CENT, HUNDRED, to_cents
from storefront_store.pricing import validate_moment
from storefront_store.text import validate_visible

MAX_CODE_LENGTH: Final = 64
MAX_CODE_KEY_LENGTH: Final = 255  # folding may lengthen a code; MySQL and MariaDB limit the length of unique columns


def fold_code(code: str) -> str:
    """Return a code folded for case-insensitive comparison."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", code).casefold()).strip()


class VoucherQuerySet(models.QuerySet["Voucher"]):
    """QuerySet of vouchers."""

    def with_code(self, codes: Iterable[str]) -> VoucherQuerySet:
        """Return the vouchers with one of the codes, ignoring case."""
        return self.filter(code_key__in=[fold_code(code) for code in codes])

    def unused(self) -> VoucherQuerySet:
        """Return the vouchers with at least one use left."""
        return self.filter(models.Q(max_uses__isnull=True) | models.Q(used__lt=models.F("max_uses")))


class Voucher(models.Model):
    """A code that lowers the total of an order."""

    class Kind(models.TextChoices):
        """Meanings of the value."""

        PERCENT = "percent", _("Percent")
        AMOUNT = "amount", _("Amount")

    code: models.CharField[Any, str] = models.CharField(
        _("code"), max_length=MAX_CODE_LENGTH, validators=[validate_visible]
    )
    code_key: FoldedField = FoldedField(
        _("code key"), max_length=MAX_CODE_KEY_LENGTH, unique=True, default="", editable=False
    )
    kind: models.CharField[Any, str] = models.CharField(
        _("kind"), max_length=16, choices=Kind.choices, default=Kind.PERCENT
    )
    value: models.DecimalField[Any, Decimal] = models.DecimalField(
        _("value"), max_digits=12, decimal_places=2, default=10, validators=[MinValueValidator(CENT)]
    )
    minimum_subtotal: models.DecimalField[Any, Decimal] = models.DecimalField(
        _("minimum subtotal"), max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(Decimal(0))]
    )
    products: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        swapper.get_model_name("storefront_store", "Product"),
        verbose_name=_("products"),
        related_name="vouchers",
        blank=True,
        help_text=_("What it lowers the price of. Without products and collections: everything."),
    )
    collections: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        swapper.get_model_name("storefront_store", "Collection"),
        verbose_name=_("collections"),
        related_name="vouchers",
        blank=True,
    )
    starts_at: models.DateTimeField[Any, datetime | None] = models.DateTimeField(
        _("starts at"), null=True, blank=True, validators=[validate_moment]
    )
    ends_at: models.DateTimeField[Any, datetime | None] = models.DateTimeField(
        _("ends at"), null=True, blank=True, validators=[validate_moment]
    )
    max_uses: models.PositiveIntegerField[Any, int | None] = models.PositiveIntegerField(
        _("uses in all"), null=True, blank=True, help_text=_("Empty for any number.")
    )
    max_uses_per_customer: models.PositiveIntegerField[Any, int | None] = models.PositiveIntegerField(
        _("uses per customer"), null=True, blank=True, help_text=_("Empty for any number.")
    )
    used: models.PositiveIntegerField[Any, int] = models.PositiveIntegerField(_("used"), default=0, editable=False)
    is_active: models.BooleanField[Any, bool] = models.BooleanField(_("active"), default=True)

    objects: ClassVar[Any] = VoucherQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Sequence[str]] = ["-pk"]
        verbose_name: ClassVar[Any] = _("voucher")
        verbose_name_plural: ClassVar[Any] = _("vouchers")
        constraints: ClassVar[Any] = [
            models.CheckConstraint(
                condition=models.Q(value__gt=0) & (models.Q(kind="amount") | models.Q(kind="percent", value__lte=100)),
                name="storefront_store_voucher_value",
                violation_error_message=_("A percentage is at most 100."),
            ),
            models.CheckConstraint(
                condition=models.Q(max_uses__isnull=True) | models.Q(used__lte=models.F("max_uses")),
                name="storefront_store_voucher_not_overused",
                violation_error_message=_("It was used more often already."),
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__isnull=True)
                | models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gt=models.F("starts_at")),
                name="storefront_store_voucher_ends_after_start",
                violation_error_message=_("A voucher must end after it starts."),
            ),
        ]

    def __str__(self) -> str:
        """Return the code."""
        return self.code

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save the voucher, and update the key derived from the code."""
        self.code = self.code.strip()
        self.code_key = fold_code(self.code)
        if update_fields is not None and "code" in update_fields:
            update_fields = {*update_fields, "code_key"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def clean(self) -> None:
        """Validate the code.

        Raises:
            ValidationError: If another voucher has the code, ignoring case, or it is too long when folded.
        """
        super().clean()
        try:
            MaxLengthValidator(MAX_CODE_KEY_LENGTH)(fold_code(self.code))
        except ValidationError as error:
            raise ValidationError({"code": error.error_list}) from error
        if Voucher.objects.with_code([self.code]).exclude(pk=self.pk).exists():
            raise ValidationError({"code": _("There is a voucher with this code already.")})

    def is_in_force(self, at: datetime) -> bool:
        """Return whether the voucher is active at a given time and has uses left."""
        if not self.is_active or (self.starts_at and self.starts_at > at) or (self.ends_at and self.ends_at <= at):
            return False
        return self.max_uses is None or self.used < self.max_uses

    def discount_on(self, amount: Decimal) -> Decimal:
        """Return the discount of the voucher on an amount."""
        if self.kind == self.Kind.PERCENT:
            return to_cents(amount * self.value / HUNDRED)
        return min(self.value, amount)


class VoucherRedemption(models.Model):
    """A use of a voucher. It is deleted when the order is cancelled."""

    voucher: models.ForeignKey[Any, Any] = models.ForeignKey(
        Voucher, verbose_name=_("voucher"), on_delete=models.PROTECT, related_name="redemptions", db_index=False
    )
    order: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Order"),
        verbose_name=_("order"),
        on_delete=models.CASCADE,
        related_name="voucher_redemptions",
    )
    # The holder as a digest: the customer, or the e-mail address of a guest.
    holder: models.CharField[Any, str] = models.CharField(_("holder"), max_length=64, editable=False)
    number: models.PositiveIntegerField[Any, int] = models.PositiveIntegerField(
        _("number"), help_text=_("Which of the holder's uses this is.")
    )
    at: models.DateTimeField[Any, datetime] = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        ordering: ClassVar[Sequence[str]] = ["-pk"]
        verbose_name: ClassVar[Any] = _("redemption")
        verbose_name_plural: ClassVar[Any] = _("redemptions")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(
                fields=["voucher", "holder", "number"], name="storefront_store_voucher_use_of_holder"
            ),
            models.UniqueConstraint(fields=["order", "voucher"], name="storefront_store_voucher_once_an_order"),
        ]

    def __str__(self) -> str:
        """Return the voucher and the number of the order."""
        return f"{self.voucher} · #{self.order_id}"
