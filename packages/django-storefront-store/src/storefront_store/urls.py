"""URL patterns of the store. Include them with ``path("store/", include("storefront_store.urls"))``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, re_path

from storefront_store.api.routers import build_router, by_first_word
from storefront_store.api.views.slashes import MissingSlashView

app_name = "storefront_store"

_router, _nested_routers = build_router()
_names = sorted({prefix.partition("/")[0] for prefix, _viewset, _basename in _router.registry})
urlpatterns: list[URLPattern | URLResolver] = [
    *by_first_word([*_router.urls, *(url for nested in _nested_routers for url in nested.urls)]),
    re_path(rf"^({'|'.join(_names)})(/.*)?(?<!/)$", MissingSlashView.as_view(), name="missing-slash"),
]
