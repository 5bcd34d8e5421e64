"""Models of shipping methods."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from storefront_store.addresses import country_code
from storefront_store.text import validate_visible


def validate_countries(value: Any) -> None:
    """Validate a list of country codes.

    Raises:
        ValidationError: If it is not a list, or a code is invalid.
    """
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise ValidationError(_("Enter a list of country codes."), code="invalid_countries")
    for code in value:
        if country_code(code) != code or not code:
            raise ValidationError(_("“%(value)s” is no country."), code="invalid_country", params={"value": code[:50]})


class ShippingMethod(models.Model):
    """A shipping method with its price."""

    name: models.CharField[Any, str] = models.CharField(_("name"), max_length=255, validators=[validate_visible])
    price: models.DecimalField[Any, Decimal] = models.DecimalField(
        _("price"), max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    free_from: models.DecimalField[Any, Decimal | None] = models.DecimalField(
        _("free from"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("The subtotal from which nothing is charged; empty for never."),
    )
    countries: models.JSONField[Any, Any] = models.JSONField(
        _("countries"),
        default=list,
        blank=True,
        validators=[validate_countries],
        help_text=_("Where it is offered; empty for everywhere."),
    )
    taxable: models.BooleanField[Any, bool] = models.BooleanField(_("taxable"), default=True)
    is_active: models.BooleanField[Any, bool] = models.BooleanField(_("active"), default=True)
    position: models.PositiveSmallIntegerField[Any, int] = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Methods are listed from the lowest number to the highest.")
    )

    class Meta:
        ordering: ClassVar[Sequence[str]] = ["position", "pk"]
        verbose_name: ClassVar[Any] = _("shipping method")
        verbose_name_plural: ClassVar[Any] = _("shipping methods")
        constraints: ClassVar[Any] = [
            models.CheckConstraint(
                condition=models.Q(price__gte=0) & (models.Q(free_from__isnull=True) | models.Q(free_from__gte=0)),
                name="storefront_store_shipping_price_not_negative",
            ),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    def serves(self, country: str) -> bool:
        """Return whether the method is offered in a country; True for an unknown country, which is an empty string."""
        return not self.countries or not country or country in self.countries

    def price_for(self, subtotal: Decimal) -> Decimal:
        """Return the price of the method for a subtotal."""
        return Decimal("0.00") if self.free_from is not None and subtotal >= self.free_from else self.price
