"""Customers and their addresses."""

from __future__ import annotations

from typing import Any

import swapper
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from storefront_store.baskets import PostalAddress
from storefront_store.querysets import CustomerQuerySet
from storefront_store.text import validate_visible


class AbstractCustomer(models.Model):
    """Who buys. Name and e-mail belong to the user; a customer whose user was deleted has none."""

    MEMBERSHIP_BRONZE = "B"
    MEMBERSHIP_SILVER = "S"
    MEMBERSHIP_GOLD = "G"
    MEMBERSHIP_CHOICES = [
        (MEMBERSHIP_BRONZE, _("Bronze")),
        (MEMBERSHIP_SILVER, _("Silver")),
        (MEMBERSHIP_GOLD, _("Gold")),
    ]

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="customer",
    )
    phone = models.CharField(_("phone"), max_length=255, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    membership = models.CharField(_("membership"), max_length=1, choices=MEMBERSHIP_CHOICES, default=MEMBERSHIP_BRONZE)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["user__first_name", "user__last_name", "pk"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        permissions = [("view_history", _("Can view history"))]

    def __str__(self) -> str:
        name = f"{self.first_name()} {self.last_name()}".strip()
        return name or (self.user.get_username() if self.user else f"#{self.pk}")

    @classmethod
    def user_names(cls) -> list[str]:
        """Return which of ``first_name`` and ``last_name`` the user model has."""
        user: Any = cls._meta.get_field("user").related_model
        fields = {field.name for field in user._meta.concrete_fields}
        return [name for name in ("first_name", "last_name") if name in fields]

    @classmethod
    def settle_ordering(cls) -> None:
        """Order by key where the user model lacks the names; to be called once all models are loaded."""
        if len(cls.user_names()) < 2:
            cls._meta.ordering = ["pk"]

    @admin.display(description=_("first name"), ordering="user__first_name")
    def first_name(self) -> str:
        """The user's first name; empty where there is no user or the user has none."""
        return getattr(self.user, "first_name", "")

    @admin.display(description=_("last name"), ordering="user__last_name")
    def last_name(self) -> str:
        """The user's last name; empty where there is no user or the user has none."""
        return getattr(self.user, "last_name", "")


class Customer(AbstractCustomer):
    """The customer, unless the host swapped it."""

    class Meta(AbstractCustomer.Meta):
        swappable = swapper.swappable_setting("storefront_store", "Customer")


class Address(models.Model):
    """One of a customer's addresses."""

    customer = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Customer"),
        verbose_name=_("customer"),
        on_delete=models.CASCADE,
        related_name="addresses",
    )
    street = models.CharField(_("street"), max_length=255, validators=[validate_visible])
    city = models.CharField(_("city"), max_length=255, validators=[validate_visible])
    zip = models.CharField(_("postal code"), max_length=32, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        return ", ".join(part for part in (self.street, f"{self.zip} {self.city}".strip(), self.country) if part)

    @property
    def values(self) -> PostalAddress:
        """The address as values, for an order that must not change when the address does."""
        return PostalAddress.of({name: getattr(self, name) for name in PostalAddress.__slots__})
