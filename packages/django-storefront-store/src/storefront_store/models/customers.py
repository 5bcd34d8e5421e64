"""Models of customers and their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Final

import swapper
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from storefront_store.addresses import MAX_LINE, country_code, validate_line
from storefront_store.baskets import PostalAddress
from storefront_store.querysets import AddressQuerySet, CustomerQuerySet
from storefront_store.text import validate_visible


class Membership(models.TextChoices):
    """Kinds of membership."""

    BRONZE = "B", _("Bronze")
    SILVER = "S", _("Silver")
    GOLD = "G", _("Gold")


class AbstractCustomer(models.Model):
    """A customer. The name and e-mail address are those of the user; without a user they are empty."""

    Membership = Membership
    MEMBERSHIP_BRONZE: Final = Membership.BRONZE.value
    MEMBERSHIP_SILVER: Final = Membership.SILVER.value
    MEMBERSHIP_GOLD: Final = Membership.GOLD.value
    MEMBERSHIP_CHOICES: Final = Membership.choices

    user: models.OneToOneField[Any, Any] = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="customer",
    )
    phone: models.CharField[Any, str] = models.CharField(_("phone"), max_length=255, blank=True)
    birth_date: models.DateField[Any, date | None] = models.DateField(_("birth date"), null=True, blank=True)
    membership: models.CharField[Any, str] = models.CharField(
        _("membership"), max_length=1, choices=Membership.choices, default=MEMBERSHIP_BRONZE
    )

    objects: ClassVar[Any] = CustomerQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar[Sequence[str]] = ["pk"]
        verbose_name: ClassVar[Any] = _("customer")
        verbose_name_plural: ClassVar[Any] = _("customers")
        indexes: ClassVar[Any] = [models.Index(fields=["membership", "id"])]
        permissions: ClassVar[Any] = [("view_history", _("Can view history"))]

    def __str__(self) -> str:
        """Return the full name, else the username, else the primary key."""
        name = f"{self.first_name()} {self.last_name()}".strip()
        return name or (self.user.get_username() if self.user else f"#{self.pk}")

    @classmethod
    def user_names(cls) -> list[str]:
        """Return those of ``first_name`` and ``last_name`` that are fields of the user model."""
        user: Any = cls._meta.get_field("user").related_model
        fields = {field.name for field in user._meta.concrete_fields}
        return [name for name in ("first_name", "last_name") if name in fields]

    @admin.display(description=_("first name"), ordering="user__first_name")
    def first_name(self) -> str:
        """The user's first name; empty if there is no user or the user has none."""
        return getattr(self.user, "first_name", "")

    @admin.display(description=_("last name"), ordering="user__last_name")
    def last_name(self) -> str:
        """The user's last name; empty if there is no user or the user has none."""
        return getattr(self.user, "last_name", "")

    @admin.display(description=_("e-mail address"))
    def email(self) -> str:
        """The user's e-mail address; empty if there is no user or the user has none."""
        user: Any = self.user
        return (getattr(user, user.get_email_field_name(), "") or "") if user else ""


class Customer(AbstractCustomer):
    """The default customer model; swappable."""

    class Meta(AbstractCustomer.Meta):
        swappable: ClassVar[Any] = swapper.swappable_setting("storefront_store", "Customer")


class Address(models.Model):
    """An address of a customer. At most one is the default for shipping, and at most one the default for billing."""

    customer: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Customer"),
        verbose_name=_("customer"),
        on_delete=models.CASCADE,
        related_name="addresses",
    )
    name: models.CharField[Any, str] = models.CharField(
        _("recipient"), max_length=MAX_LINE, blank=True, validators=[validate_line]
    )
    company: models.CharField[Any, str] = models.CharField(
        _("company"), max_length=MAX_LINE, blank=True, validators=[validate_line]
    )
    street: models.CharField[Any, str] = models.CharField(
        _("street"), max_length=MAX_LINE, validators=[validate_visible, validate_line]
    )
    street2: models.CharField[Any, str] = models.CharField(
        _("second line"), max_length=MAX_LINE, blank=True, validators=[validate_line]
    )
    zip: models.CharField[Any, str] = models.CharField(
        _("postal code"), max_length=32, blank=True, validators=[validate_line]
    )
    city: models.CharField[Any, str] = models.CharField(
        _("city"), max_length=MAX_LINE, validators=[validate_visible, validate_line]
    )
    region: models.CharField[Any, str] = models.CharField(
        _("region"), max_length=MAX_LINE, blank=True, validators=[validate_line]
    )
    country: models.CharField[Any, str] = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("The code of two letters, such as GB.")
    )
    phone: models.CharField[Any, str] = models.CharField(
        _("phone"), max_length=64, blank=True, validators=[validate_line]
    )
    # Unique and NULL for other addresses, so that any database prevents two defaults of a kind for one customer.
    shipping_default_of: models.OneToOneField[Any, Any] = models.OneToOneField(
        swapper.get_model_name("storefront_store", "Customer"),
        verbose_name=_("default for shipping of"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="shipping_default",
    )
    billing_default_of: models.OneToOneField[Any, Any] = models.OneToOneField(
        swapper.get_model_name("storefront_store", "Customer"),
        verbose_name=_("default for billing of"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="billing_default",
    )

    objects: ClassVar[Any] = AddressQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Sequence[str]] = ["pk"]
        verbose_name: ClassVar[Any] = _("address")
        verbose_name_plural: ClassVar[Any] = _("addresses")
        constraints: ClassVar[Any] = [
            models.CheckConstraint(
                condition=models.Q(shipping_default_of__isnull=True)
                | models.Q(shipping_default_of=models.F("customer")),
                name="storefront_store_address_shipping_default_is_own",
            ),
            models.CheckConstraint(
                condition=models.Q(billing_default_of__isnull=True) | models.Q(billing_default_of=models.F("customer")),
                name="storefront_store_address_billing_default_is_own",
            ),
        ]

    def __str__(self) -> str:
        """Return the lines of the address."""
        return ", ".join(self.values.lines())

    def clean(self) -> None:
        """Convert the name of a country to its code.

        Raises:
            ValidationError: If there is no such country.
        """
        super().clean()
        try:
            self.country = country_code(self.country)
        except ValidationError as error:
            raise ValidationError({"country": error}) from error

    @property
    def values(self) -> PostalAddress:
        """A copy of the address for an order, unaffected by later changes."""
        return PostalAddress.of({name: getattr(self, name) for name in PostalAddress.__slots__})
