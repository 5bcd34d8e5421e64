"""Mount with ``path("store/", include("storefront_store.urls"))``."""

from __future__ import annotations

from django.urls import re_path

from storefront_store.api.routers import build_router
from storefront_store.api.views.base import MissingSlashView

app_name = "storefront_store"

router, nested_routers = build_router()
names = sorted({prefix.partition("/")[0] for prefix, _viewset, _basename in router.registry})
urlpatterns = [
    *router.urls,
    *(url for nested in nested_routers for url in nested.urls),
    re_path(rf"^({'|'.join(names)})(/.*)?(?<!/)$", MissingSlashView.as_view(), name="missing-slash"),
]
