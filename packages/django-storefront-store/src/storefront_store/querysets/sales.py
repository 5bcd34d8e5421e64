"""Questions to carts and orders."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import Prefetch, Q, Sum

from storefront_store.people import is_staff
from storefront_store.querysets.base import related


class CartQuerySet(models.QuerySet[Any]):
    """Carts."""

    def with_lines(self) -> Self:
        """Bring the lines and their products along: two queries, however many there are."""
        item = related(self.model, "items")
        return self.prefetch_related(
            Prefetch("items", queryset=item._default_manager.select_related("product").order_by("pk"))
        )

    def with_details(self) -> Self:
        """Bring along what the API shows: lines, products and their images. Three queries."""
        return self.with_lines().prefetch_related("items__product__images")

    def visible_to(self, user: Any) -> Self:
        """Those that ``user`` may see: the anonymous ones, and the own one of somebody who is signed in."""
        anonymous = Q(customer__isnull=True)
        if user is None or not user.is_authenticated:
            return self.filter(anonymous)
        customers = related(self.model, "customer")._default_manager.filter(user=user).order_by()
        return self.filter(anonymous | Q(customer__in=customers.values("pk")))

    def untouched_since(self, moment: datetime) -> Self:
        """Those last changed before ``moment``."""
        return self.filter(updated_at__lt=moment)


class OrderQuerySet(models.QuerySet[Any]):
    """Orders."""

    def with_lines(self) -> Self:
        """Bring the lines and their products along: two queries, however many there are."""
        item = related(self.model, "items")
        return self.prefetch_related(
            Prefetch("items", queryset=item._default_manager.select_related("product").order_by("pk"))
        )

    def with_details(self) -> Self:
        """Bring along what the API shows: lines, products, their images, and adjustments. Four queries."""
        return self.with_lines().prefetch_related("items__product__images", "adjustments")

    def visible_to(self, user: Any) -> Self:
        """Those that ``user`` may see: all for staff, the own ones for anybody else."""
        return self.all() if is_staff(user) else self.filter(customer__user=user)

    def kept(self) -> Self:
        """Those that were not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def cancelled(self) -> Self:
        """Those that were cancelled."""
        return self.filter(cancelled_at__isnull=False)

    def revenue(self) -> Decimal:
        """The sum of all totals of orders that are not cancelled, and whose payment neither failed nor was refunded."""
        total = self.kept().exclude(payment_status__in=["F", "R"]).aggregate(total=Sum("total"))["total"]
        return total if total is not None else Decimal(0)
