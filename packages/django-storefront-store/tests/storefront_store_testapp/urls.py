from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("store/", include("storefront_store.urls")),
    path("store/", include("storefront_store.payments.urls")),
]
