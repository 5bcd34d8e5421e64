"""Models of carts and their items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID, uuid4

import swapper
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from storefront_store.money import ZERO
from storefront_store.pricing import Price, PriceBook
from storefront_store.querysets import CartQuerySet


class AbstractCart(models.Model):
    """A cart. Anyone who knows its random ID may use it, unless it belongs to a customer.

    Every use case begins by setting ``updated_at``, which locks the row on all databases and records when the cart
    was last used.
    """

    id: models.UUIDField[Any, UUID] = models.UUIDField(_("id"), primary_key=True, default=uuid4, editable=False)
    customer: models.OneToOneField[Any, Any] = models.OneToOneField(
        swapper.get_model_name("storefront_store", "Customer"),
        verbose_name=_("customer"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="cart",
        help_text=_("A cart without a customer is open to whoever knows its ID."),
    )
    created_at: models.DateTimeField[Any, datetime] = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at: models.DateTimeField[Any, datetime] = models.DateTimeField(
        _("updated at"), default=timezone.now, editable=False
    )

    objects: ClassVar[Any] = CartQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar[Sequence[str]] = ["-created_at", "pk"]
        verbose_name: ClassVar[Any] = _("cart")
        verbose_name_plural: ClassVar[Any] = _("carts")
        indexes: ClassVar[Any] = [
            models.Index(fields=["updated_at", "id"]),
            models.Index(fields=["created_at", "id"]),
        ]

    def __str__(self) -> str:
        """Return the primary key."""
        return str(self.pk)

    @cached_property
    def item_list(self) -> list[AbstractCartItem]:
        """The items, read once."""
        return list(self.items.all())  # type: ignore[attr-defined]

    @cached_property
    def total_price(self) -> Decimal:
        """The sum of the items at their effective prices, before tax."""
        return sum((item.total_price for item in self.item_list), ZERO)


class Cart(AbstractCart):
    """The default cart model; swappable."""

    class Meta(AbstractCart.Meta):
        swappable: ClassVar[Any] = swapper.swappable_setting("storefront_store", "Cart")


class AbstractCartItem(models.Model):
    """An item of a cart; each product occurs at most once."""

    cart: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Cart"),
        verbose_name=_("cart"),
        on_delete=models.CASCADE,
        related_name="items",
        db_index=False,  # covered by the unique constraint
    )
    product: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Product"),
        verbose_name=_("product"),
        on_delete=models.CASCADE,
        related_name="cartitems",
    )
    quantity: models.PositiveSmallIntegerField[Any, int] = models.PositiveSmallIntegerField(
        _("quantity"), validators=[MinValueValidator(1)]
    )

    class Meta:
        abstract = True
        ordering: ClassVar[Sequence[str]] = ["pk"]
        verbose_name: ClassVar[Any] = _("cart item")
        verbose_name_plural: ClassVar[Any] = _("cart items")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["cart", "product"], name="%(app_label)s_%(class)s_unique_product"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="%(app_label)s_%(class)s_quantity_positive"
            ),
        ]

    def __str__(self) -> str:
        """Return the quantity and the product."""
        return f"{self.quantity} x {self.product}"

    @cached_property
    def price(self) -> Price:
        """The price of one unit; the service that shows carts sets it for many items at once."""
        return PriceBook().price(self.product)

    @cached_property
    def total_price(self) -> Decimal:
        """Quantity times effective price."""
        return self.quantity * self.price.effective


class CartItem(AbstractCartItem):
    """The default cart item model; swappable."""

    class Meta(AbstractCartItem.Meta):
        swappable: ClassVar[Any] = swapper.swappable_setting("storefront_store", "CartItem")
