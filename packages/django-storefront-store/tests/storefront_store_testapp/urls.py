from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("store/", include("storefront_store.urls")),
    path("store/", include("storefront_store.shipping.urls")),
]
if settings.WITH_PAYMENTS:
    urlpatterns += [path("store/", include("storefront_store.payments.urls"))]
