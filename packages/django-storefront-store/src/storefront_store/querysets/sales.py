"""Querysets of carts and orders."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import Prefetch, Q, Subquery, Sum

from storefront_store.people import is_staff
from storefront_store.querysets.base import related


class CartQuerySet(models.QuerySet[Any]):
    """QuerySet of carts."""

    def with_lines(self) -> Self:
        """Prefetch the items and their products with two queries."""
        item = related(self.model, "items")
        return self.prefetch_related(
            Prefetch("items", queryset=item._default_manager.select_related("product").order_by("pk"))
        )

    def with_details(self) -> Self:
        """Prefetch what the API shows, items, products and their images, with three queries."""
        return self.with_lines().prefetch_related("items__product__images")

    def visible_to(self, user: Any) -> Self:
        """Return the carts that ``user`` may see: anonymous ones and the user's own."""
        anonymous = Q(customer__isnull=True)
        if user is None or not user.is_authenticated:
            return self.filter(anonymous)
        return self.open_to(user.pk)

    def open_to(self, user_key: Any) -> Self:
        """Return the anonymous carts and those of the user with this key, which may be an expression."""
        customers = related(self.model, "customer")._default_manager.filter(user=user_key).order_by()
        return self.filter(Q(customer__isnull=True) | Q(customer__in=customers.values("pk")))

    def untouched_since(self, moment: datetime) -> Self:
        """Return the carts last changed before ``moment``."""
        return self.filter(updated_at__lt=moment)


class OrderQuerySet(models.QuerySet[Any]):
    """QuerySet of orders."""

    def with_lines(self) -> Self:
        """Prefetch the items and their products with two queries."""
        item = related(self.model, "items")
        return self.prefetch_related(
            Prefetch("items", queryset=item._default_manager.select_related("product").order_by("pk"))
        )

    def with_details(self) -> Self:
        """Prefetch what the API shows, items, products, their images and adjustments, with four queries."""
        return self.with_lines().prefetch_related("items__product__images", "adjustments")

    def visible_to(self, user: Any) -> Self:
        """Return the orders that ``user`` may see: all for staff, their own for everybody else."""
        return self.all() if is_staff(user) else self.placed_by(user)

    def placed_by(self, user: Any) -> Self:
        """Return the orders of a user, who may be given as a key or an expression.

        The customer is a subquery, because PostgreSQL may read the orders of all customers for a join, by their date.
        """
        customers = related(self.model, "customer")._base_manager.filter(user=user).order_by()
        # A user has one customer at most; the slice is for Django 6.1, which refuses a subquery without a limit.
        return self.filter(customer=Subquery(customers.values("pk")[:1]))

    def kept(self) -> Self:
        """Return the orders that were not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def cancelled(self) -> Self:
        """Return the cancelled orders."""
        return self.filter(cancelled_at__isnull=False)

    def revenue(self) -> Decimal:
        """Return the sum of the totals of orders, except those cancelled, refunded or with a failed payment."""
        total = self.kept().exclude(payment_status__in=["F", "R"]).aggregate(total=Sum("total"))["total"]
        return total if total is not None else Decimal(0)
