"""Questions to products."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.db.models import (
    Avg,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from storefront_store.conf import app_settings
from storefront_store.people import is_staff
from storefront_store.querysets.base import MONEY, in_order, related
from storefront_store.querysets.facets import FacetQuerySet
from storefront_store.querysets.search import SearchableQuerySet
from storefront_store.querysets.variants import VariantQuerySet


class ProductQuerySet(SearchableQuerySet, VariantQuerySet, FacetQuerySet):  # type: ignore[override]
    """Products."""

    def active(self) -> Self:
        """Those on sale."""
        return self.filter(is_active=True)

    def visible_to(self, user: Any) -> Self:
        """Those that ``user`` may see: all for staff, the active ones for anybody else."""
        return self.all() if is_staff(user) else self.active()

    def in_stock(self) -> Self:
        """Those of which something is left."""
        return self.filter(inventory__gt=0)

    def out_of_stock(self) -> Self:
        """Those of which nothing is left."""
        return self.filter(inventory__lte=0)

    def low_stock(self) -> Self:
        """Those with fewer units than the setting ``LOW_STOCK``."""
        return self.filter(inventory__lt=app_settings.LOW_STOCK)

    def on_promotion(self, at: datetime | None = None) -> Self:
        """Those with a promotion in force at the moment ``at``."""
        return self.filter(Exists(self._promotions(at)))

    def with_best_discount(self, at: datetime | None = None) -> Self:
        """Add ``best_discount``, the highest percentage in force at the moment ``at``, or None."""
        best = self._promotions(at).order_by("-discount").values("discount")[:1]
        return self.annotate(best_discount=Subquery(best))

    def _promotions(self, at: datetime | None) -> Any:
        promotion = related(self.model, "promotions")
        return promotion._default_manager.in_force(at).filter(products=OuterRef("pk"))

    def with_rating(self) -> Self:
        """Add ``rating_average`` (None without ratings) and ``rating_count``, hidden reviews left out."""
        review = related(self.model, "reviews")
        rated = (
            review._default_manager.filter(product=OuterRef("pk"), rating__isnull=False, is_hidden=False)
            .order_by()
            .values("product")
        )
        return self.annotate(
            rating_average=Subquery(rated.annotate(value=Avg("rating")).values("value")),
            rating_count=Coalesce(Subquery(rated.annotate(value=Count("pk")).values("value")), 0),
        )

    def ever_ordered(self) -> Self:
        """Those that occur in an order."""
        return self.filter(Exists(self._sold_lines()))

    def never_ordered(self) -> Self:
        """Those that nobody has ordered yet."""
        return self.filter(~Exists(self._sold_lines()))

    def _sold_lines(self) -> Any:
        return related(self.model, "orderitems")._default_manager.filter(product=OuterRef("pk"))

    def with_sales(self) -> Self:
        """Add ``units_sold`` and ``total_sales`` (money) over orders that were not cancelled."""
        kept = Q(orderitems__order__cancelled_at__isnull=True)
        counted = self.annotate(
            units_sold=Coalesce(Sum("orderitems__quantity", filter=kept), 0),
            total_sales=Coalesce(
                Sum(F("orderitems__quantity") * F("orderitems__unit_price"), filter=kept, output_field=MONEY),
                Value(Decimal(0)),
                output_field=MONEY,
            ),
        )
        return in_order(counted)

    def best_sellers(self, limit: int = 5) -> Self:
        """The ``limit`` products that earned most."""
        return self.with_sales().filter(units_sold__gt=0).order_by("-total_sales", "pk")[:limit]

    def with_discounted_price(self, percent: Decimal) -> Self:
        """Add ``discounted_price``: the list price less ``percent`` percent."""
        factor = Value(
            (Decimal(100) - percent) / Decimal(100), output_field=DecimalField(max_digits=7, decimal_places=4)
        )
        return self.annotate(discounted_price=ExpressionWrapper(F("unit_price") * factor, output_field=MONEY))
