"""Admin page of promotions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storefront_store.admin.base import StoreModelAdmin, badge, count_of
from storefront_store.models import Promotion


class InForceFilter(admin.SimpleListFilter):
    """List filter for active promotions."""

    title: Any = _("time")
    parameter_name: str = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return one choice."""
        return [("1", _("In force now"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Filter the queryset; unknown values are ignored."""
        return queryset.in_force() if self.value() == "1" else queryset  # type: ignore[attr-defined]


class PromotionAdmin(StoreModelAdmin):
    """Admin page of promotions."""

    autocomplete_fields: ClassVar[Any] = ["products"]
    list_display: Any = [
        "description",
        "percentage",
        "state",
        "starts_at",
        "ends_at",
        "products_count",
    ]
    list_filter: ClassVar[Any] = [InForceFilter, "starts_at", "ends_at"]
    search_fields: ClassVar[Any] = ["description"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Annotate the number of products."""
        return super().get_queryset(request).annotate(products_count=count_of(self.model, "products"))

    @admin.display(description=_("discount"), ordering="discount")
    def percentage(self, promotion: Promotion) -> str:
        """Return the discount as a percentage."""
        return f"{promotion.discount.normalize():f} %"

    @admin.display(description=_("state"))
    def state(self, promotion: Promotion) -> str:
        """Return a badge that shows whether the promotion is active."""
        now = timezone.now()
        if promotion.ends_at and promotion.ends_at <= now:
            return badge("off", _("Over"))
        if promotion.starts_at and promotion.starts_at > now:
            return badge("open", _("To come"))
        return badge("good", _("In force"))

    @admin.display(description=_("products"), ordering="products_count")
    def products_count(self, promotion: Any) -> int:
        """Return the number of products."""
        number: int = promotion.products_count
        return number
