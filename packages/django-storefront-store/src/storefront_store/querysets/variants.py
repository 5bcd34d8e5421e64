"""Questions to the variants of groups and to the options of products."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)

from storefront_store.conf import app_settings
from storefront_store.querysets.base import related
from storefront_store.querysets.words import option_word


class VariantQuerySet(models.QuerySet[Any]):
    """Products as variants of groups."""

    def with_option(self, name: str, values: Iterable[str]) -> Self:
        """Those whose option ``name`` is one of ``values``, whatever the spelling."""
        product_word = related(self.model, "words")
        keys = [option_word(name, value) for value in values]
        rows = product_word._base_manager.using(self.db).filter(word__in=keys)
        return self.filter(pk__in=rows.values("product"))

    def variants_of(self, group: Any) -> Self:
        """The products of a group, oldest first, with ``in_stock`` and ``first_image``, the name of a file or None."""
        images = related(self.model, "images")._default_manager.filter(product=OuterRef("pk")).order_by("pk")
        return (
            self.filter(group=group)
            .annotate(in_stock=self._in_stock(), first_image=Subquery(images.values("image")[:1]))
            .order_by("pk")
        )

    def collapse(self) -> Self:
        """One product of each group: the first that is in stock, else the first, and active ones before others.

        What a product competes with are the other rows of this queryset, so filters come before. Products without
        a group stay.
        """
        ranked = self.alias(availability=self._availability())
        better = ranked.order_by().filter(
            Q(availability__lt=OuterRef("availability"))
            | Q(availability=OuterRef("availability"), pk__lt=OuterRef("pk")),
            group=OuterRef("group"),
        )
        return ranked.filter(Q(group__isnull=True) | ~Exists(better))

    def count_collapsed(self) -> int:
        """Return how many rows :meth:`collapse` would leave, without comparing variants."""
        found = self.order_by().aggregate(
            groups=models.Count("group", distinct=True), alone=models.Count("pk", filter=Q(group__isnull=True))
        )
        total: int = found["groups"] + found["alone"]
        return total

    def _availability(self) -> Case:
        in_stock = Q(inventory__gt=0) if app_settings.TRACK_INVENTORY else Q()
        return Case(
            When(Q(is_active=True) & in_stock, then=0),
            When(is_active=True, then=1),
            default=2,
            output_field=IntegerField(),
        )

    def _in_stock(self) -> Any:
        if not app_settings.TRACK_INVENTORY:
            return Value(True)
        return ExpressionWrapper(Q(inventory__gt=0), output_field=BooleanField())
