"""Models of collections and products."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Final

import swapper
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from storefront_store.models.fields import FacetKeyField, FoldedField, StockedField
from storefront_store.models.search import DerivedModel, SearchableModel
from storefront_store.options import fit_options, options_digest, validate_options
from storefront_store.pricing import validate_min_price
from storefront_store.querysets import CollectionQuerySet, ProductQuerySet
from storefront_store.querysets.words import collection_words, option_words, sku_words, text_words, words_digest
from storefront_store.text import MAX_KEY_LENGTH, validate_visible, words_of

MAX_INVENTORY: Final = 2**31 - 1  # largest stock that may be entered


class AbstractCollection(DerivedModel):
    """A category: each product is in exactly one."""

    SUMMARIES: ClassVar[frozenset[str]] = frozenset({"active_products", "all_products"})

    title: models.CharField[Any, str] = models.CharField(_("title"), max_length=255, validators=[validate_visible])
    featured_product: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Product"),
        verbose_name=_("featured product"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    active_products: models.PositiveIntegerField[Any, int] = models.PositiveIntegerField(
        _("active products"), default=0, editable=False
    )
    all_products: models.PositiveIntegerField[Any, int] = models.PositiveIntegerField(
        _("all products"), default=0, editable=False
    )

    objects: ClassVar[Any] = CollectionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar[Sequence[str]] = ["title_key", "pk"]
        verbose_name: ClassVar[Any] = _("collection")
        verbose_name_plural: ClassVar[Any] = _("collections")
        indexes: ClassVar[Any] = [models.Index(fields=["title_key", "id"])]

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class Collection(AbstractCollection):
    """The default collection model; swappable."""

    class Meta(AbstractCollection.Meta):
        swappable: ClassVar[Any] = swapper.swappable_setting("storefront_store", "Collection")


class AbstractProduct(SearchableModel):
    """A product.

    Checkouts and cancellations change ``inventory`` by ``update()``. No index includes it, which keeps these writes
    cheap; ``facet_key`` and ``is_stocked`` change only when a product is sold out or back in stock.

    A product may be a variant: a member of a group that differs from the others by its options.
    """

    SEARCHED_FIELDS: ClassVar[tuple[str, ...]] = ("title", "sku", "description", "collection", "group", "options")
    DERIVED = {
        "title_key": ("title",),
        "sku_key": ("sku",),
        "options_digest": ("options",),
        "search_digest": SEARCHED_FIELDS,
    }
    SUMMARIES: ClassVar[frozenset[str]] = frozenset({"rating_average", "rating_count"})
    STORED: ClassVar[Any] = (
        "search_digest",
        "collection",
        "group",
        "is_active",
        "inventory",
        "title_key",
        "unit_price",
        "last_update",
    )

    title: models.CharField[Any, str] = models.CharField(_("title"), max_length=255, validators=[validate_visible])
    slug: models.SlugField[Any, str] = models.SlugField(_("slug"), max_length=255)
    sku: models.CharField[Any, str | None] = models.CharField(
        _("SKU"), max_length=64, unique=True, null=True, blank=True, help_text=_("The article number, if there is one.")
    )
    description: models.TextField[Any, str | None] = models.TextField(_("description"), null=True, blank=True)
    unit_price: models.DecimalField[Any, Decimal] = models.DecimalField(
        _("unit price"), max_digits=12, decimal_places=2, validators=[validate_min_price]
    )
    # Larger than what may be entered, so that a cancelled order can always return its units.
    inventory: models.BigIntegerField[Any, int] = models.BigIntegerField(
        _("inventory"), default=0, validators=[MinValueValidator(0), MaxValueValidator(MAX_INVENTORY)]
    )
    is_active: models.BooleanField[Any, bool] = models.BooleanField(
        _("active"), default=True, help_text=_("Inactive products are hidden from everybody but staff.")
    )
    last_update: models.DateTimeField[Any, datetime] = models.DateTimeField(_("last update"), auto_now=True)
    collection: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Collection"),
        verbose_name=_("collection"),
        on_delete=models.PROTECT,
        related_name="products",
        db_index=False,  # covered by the composite indexes below
    )
    group: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "ProductGroup"),
        verbose_name=_("group"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="products",
        db_index=False,  # covered by the unique constraint below
        help_text=_("The group that this product is a variant of."),
    )
    options: models.JSONField[Any, Any] = models.JSONField(
        _("options"),
        default=dict,
        blank=True,
        validators=[validate_options],
        help_text=_("What tells this product from the others of its group, such as the colour and the size."),
    )
    sku_key: FoldedField = FoldedField(_("SKU key"), max_length=MAX_KEY_LENGTH, default="", blank=True, editable=False)
    options_digest: models.CharField[Any, str] = models.CharField(
        _("options digest"), max_length=32, default="", blank=True, editable=False
    )
    search_digest: models.CharField[Any, str] = models.CharField(
        _("search digest"), max_length=32, default="", blank=True, editable=False
    )
    rating_average: models.DecimalField[Any, Decimal | None] = models.DecimalField(
        _("average rating"), max_digits=3, decimal_places=2, null=True, blank=True, editable=False
    )
    rating_count: models.PositiveIntegerField[Any, int] = models.PositiveIntegerField(
        _("number of ratings"), default=0, editable=False
    )
    facet_key: FacetKeyField = FacetKeyField(_("facet key"))
    is_stocked: StockedField = StockedField(_("in stock"))

    found_by: dict[int, tuple[str, str]]  # the words when the columns were last derived

    objects: ClassVar[Any] = ProductQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar[Sequence[str]] = ["title_key", "pk"]
        verbose_name: ClassVar[Any] = _("product")
        verbose_name_plural: ClassVar[Any] = _("products")
        # Each ends with the columns that queries read besides the ordering, so that the index alone is enough. None
        # begins with the key: MariaDB would lock rows through such an index in another order than updates do.
        indexes: ClassVar[Any] = [
            models.Index(fields=["title_key", "id", "is_active", "group", "is_stocked"]),
            models.Index(
                fields=[
                    "unit_price",
                    "id",
                    "is_active",
                    "is_stocked",
                    "collection",
                    "facet_key",
                    "options_digest",
                    "group",
                ]
            ),
            models.Index(fields=["last_update", "id", "is_active", "is_stocked", "group"]),
            models.Index(fields=["collection", "title_key", "id", "is_active", "group", "is_stocked"]),
            models.Index(fields=["collection", "unit_price", "id", "is_active", "is_stocked", "group"]),
            models.Index(fields=["group", "id", "is_active", "is_stocked", "collection"]),
            models.Index(fields=["collection", "facet_key", "options_digest", "is_active"]),
        ]
        constraints: ClassVar[Any] = [
            models.CheckConstraint(condition=models.Q(unit_price__gt=0), name="%(app_label)s_%(class)s_price_positive"),
            models.CheckConstraint(
                condition=models.Q(inventory__gte=0), name="%(app_label)s_%(class)s_inventory_not_negative"
            ),
            models.UniqueConstraint(
                fields=["group", "options_digest"],
                name="%(app_label)s_%(class)s_unique_options",
                violation_error_message=_("Another product of this group has the same options."),
            ),
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title

    def clean(self) -> None:
        """Fit the options to the group, and store an empty SKU as NULL, which may repeat in a unique column.

        Raises:
            ValidationError: If the names of the options are not those of the group.
        """
        super().clean()
        self.sku = self.sku or None
        self.fit_into_group()
        self.check_unique_options()

    def fit_into_group(self) -> None:
        """Change the options to the spelling and order of the group; those of a product without a group stay the same.

        Raises:
            ValidationError: If the names of the options are not those of the group.
        """
        if self.group is not None:
            try:
                self.options = fit_options(self.options or {}, self.group.varies_by)
            except ValidationError as error:
                raise ValidationError({"options": error}) from error
        self.options_digest = options_digest(self.options or {})

    def check_unique_options(self) -> None:
        """Check that no other product of the group has the same options. A database constraint enforces it as well.

        Raises:
            ValidationError: If there is such a product.
        """
        others: Any = type(self)._base_manager.using(self._state.db).exclude(pk=self.pk)
        if self.group_id is not None and others.filter(
            group=self.group_id, options_digest=options_digest(self.options)
        ):
            message = _("Another product of this group has the same options.")
            raise ValidationError({"options": ValidationError(message, code="unique")})

    def derived_values(self) -> dict[str, Any]:
        """Return the correct value of each derived column."""
        self.found_by = self.search_words()
        return {
            **super().derived_values(),
            "sku_key": "".join(words_of(self.sku))[:MAX_KEY_LENGTH],
            "options_digest": options_digest(self.options),
            "search_digest": words_digest(self.found_by),
        }

    def forget_stale_words(self) -> None:
        """Reload the group, because its title may have changed."""
        if self.group is not None:
            groups: Any = type(self.group)._base_manager.using(self._state.db)
            self.group = groups.filter(pk=self.group_id).first() or self.group

    def search_words(self) -> dict[int, tuple[str, str]]:
        """Return the search words of this product by their keys."""
        group = self.group.title if self.group is not None else None
        texts = [self.title, self.description, group, *(text for pair in self.options.items() for text in pair)]
        return {
            **text_words(*texts),
            **sku_words(self.sku),
            **option_words(self.options),
            **collection_words(self.collection_id),
        }


class Product(AbstractProduct):
    """The default product model; swappable."""

    class Meta(AbstractProduct.Meta):
        swappable: ClassVar[Any] = swapper.swappable_setting("storefront_store", "Product")
