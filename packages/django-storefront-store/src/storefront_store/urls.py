"""Mount with ``path("store/", include("storefront_store.urls"))``."""

from __future__ import annotations

from django.urls import re_path

from storefront_store.api.routers import build_router
from storefront_store.api.views.base import MissingSlashView

app_name = "storefront_store"

router, nested_routers = build_router()
urlpatterns = [
    *router.urls,
    *(url for nested in nested_routers for url in nested.urls),
    re_path(r"^.*[^/]$", MissingSlashView.as_view()),
]
