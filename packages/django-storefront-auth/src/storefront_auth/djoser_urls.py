"""The routes under the names that djoser documents, without a namespace.

Include it after ``storefront_auth.urls``, under the same prefix, if code reverses these names::

    path("auth/", include("storefront_auth.urls")),
    path("auth/", include("storefront_auth.djoser_urls")),
"""

from __future__ import annotations

from typing import Any

from storefront_auth import urls

_NAMES = ("user-", "jwt-create", "jwt-refresh", "jwt-verify")

urlpatterns: list[Any] = [
    pattern
    for pattern in [*urls.urlpatterns, *urls.router.urls]
    if (getattr(pattern, "name", "") or "").startswith(_NAMES)
]
