"""URL patterns of shipping methods. Include them with ``path("store/", include("storefront_store.shipping.urls"))``."""

from __future__ import annotations

from django.urls import URLPattern, path

from storefront_store.shipping.api import ShippingMethodViewSet

app_name = "storefront_store_shipping"

urlpatterns: list[URLPattern] = [
    path("shipping-methods/", ShippingMethodViewSet.as_view({"get": "list"}), name="shipping-methods"),
]
