"""Models of payments and refunds, which are kept when the order is deleted."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import swapper
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Payment(models.Model):
    """An attempt to pay an order with one of the variants.

    ``captured`` is the amount captured by the provider; ``refunded`` is the amount refunded or reserved for refunds.
    """

    class Status(models.TextChoices):
        """States of a payment."""

        CREATED = "created", _("Created")  # the provider's response is not known yet
        WAITING = "waiting", _("Waiting for the customer")
        AUTHORIZED = "authorized", _("Authorized")
        CAPTURED = "captured", _("Paid")
        FAILED = "failed", _("Failed")
        REFUNDED = "refunded", _("Refunded")

    class Attention(models.TextChoices):
        """Reasons why a payment needs attention."""

        ORDER_CANCELLED = "order_cancelled", _("Paid after the order was cancelled")
        ORDER_DELETED = "order_deleted", _("Paid after the order was deleted")
        SURPLUS = "surplus", _("The order was paid already")
        AMOUNT_MISMATCH = "amount_mismatch", _("The provider reports another amount or currency")
        AUTHORIZED = "authorized", _("Authorized and not captured")
        REFUND_FAILED = "refund_failed", _("The provider refused a refund")
        REFUND_UNKNOWN = "refund_unknown", _("It is not known whether a refund took place")

    OPEN = (Status.CREATED, Status.WAITING, Status.AUTHORIZED)

    token: models.UUIDField[Any, UUID] = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    order: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Order"),
        verbose_name=_("order"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="payments",
    )
    order_number: models.CharField[Any, str] = models.CharField(_("order number"), max_length=255, db_index=True)
    customer_number: models.CharField[Any, str] = models.CharField(_("customer number"), max_length=255)
    variant: models.CharField[Any, str] = models.CharField(_("variant"), max_length=100)
    status: models.CharField[Any, str] = models.CharField(
        _("status"), max_length=16, choices=Status.choices, default=Status.CREATED
    )
    attention: models.CharField[Any, str] = models.CharField(
        _("needs attention"), max_length=32, choices=Attention.choices, blank=True
    )
    amount: models.DecimalField[Any, Decimal] = models.DecimalField(_("amount"), max_digits=15, decimal_places=2)
    currency: models.CharField[Any, str] = models.CharField(_("currency"), max_length=3)
    captured: models.DecimalField[Any, Decimal] = models.DecimalField(
        _("captured"), max_digits=15, decimal_places=2, default=Decimal(0)
    )
    refunded: models.DecimalField[Any, Decimal] = models.DecimalField(
        _("refunded"), max_digits=15, decimal_places=2, default=Decimal(0)
    )
    settles: models.BooleanField[Any, bool] = models.BooleanField(_("pays the order"), default=False)
    reference: models.CharField[Any, str] = models.CharField(_("reference"), max_length=255, blank=True, db_index=True)
    url: models.TextField[Any, str] = models.TextField(_("address for the customer"), blank=True)
    return_url: models.TextField[Any, str] = models.TextField(_("return address"))
    data: models.JSONField[Any, Any] = models.JSONField(_("provider's data"), default=dict, blank=True)
    message: models.CharField[Any, str] = models.CharField(_("message"), max_length=255, blank=True)
    created_at: models.DateTimeField[Any, datetime] = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at: models.DateTimeField[Any, datetime] = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        ordering: ClassVar[Sequence[str]] = ["-pk"]
        verbose_name: ClassVar[Any] = _("payment")
        verbose_name_plural: ClassVar[Any] = _("payments")
        indexes: ClassVar[Any] = [
            models.Index(fields=["status", "created_at"], name="storefront_pay_status"),
            models.Index(fields=["attention", "id"], name="storefront_pay_attention"),
        ]
        constraints: ClassVar[Any] = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="storefront_pay_amount_positive"),
            models.CheckConstraint(condition=models.Q(captured__gte=0), name="storefront_pay_captured_not_negative"),
            models.CheckConstraint(
                condition=models.Q(refunded__gte=0, refunded__lte=models.F("captured")),
                name="storefront_pay_refunded_at_most_captured",
            ),
        ]

    def __str__(self) -> str:
        """Return the number of the order and the amount."""
        return f"#{self.order_number}: {self.amount} {self.currency}"

    @property
    def refundable(self) -> Decimal:
        """The captured amount that is neither refunded nor reserved for refunds."""
        return self.captured - self.refunded


class Refund(models.Model):
    """A refund of a payment."""

    class Status(models.TextChoices):
        """States of a refund."""

        PENDING = "pending", _("Under way")
        DONE = "done", _("Paid back")
        FAILED = "failed", _("Refused")

    payment: models.ForeignKey[Any, Any] = models.ForeignKey(
        Payment, verbose_name=_("payment"), on_delete=models.PROTECT, related_name="refunds", db_index=False
    )
    key: models.UUIDField[Any, UUID] = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    amount: models.DecimalField[Any, Decimal] = models.DecimalField(_("amount"), max_digits=15, decimal_places=2)
    status: models.CharField[Any, str] = models.CharField(
        _("status"), max_length=16, choices=Status.choices, default=Status.PENDING
    )
    reason: models.CharField[Any, str] = models.CharField(_("reason"), max_length=255, blank=True)
    actor: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("actor"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reference: models.CharField[Any, str] = models.CharField(_("reference"), max_length=255, blank=True)
    message: models.CharField[Any, str] = models.CharField(_("message"), max_length=255, blank=True)
    created_at: models.DateTimeField[Any, datetime] = models.DateTimeField(_("created at"), auto_now_add=True)
    attempted_at: models.DateTimeField[Any, datetime | None] = models.DateTimeField(
        _("attempted at"), null=True, blank=True
    )

    class Meta:
        ordering: ClassVar[Sequence[str]] = ["pk"]
        verbose_name: ClassVar[Any] = _("refund")
        verbose_name_plural: ClassVar[Any] = _("refunds")
        indexes: ClassVar[Any] = [
            models.Index(fields=["payment", "status"], name="storefront_refund_payment"),
            models.Index(fields=["status", "created_at"], name="storefront_refund_status"),
        ]
        constraints: ClassVar[Any] = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="storefront_refund_amount_positive")
        ]

    def __str__(self) -> str:
        """Return the amount."""
        return f"{self.amount} {self.payment.currency}"
