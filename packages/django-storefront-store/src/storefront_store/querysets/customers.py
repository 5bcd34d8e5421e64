"""Querysets of customers and addresses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import Count, ExpressionWrapper, F, Max, Q, Sum, Value
from django.db.models.functions import Coalesce, Concat, Trim

from storefront_store.querysets.base import MONEY, in_order


class CustomerQuerySet(models.QuerySet[Any]):
    """QuerySet of customers."""

    def with_full_name(self) -> Self:
        """Add ``full_name`` from the user's first and last name; empty where the user model has none."""
        names = [part for name in self.model.user_names() for part in (Value(" "), F(f"user__{name}"))]
        return self.annotate(full_name=Trim(Concat(Value(""), Value(""), *names)))

    def by_name(self) -> Self:
        """Order by those of the user's first and last name that the user model has, then by primary key."""
        return self.order_by(*(f"user__{name}" for name in self.model.user_names()), "pk")

    def with_orders_count(self) -> Self:
        """Add ``orders_count``."""
        return in_order(self.annotate(orders_count=Count("orders")))

    def with_last_order(self) -> Self:
        """Add ``last_order_id``, or None."""
        return in_order(self.annotate(last_order_id=Max("orders__pk")))

    def with_total_spent(self) -> Self:
        """Add ``total_spent`` over orders that were not cancelled."""
        kept = Q(orders__cancelled_at__isnull=True)
        spent = Coalesce(Sum("orders__total", filter=kept), Value(Decimal(0)), output_field=MONEY)
        return in_order(self.annotate(total_spent=spent))

    def with_more_orders_than(self, number: int) -> Self:
        """Return the customers with more than ``number`` orders."""
        return self.with_orders_count().filter(orders_count__gt=number)

    def never_ordered(self) -> Self:
        """Return the customers without orders."""
        return self.filter(orders__isnull=True)


class AddressQuerySet(models.QuerySet[Any]):
    """QuerySet of addresses."""

    def with_defaults(self) -> Self:
        """Add ``is_default_shipping`` and ``is_default_billing``."""
        return self.annotate(
            is_default_shipping=ExpressionWrapper(Q(shipping_default_of__isnull=False), models.BooleanField()),
            is_default_billing=ExpressionWrapper(Q(billing_default_of__isnull=False), models.BooleanField()),
        )
