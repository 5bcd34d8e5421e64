"""Models of groups of product variants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import swapper
from django.db import models
from django.utils.translation import gettext_lazy as _

from storefront_store.models.fields import FoldedField
from storefront_store.models.search import DerivedModel
from storefront_store.options import validate_varies_by
from storefront_store.querysets import ProductGroupQuerySet, ProductQuerySet
from storefront_store.text import MAX_KEY_LENGTH, validate_visible


class AbstractProductGroup(DerivedModel):
    """A group of products that differ in a few options, such as the sizes and colours of a shirt.

    Every variant is an ordinary product with its own SKU, price, stock and images.
    """

    SUMMARIES: ClassVar[frozenset[str]] = frozenset(
        {
            "representative",
            "shown_key",
            "shown_price",
            "shown_update",
            "shown_collection",
            "is_stocked",
            "is_shown",
        }
    )

    title: models.CharField[Any, str] = models.CharField(_("title"), max_length=255, validators=[validate_visible])
    slug: models.SlugField[Any, str] = models.SlugField(_("slug"), max_length=255)
    description: models.TextField[Any, str] = models.TextField(_("description"), blank=True, default="")
    varies_by: models.JSONField[Any, Any] = models.JSONField(
        _("varies by"),
        default=list,
        blank=True,
        validators=[validate_varies_by],
        help_text=_("The names of the options in the order in which they are shown, such as Colour, Size."),
    )
    representative: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Product"),
        verbose_name=_("representative"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text=_("The product that is shown for the group: the first in stock, else the first."),
    )
    shown_key: FoldedField = FoldedField(
        _("sort key of the representative"), max_length=MAX_KEY_LENGTH, default="", blank=True, editable=False
    )
    shown_price: models.DecimalField[Any, Decimal | None] = models.DecimalField(
        _("price of the representative"), max_digits=12, decimal_places=2, null=True, blank=True, editable=False
    )
    shown_update: models.DateTimeField[Any, datetime | None] = models.DateTimeField(
        _("last update of the representative"), null=True, blank=True, editable=False
    )
    # It follows the products, which protect their collection, so the database need not check it.
    shown_collection: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Collection"),
        verbose_name=_("collection"),
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_constraint=False,
        db_index=False,  # covered by the composite indexes below
        help_text=_("The collection of all products of the group, if they are in the same."),
    )
    is_shown: models.BooleanField[Any, bool] = models.BooleanField(_("shown"), default=False, editable=False)
    is_stocked: models.BooleanField[Any, bool] = models.BooleanField(_("in stock"), default=False, editable=False)

    objects: ClassVar[Any] = ProductGroupQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar[Sequence[str]] = ["title_key", "pk"]
        verbose_name: ClassVar[Any] = _("product group")
        verbose_name_plural: ClassVar[Any] = _("product groups")
        # Those of collapsed lists end with the columns that these read besides the ordering. The last one has the keys
        # of the groups with variants in several collections as well.
        indexes: ClassVar[Any] = [
            models.Index(fields=["title_key", "id"]),
            models.Index(fields=["shown_key", "representative", "is_shown", "is_stocked"]),
            models.Index(fields=["shown_price", "representative", "is_shown", "is_stocked"]),
            models.Index(fields=["shown_update", "representative", "is_shown", "is_stocked", "shown_collection"]),
            models.Index(fields=["shown_collection", "shown_key", "representative", "is_shown", "is_stocked"]),
            models.Index(fields=["shown_collection", "shown_price", "representative", "is_shown", "is_stocked", "id"]),
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the group; after a change of the title, update the search words of its variants."""
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if not is_new:
            meta: Any = type(self)._meta
            product: Any = meta.get_field("products").related_model
            ProductQuerySet(model=product, using=self._state.db).filter(group=self.pk).reindex()


class ProductGroup(AbstractProductGroup):
    """The default product group model; swappable."""

    class Meta(AbstractProductGroup.Meta):
        swappable: ClassVar[Any] = swapper.swappable_setting("storefront_store", "ProductGroup")
