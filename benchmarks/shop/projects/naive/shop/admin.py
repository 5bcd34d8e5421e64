"""The admin of products."""

from __future__ import annotations

from django.contrib import admin

from shop.models import Product


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    """Products, whose prices can be changed in the list."""

    list_display = ["title", "unit_price", "inventory_status", "collection_title"]
    list_editable = ["unit_price"]
    list_filter = ["collection", "last_update"]
    list_per_page = 10
    list_select_related = ["collection"]
    search_fields = ["title"]

    @admin.display(ordering="inventory")
    def inventory_status(self, product: Product) -> str:
        """Tell whether it has to be ordered again."""
        return "Low" if product.inventory < 10 else "OK"

    def collection_title(self, product: Product) -> str:
        """Show the collection."""
        return product.collection.title
