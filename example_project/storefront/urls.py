"""The URLs of the project."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from storefront import health
from storefront.docs import DocsView
from storefront.media import favicon, media

urlpatterns: list[Any] = [
    path("store/", include("storefront_store.urls")),  # first, as it answers most requests
    path("store/", include("storefront_store.shipping.urls")),
    path("store/", include("storefront_store.payments.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("favicon.ico", favicon, name="favicon"),
    path("admin/", admin.site.urls),
    path("auth/", include("storefront_auth.urls")),
    path("tags/", include("generic_tags.urls")),
    path("likes/", include("generic_likes.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(url_name="schema"), name="docs"),
]

if apps.is_installed("store_custom"):
    urlpatterns += [path("", include("store_custom.urls"))]

if settings.PLAYGROUND:
    urlpatterns += [path("playground/", include("playground.urls"))]

if settings.SERVE_MEDIA:
    urlpatterns += [re_path(rf"^{settings.MEDIA_URL.strip('/')}/(?P<path>.*)$", media)]

if apps.is_installed("debug_toolbar"):
    urlpatterns += [path("__debug__/", include("debug_toolbar.urls"))]
if apps.is_installed("silk"):
    urlpatterns += [path("silk/", include("silk.urls", namespace="silk"))]
