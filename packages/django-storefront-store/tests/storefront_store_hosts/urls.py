from __future__ import annotations

from django.conf import settings
from django.urls import include, path

prefix = "api/<version>/store/" if settings.HOST == "versioned" else "store/"
urlpatterns = [path(prefix, include("storefront_store.urls"))]
