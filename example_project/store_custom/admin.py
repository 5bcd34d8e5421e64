"""The admin site of this project: its name, and products with their tags and likes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from generic_likes.querysets import with_likes
from generic_tags.admin import TaggedItemTabularInline
from storefront_store.admin import ProductAdmin as StoreProductAdmin
from storefront_store.conf import get_model

admin.site.site_header = _("Storefront Admin")
admin.site.site_title = _("Storefront")
admin.site.index_title = _("Admin Dashboard")


class ProductAdmin(StoreProductAdmin):
    """The store's page, with tags to edit and likes to see."""

    inlines = [TaggedItemTabularInline, *StoreProductAdmin.inlines]
    list_display = [*StoreProductAdmin.list_display, "likes"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the likes."""
        return with_likes(super().get_queryset(request))

    @admin.display(description=_("likes"), ordering="likes_count")
    def likes(self, product: Any) -> int:
        """How many like it."""
        count: int = product.likes_count
        return count


admin.site.unregister(get_model("Product"))
admin.site.register(get_model("Product"), ProductAdmin)
