"""Models of orders, their items, adjustments and history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Final

import swapper
from django.core.validators import MaxLengthValidator, MinValueValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from storefront_store.conf import app_settings
from storefront_store.querysets import OrderQuerySet

MAX_NOTE: Final = 2_000  # characters


def default_currency() -> str:
    """Return the currency in the settings."""
    currency: str = app_settings.CURRENCY
    return currency


class PaymentStatus(models.TextChoices):
    """States of the payment of an order."""

    PENDING = "P", _("Pending")
    COMPLETE = "C", _("Complete")
    FAILED = "F", _("Failed")
    REFUNDED = "R", _("Refunded")


class AbstractOrder(models.Model):
    """An order. Prices, titles, currency and addresses are copies made when it was placed."""

    PaymentStatus = PaymentStatus
    PAYMENT_STATUS_PENDING: Final = PaymentStatus.PENDING.value
    PAYMENT_STATUS_COMPLETE: Final = PaymentStatus.COMPLETE.value
    PAYMENT_STATUS_FAILED: Final = PaymentStatus.FAILED.value
    PAYMENT_STATUS_REFUNDED: Final = PaymentStatus.REFUNDED.value
    PAYMENT_STATUS_CHOICES: Final = PaymentStatus.choices
    STATUS_PLACED = "placed"
    STATUS_SHIPPED = "shipped"
    STATUS_CANCELLED = "cancelled"

    placed_at: models.DateTimeField[Any, datetime] = models.DateTimeField(_("placed at"), auto_now_add=True)
    payment_status: models.CharField[Any, str] = models.CharField(
        _("payment status"), max_length=1, choices=PaymentStatus.choices, default=PAYMENT_STATUS_PENDING
    )
    cancelled_at: models.DateTimeField[Any, datetime | None] = models.DateTimeField(
        _("cancelled at"), null=True, blank=True, editable=False
    )
    shipped_at: models.DateTimeField[Any, datetime | None] = models.DateTimeField(
        _("shipped at"), null=True, blank=True, editable=False
    )
    tracking: models.CharField[Any, str] = models.CharField(
        _("tracking number"), max_length=255, blank=True, default="", editable=False
    )
    customer: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Customer"),
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="orders",
        db_index=False,  # covered by an index below
    )
    subtotal: models.DecimalField[Any, Decimal] = models.DecimalField(
        _("subtotal"), max_digits=15, decimal_places=2, default=0
    )
    tax: models.DecimalField[Any, Decimal] = models.DecimalField(_("tax"), max_digits=15, decimal_places=2, default=0)
    total: models.DecimalField[Any, Decimal] = models.DecimalField(
        _("total"), max_digits=15, decimal_places=2, default=0
    )
    currency: models.CharField[Any, str] = models.CharField(_("currency"), max_length=3, default=default_currency)
    email: models.EmailField[Any, str] = models.EmailField(_("e-mail address"), blank=True)
    note: models.TextField[Any, str] = models.TextField(
        _("note"), blank=True, validators=[MaxLengthValidator(MAX_NOTE)]
    )
    shipping_address: models.JSONField[Any, Any] = models.JSONField(_("shipping address"), null=True, blank=True)
    billing_address: models.JSONField[Any, Any] = models.JSONField(_("billing address"), null=True, blank=True)

    objects: ClassVar[Any] = OrderQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar[Sequence[str]] = ["-placed_at", "-pk"]
        verbose_name: ClassVar[Any] = _("order")
        verbose_name_plural: ClassVar[Any] = _("orders")
        permissions: ClassVar[Any] = [("cancel_order", _("Can cancel order")), ("ship_order", _("Can ship order"))]
        indexes: ClassVar[Any] = [
            models.Index(fields=["placed_at", "id"]),
            models.Index(fields=["customer", "placed_at", "id"]),
            models.Index(fields=["payment_status", "placed_at"]),
            models.Index(fields=["shipped_at", "cancelled_at", "placed_at"]),  # open and cancelled orders in the admin
        ]
        constraints: ClassVar[Any] = [
            models.CheckConstraint(
                condition=models.Q(payment_status__in=["P", "C", "F", "R"]),
                name="%(app_label)s_%(class)s_payment_status_known",
            ),
            models.CheckConstraint(condition=models.Q(total__gte=0), name="%(app_label)s_%(class)s_total_not_negative"),
            models.CheckConstraint(
                condition=models.Q(cancelled_at__isnull=True) | models.Q(shipped_at__isnull=True),
                name="%(app_label)s_%(class)s_not_shipped_and_cancelled",
            ),
            models.CheckConstraint(
                condition=models.Q(subtotal__gte=0, tax__gte=0), name="%(app_label)s_%(class)s_parts_not_negative"
            ),
        ]

    def __str__(self) -> str:
        """Return the number of the order."""
        return f"#{self.pk}"

    @cached_property
    def item_list(self) -> list[AbstractOrderItem]:
        """The items, read once; those of an order that was just placed are already in memory."""
        return list(self.items.all())  # type: ignore[attr-defined]

    @cached_property
    def adjustment_list(self) -> list[OrderAdjustment]:
        """The adjustments, read once; those of an order that was just placed are already in memory."""
        return list(self.adjustments.all())  # type: ignore[attr-defined]

    @property
    def status(self) -> str:
        """``"placed"``, ``"shipped"`` or ``"cancelled"``; ``payment_status`` is independent of it."""
        return self.status_of(self)

    @classmethod
    def status_of(cls, row: Any) -> str:
        """Return the status of an order, or of any object with the same attributes."""
        if row.cancelled_at:
            return cls.STATUS_CANCELLED
        return cls.STATUS_SHIPPED if row.shipped_at else cls.STATUS_PLACED


class Order(AbstractOrder):
    """The default order model; swappable."""

    class Meta(AbstractOrder.Meta):
        swappable: ClassVar[Any] = swapper.swappable_setting("storefront_store", "Order")


class AbstractOrderItem(models.Model):
    """An item of an order, with the title and price at the time of the order."""

    order: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Order"),
        verbose_name=_("order"),
        on_delete=models.PROTECT,
        related_name="items",
    )
    product: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Product"),
        verbose_name=_("product"),
        on_delete=models.PROTECT,
        related_name="orderitems",
    )
    title: models.CharField[Any, str] = models.CharField(_("title"), max_length=255)
    quantity: models.PositiveIntegerField[Any, int] = models.PositiveIntegerField(
        _("quantity"), validators=[MinValueValidator(1)]
    )
    unit_price: models.DecimalField[Any, Decimal] = models.DecimalField(
        _("unit price"), max_digits=12, decimal_places=2
    )
    tax_rate: models.DecimalField[Any, Decimal] = models.DecimalField(
        _("tax rate"), max_digits=8, decimal_places=6, default=0
    )
    tax: models.DecimalField[Any, Decimal] = models.DecimalField(_("tax"), max_digits=15, decimal_places=2, default=0)

    class Meta:
        abstract = True
        ordering: ClassVar[Sequence[str]] = ["pk"]
        verbose_name: ClassVar[Any] = _("order item")
        verbose_name_plural: ClassVar[Any] = _("order items")
        constraints: ClassVar[Any] = [
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="%(app_label)s_%(class)s_quantity_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(unit_price__gte=0), name="%(app_label)s_%(class)s_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        """Return the quantity and the title."""
        return f"{self.quantity} x {self.title}"

    @property
    def amount(self) -> Decimal:
        """Quantity times unit price."""
        return self.quantity * self.unit_price


class OrderItem(AbstractOrderItem):
    """The default order item model; swappable."""

    class Meta(AbstractOrderItem.Meta):
        swappable: ClassVar[Any] = swapper.swappable_setting("storefront_store", "OrderItem")


class OrderAdjustment(models.Model):
    """An amount of an order besides its items: shipping, a discount, a tax, a fee or a custom kind."""

    order: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Order"),
        verbose_name=_("order"),
        on_delete=models.CASCADE,
        related_name="adjustments",
    )
    kind: models.CharField[Any, str] = models.CharField(_("kind"), max_length=32)
    label: models.CharField[Any, str] = models.CharField(_("label"), max_length=255)
    amount: models.DecimalField[Any, Decimal] = models.DecimalField(_("amount"), max_digits=15, decimal_places=2)
    included: models.BooleanField[Any, bool] = models.BooleanField(
        _("included"), default=False, help_text=_("The prices contain this amount: it is shown and not added.")
    )
    taxable: models.BooleanField[Any, bool] = models.BooleanField(_("taxable"), default=True)
    reference: models.CharField[Any, str] = models.CharField(_("reference"), max_length=255, blank=True)

    class Meta:
        ordering: ClassVar[Sequence[str]] = ["pk"]
        verbose_name: ClassVar[Any] = _("order adjustment")
        verbose_name_plural: ClassVar[Any] = _("order adjustments")

    def __str__(self) -> str:
        """Return the label and the amount."""
        return f"{self.label}: {self.amount}"


class EventKind(models.TextChoices):
    """Kinds of events in the history of an order."""

    PLACED = "placed", _("placed")
    PAYMENT_STATUS_CHANGED = "payment_status_changed", _("payment status changed")
    PAYMENT_CAPTURED = "payment_captured", _("payment received")
    PAYMENT_REFUNDED = "payment_refunded", _("payment refunded")
    SHIPPED = "shipped", _("shipped")
    CANCELLED = "cancelled", _("cancelled")
    TOTAL_CORRECTED = "total_corrected", _("total corrected")
    DELETED = "deleted", _("deleted")


class OrderEvent(models.Model):
    """An event in the history of an order. It stores values, not references, and is kept when the order is deleted."""

    PLACED: Final = EventKind.PLACED.value
    PAYMENT_STATUS_CHANGED: Final = EventKind.PAYMENT_STATUS_CHANGED.value
    PAYMENT_CAPTURED: Final = EventKind.PAYMENT_CAPTURED.value
    PAYMENT_REFUNDED: Final = EventKind.PAYMENT_REFUNDED.value
    SHIPPED: Final = EventKind.SHIPPED.value
    CANCELLED: Final = EventKind.CANCELLED.value
    TOTAL_CORRECTED: Final = EventKind.TOTAL_CORRECTED.value
    DELETED: Final = EventKind.DELETED.value
    EVENT_CHOICES: Final = EventKind.choices

    at: models.DateTimeField[Any, datetime] = models.DateTimeField(_("at"), auto_now_add=True)
    order_number: models.CharField[Any, str] = models.CharField(_("order number"), max_length=255)
    customer_number: models.CharField[Any, str] = models.CharField(_("customer number"), max_length=255)
    actor_id: models.CharField[Any, str] = models.CharField(_("actor"), max_length=255, blank=True)
    actor_name: models.CharField[Any, str] = models.CharField(_("actor's name"), max_length=255, blank=True)
    event: models.CharField[Any, str] = models.CharField(_("event"), max_length=32, choices=EventKind.choices)
    old_value: models.CharField[Any, str] = models.CharField(_("from"), max_length=255, blank=True)
    new_value: models.CharField[Any, str] = models.CharField(_("to"), max_length=255, blank=True)

    class Meta:
        ordering: ClassVar[Sequence[str]] = ["-pk"]
        verbose_name: ClassVar[Any] = _("order history entry")
        verbose_name_plural: ClassVar[Any] = _("order history")
        indexes: ClassVar[Any] = [
            models.Index(fields=["order_number", "id"], name="storefront_store_event_order"),
            models.Index(fields=["customer_number", "id"], name="storefront_store_event_cust"),
            models.Index(fields=["actor_id"], name="storefront_store_event_actor"),
            models.Index(fields=["event", "id"], name="storefront_store_event_kind"),
            models.Index(fields=["at", "id"], name="storefront_store_event_at"),
        ]

    def __str__(self) -> str:
        """Return the order number and the kind of event."""
        return f"#{self.order_number}: {self.get_event_display()}"
