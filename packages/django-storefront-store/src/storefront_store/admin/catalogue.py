"""Admin pages of collections, and of products with their images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import F, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from storefront_store.admin.base import StoreModelAdmin, changelist_link
from storefront_store.admin.forms import OptionsField, ProductImageForm, shown_inventory
from storefront_store.admin.hardening import HardenedFormsMixin, is_searchable
from storefront_store.admin.hardening.generics import AnyTabularInline
from storefront_store.admin.lists import FoldedChangeList
from storefront_store.conf import app_settings, get_model
from storefront_store.models import ProductImage, Promotion
from storefront_store.services import catalogue

MOST_CHOICES = 100
PRODUCT_ROWS: Sequence[tuple[str, ...]] = (
    ("title",),
    ("slug", "sku"),
    ("collection",),
    ("group", "options"),
    ("description",),
    ("unit_price", "inventory"),
    ("is_active",),
    ("last_update",),
)


def thumbnail_of(image: ProductImage | None) -> str:
    """Return the HTML of a thumbnail; empty without an image."""
    if image is None or not image.image:
        return ""
    return format_html('<img class="thumbnail" src="{}" alt="{}" loading="lazy">', image.image.url, image.alt_text)


class InventoryFilter(admin.SimpleListFilter):
    """List filter for products with low stock."""

    title: Any = _("inventory")
    parameter_name: str = "inventory"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return one choice, labelled with the limit."""
        return [(self._low(), _("Low"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Filter the queryset; unknown values are ignored."""
        return queryset.low_stock() if self.value() == self._low() else queryset  # type: ignore[attr-defined]

    @staticmethod
    def _low() -> str:
        return f"<{app_settings.LOW_STOCK}"


class CollectionFilter(admin.RelatedFieldListFilter):
    """List filter for a bounded number of collections; the lists of others are linked from their pages."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        """Load a bounded number of choices."""
        return [(row.pk, str(row)) for row in field.remote_field.model._default_manager.all()[:MOST_CHOICES]]


class ProductImageInline(AnyTabularInline):
    """Inline of the images of a product."""

    model: Any = ProductImage
    classes: Sequence[str] = ("store-rows",)
    form = ProductImageForm
    extra = 1
    fields: ClassVar[Any] = ["thumbnail", "image", "alt_text"]
    readonly_fields: ClassVar[Any] = ["thumbnail"]

    @admin.display(description=_("preview"))
    def thumbnail(self, instance: ProductImage) -> str:
        """Return a thumbnail of the image."""
        return thumbnail_of(instance)


class PromotionInline(HardenedFormsMixin, AnyTabularInline):
    """Inline of the promotions of a product, editable with the permission to change promotions."""

    model: Any = Promotion.products.through
    classes: Sequence[str] = ("store-rows",)
    extra = 0
    autocomplete_fields: ClassVar[Any] = ["promotion"]
    verbose_name: Any = _("promotion")
    verbose_name_plural: Any = _("promotions")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Select the promotions with the relations."""
        return super().get_queryset(request).select_related("promotion")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False, because a relation can only be added or removed."""
        return False


class ProductAdmin(StoreModelAdmin):
    """Admin page of products."""

    actions: Sequence[str] = ["clear_inventory", "activate", "deactivate"]
    autocomplete_fields: ClassVar[Any] = ["collection", "group"]
    inlines: ClassVar[Any] = [ProductImageInline, PromotionInline]
    list_display: Any = [
        "title",
        "thumbnail",
        "unit_price",
        "inventory_status",
        "collection_title",
        "is_active",
    ]
    list_editable: ClassVar[Any] = ["unit_price"]
    list_filter: ClassVar[Any] = [("collection", CollectionFilter), "is_active", InventoryFilter, "last_update"]
    list_per_page = 10
    list_select_related: ClassVar[Any] = ["collection"]
    prepopulated_fields: ClassVar[Any] = {"slug": ["title"]}
    readonly_fields: ClassVar[Any] = ["last_update"]
    search_fields: ClassVar[Any] = ["title", "sku"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Prefetch the images as ``shown_images``."""
        return super().get_queryset(request).prefetch_related(Prefetch("images", to_attr="shown_images"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[FoldedChangeList]:
        """Return the changelist class."""
        return FoldedChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search in the same way as the API, with the same limits."""
        if not search_term.strip():
            return queryset, False
        return queryset.search(search_term) if is_searchable(search_term) else queryset.none(), False  # type: ignore[attr-defined]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the store's fields in rows, followed by fields of a custom model."""
        fields = list(super().get_fields(request, obj))
        rows = [tuple(name for name in row if name in fields) for row in PRODUCT_ROWS]
        known = {name for row in rows for name in row}
        return [*(row for row in rows if row), *(name for name in fields if name not in known)]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Add a hidden input with the stock shown on the page."""
        if db_field.name == "inventory":
            kwargs["show_hidden_initial"] = True
        if db_field.name == "options":
            return OptionsField(
                label=capfirst(db_field.verbose_name),
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "cols": 30}),
                help_text=_("One option a line, such as Colour: Red. A variant has those that its group varies by."),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the product; a change of the stock is applied as a difference to the current stock.

        Raises:
            NotFound: If the product was deleted in the meantime.
        """
        if not change:
            super().save_model(request, obj, form, change)
            return
        edited = {
            field.attname: getattr(obj, field.attname) for field in self.opts.concrete_fields if not field.generated
        }
        del edited["inventory"]

        def save() -> None:
            for name, value in edited.items():
                setattr(obj, name, value)
            super(ProductAdmin, self).save_model(request, obj, form, change)

        inventory = obj.inventory if "inventory" in form.changed_data else None
        catalogue.change_product(obj, save, inventory=inventory, shown=shown_inventory(form))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete a product that was never ordered."""
        catalogue.delete_product(obj)

    @admin.display(description=_("picture"))
    def thumbnail(self, product: Any) -> str:
        """Return a thumbnail of the first image."""
        images = getattr(product, "shown_images", None)  # missing if a project replaces the queryset
        return thumbnail_of(next(iter(product.images.all() if images is None else images), None))

    @admin.display(description=_("inventory"), ordering="inventory")
    def inventory_status(self, product: Any) -> str:
        """Return the stock with a badge: low or OK."""
        low = product.inventory < app_settings.LOW_STOCK
        kind = "good" if not low else "open" if product.inventory else "bad"
        return format_html(
            '<span class="store-badge store-badge-{}">{}</span> <span class="store-aside">{}</span>',
            kind,
            _("Low") if low else _("OK"),
            product.inventory,
        )

    @admin.display(description=_("collection"), ordering="collection__title")
    def collection_title(self, product: Any) -> str:
        """Return the collection as a link to its products."""
        key = f"collection__{product.collection._meta.pk.name}"
        return changelist_link(self.admin_site, type(product), product.collection, **{key: product.collection.pk})

    @admin.action(description=_("Clear inventory"), permissions=["change"])
    def clear_inventory(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Set the stock to zero."""
        products = list(queryset)
        self._report(request, products, catalogue.clear_inventory(queryset), "Inventory")

    @admin.action(description=_("Put on sale"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Show the products to customers."""
        products = list(queryset)
        self._report(request, products, catalogue.set_active(queryset, active=True), "Active")

    @admin.action(description=_("Take off sale"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Hide the products from customers."""
        products = list(queryset)
        self._report(request, products, catalogue.set_active(queryset, active=False), "Active")

    def _report(self, request: HttpRequest, products: list[Any], number: int, field: str) -> None:
        self.log_changes(request, products, field)
        message = ngettext(
            "%(number)d product was successfully updated.",
            "%(number)d products were successfully updated.",
            number,
        )
        self.message_user(request, message % {"number": number}, messages.SUCCESS)


class CollectionAdmin(StoreModelAdmin):
    """Admin page of collections."""

    autocomplete_fields: ClassVar[Any] = ["featured_product"]
    list_display: Any = ["title", "products_count", "featured"]
    list_select_related: ClassVar[Any] = ["featured_product"]
    search_fields: ClassVar[Any] = ["title"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Annotate the number of products, including inactive ones, which staff can see."""
        return super().get_queryset(request).annotate(products_count=F("all_products"))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete an empty collection."""
        catalogue.delete_collection(obj)

    @admin.display(description=_("products"), ordering="products_count")
    def products_count(self, collection: Any) -> str:
        """Return the number of products as a link to them."""
        number = collection.products_count
        text = ngettext("%(number)d Product", "%(number)d Products", number) % {"number": number}
        key = f"collection__{self.opts.pk.name}"
        return changelist_link(self.admin_site, get_model("Product"), text, **{key: collection.pk})

    @admin.display(description=_("featured product"), ordering="featured_product__title")
    def featured(self, collection: Any) -> str:
        """Return the featured product."""
        return str(collection.featured_product or "")
