"""QuerySet methods for the variants of groups and the options of products."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, Subquery, Value

from storefront_store.conf import app_settings
from storefront_store.querysets.base import related
from storefront_store.querysets.collapsed import CollapsedQuerySet
from storefront_store.querysets.words import option_word


class VariantQuerySet(CollapsedQuerySet):
    """QuerySet methods for products as variants of groups."""

    def with_option(self, name: str, values: Iterable[str]) -> Self:
        """Return the products whose option ``name`` is one of ``values``, ignoring case and accents."""
        return self.having_word([option_word(name, value) for value in values])

    def having_word(self, keys: Any) -> Self:
        """Return the products that have one of some search words.

        Args:
            keys: The keys of the words, or a subquery.
        """
        pairs = related(self.model, "words")._base_manager.using(self.db)
        return self.filter(pk__in=pairs.filter(word__in=keys).values("product"))

    def variants_of(self, group: Any) -> Self:
        """Return the products of a group, oldest first, with ``in_stock`` and ``first_image``, a file name or None."""
        images = related(self.model, "images")._default_manager.filter(product=OuterRef("pk")).order_by("pk")
        return (
            self.filter(group=group)
            .annotate(in_stock=self._in_stock(), first_image=Subquery(images.values("image")[:1]))
            .order_by("pk")
        )

    def _in_stock(self) -> Any:
        if not app_settings.TRACK_INVENTORY:
            return Value(True)
        return ExpressionWrapper(Q(inventory__gt=0), output_field=BooleanField())
