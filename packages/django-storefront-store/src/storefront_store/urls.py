"""Mount with ``path("store/", include("storefront_store.urls"))``."""

from __future__ import annotations

from storefront_store.api.routers import build_router

app_name = "storefront_store"

router, nested_routers = build_router()
urlpatterns = [*router.urls, *(url for nested in nested_routers for url in nested.urls)]
