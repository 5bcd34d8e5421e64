"""URLs of the project: those of the READMEs."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("store/", include("storefront_store.payments.urls")),
    path("store/", include("storefront_store.shipping.urls")),
    path("store/", include("storefront_store.urls")),
    path("auth/", include("storefront_auth.urls")),
    path("tags/", include("generic_tags.urls")),
    path("likes/", include("generic_likes.urls")),
]
