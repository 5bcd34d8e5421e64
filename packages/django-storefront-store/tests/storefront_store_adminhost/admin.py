from __future__ import annotations

from django.contrib import admin

from storefront_store.admin import ProductAdmin
from storefront_store.conf import get_model


@admin.register(get_model("Product"))
class HostProductAdmin(ProductAdmin):
    list_per_page = 3
