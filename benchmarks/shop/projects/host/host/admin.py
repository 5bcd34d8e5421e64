"""The admin of the project's product."""

from __future__ import annotations

from django.contrib import admin

from host.models import Product
from storefront_store.admin import ProductAdmin

admin.site.register(Product, ProductAdmin)
