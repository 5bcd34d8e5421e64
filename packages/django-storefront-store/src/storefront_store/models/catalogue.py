"""Collections, products, their pictures and promotions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final

import swapper
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from storefront_store.images import PictureField, image_path
from storefront_store.pricing import CENT, validate_min_price, validate_moment
from storefront_store.querysets import (
    CatalogueVersionManager,
    CollectionQuerySet,
    ProductQuerySet,
    PromotionQuerySet,
)
from storefront_store.text import searchable, validate_visible

MAX_INVENTORY: Final = 2**31 - 1  # units that may be entered


class SearchableModel(models.Model):
    """Keeps the folded text that searches look at.

    Attributes:
        SEARCHED_FIELDS: The fields whose text can be found.
    """

    SEARCHED_FIELDS: ClassVar[tuple[str, ...]] = ("title",)

    search_text = models.TextField(_("search text"), default="", blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save, with the search text in step with the fields that it is made from."""
        if update_fields is None:
            self.set_search_text()
        elif set(update_fields) & set(self.SEARCHED_FIELDS):
            self.set_search_text()
            update_fields = {*update_fields, "search_text"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def make_search_text(self) -> str:
        """Return what ``search_text`` should be."""
        return searchable(*(getattr(self, name) for name in self.SEARCHED_FIELDS))

    def set_search_text(self) -> None:
        """Bring ``search_text`` up to date in memory."""
        self.search_text = self.make_search_text()


class AbstractCollection(SearchableModel):
    """A category: each product is in exactly one."""

    title = models.CharField(_("title"), max_length=255, validators=[validate_visible])
    featured_product = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Product"),
        verbose_name=_("featured product"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = CollectionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["title", "pk"]
        verbose_name = _("collection")
        verbose_name_plural = _("collections")

    def __str__(self) -> str:
        return self.title


class Collection(AbstractCollection):
    """The collection, unless the host swapped it."""

    class Meta(AbstractCollection.Meta):
        swappable = swapper.swappable_setting("storefront_store", "Collection")


class AbstractProduct(SearchableModel):
    """Something to sell.

    Only checkouts and cancellations move ``inventory``, by ``update()``: it is in no index, so that the busiest
    rows stay cheap to write.
    """

    SEARCHED_FIELDS = ("title", "description")

    title = models.CharField(_("title"), max_length=255, validators=[validate_visible])
    slug = models.SlugField(_("slug"), max_length=255)
    sku = models.CharField(
        _("SKU"), max_length=64, unique=True, null=True, blank=True, help_text=_("The article number, if there is one.")
    )
    description = models.TextField(_("description"), null=True, blank=True)
    unit_price = models.DecimalField(_("unit price"), max_digits=12, decimal_places=2, validators=[validate_min_price])
    # Wider than what may be typed in: a cancelled order can always give its units back.
    inventory = models.BigIntegerField(
        _("inventory"), validators=[MinValueValidator(0), MaxValueValidator(MAX_INVENTORY)]
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Inactive products are hidden from everybody but staff.")
    )
    last_update = models.DateTimeField(_("last update"), auto_now=True)
    collection = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Collection"),
        verbose_name=_("collection"),
        on_delete=models.PROTECT,
        related_name="products",
        db_index=False,  # the composite indexes below begin with it
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["title", "pk"]
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes = [
            models.Index(fields=["title", "id"]),
            models.Index(fields=["unit_price", "id"]),
            models.Index(fields=["last_update", "id"]),
            models.Index(fields=["collection", "title", "id"]),
            models.Index(fields=["collection", "unit_price", "id"]),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(unit_price__gt=0), name="%(app_label)s_%(class)s_price_positive"),
            models.CheckConstraint(
                condition=models.Q(inventory__gte=0), name="%(app_label)s_%(class)s_inventory_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Store no SKU as NULL, because only NULLs may repeat in a unique column."""
        super().clean()
        self.sku = self.sku or None


class Product(AbstractProduct):
    """The product, unless the host swapped it."""

    class Meta(AbstractProduct.Meta):
        swappable = swapper.swappable_setting("storefront_store", "Product")


class ProductImage(models.Model):
    """A picture of a product. The file is under the media root; see :mod:`storefront_store.images`."""

    product = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Product"),
        verbose_name=_("product"),
        on_delete=models.CASCADE,
        related_name="images",
    )
    image = PictureField(_("image"), upload_to=image_path, max_length=255)
    alt_text = models.CharField(
        _("alternative text"),
        max_length=255,
        blank=True,
        help_text=_("What the picture shows, for those who can't see it."),
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("product image")
        verbose_name_plural = _("product images")

    def __str__(self) -> str:
        return str(self.image)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new file goes again if its row can't be written."""
        picture: Any = self.image
        is_new = bool(picture) and not picture._committed
        try:
            super().save(*args, **kwargs)
        except Exception:
            if is_new and picture._committed:
                picture.storage.delete(picture.name)
            raise


class Promotion(models.Model):
    """A percentage off some products, for a time or for good.

    The relation is declared here and not on the product, so that a host's own product model refers to nothing
    but swappable models; ``product.promotions`` works all the same.
    """

    description = models.CharField(_("description"), max_length=255, validators=[validate_visible])
    discount = models.DecimalField(
        _("discount"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(CENT), MaxValueValidator(100)],
        help_text=_("Percent off the list price."),
    )
    starts_at = models.DateTimeField(_("starts at"), null=True, blank=True, validators=[validate_moment])
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True, validators=[validate_moment])
    products = models.ManyToManyField(
        swapper.get_model_name("storefront_store", "Product"),
        verbose_name=_("products"),
        related_name="promotions",
        blank=True,
    )

    objects = PromotionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(discount__gt=0, discount__lte=100),
                name="storefront_store_promotion_discount_percent",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__isnull=True)
                | models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gt=models.F("starts_at")),
                name="storefront_store_promotion_ends_after_start",
                violation_error_message=_("A promotion must end after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.description


class CatalogueVersion(models.Model):
    """One row, raised by every change of the catalogue: what the validators of its lists are made from."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    version = models.PositiveBigIntegerField(_("version"), default=0)

    objects = CatalogueVersionManager()

    class Meta:
        verbose_name = _("catalogue version")
        verbose_name_plural = _("catalogue versions")

    def __str__(self) -> str:
        return str(self.version)
