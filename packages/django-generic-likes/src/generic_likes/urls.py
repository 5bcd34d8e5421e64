"""Mount with ``path("likes/", include("generic_likes.urls"))``; needs Django REST framework."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path

from generic_likes.api.views import LikesView, LikeView

app_name = "generic_likes"

urlpatterns: Any = [
    path("", LikesView.as_view(), name="like-list"),
    # What <path:key> is not: any text at all, with line feeds in it too.
    re_path(r"^(?P<model>[^/]+)/(?P<key>(?s:.+))/\Z", LikeView.as_view(), name="like-detail"),
]
