"""URLs of the API: ``path("likes/", include("generic_likes.urls"))``. They need Django REST framework."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path

from generic_likes.api.views import LikesView, LikeView

app_name = "generic_likes"

urlpatterns: Any = [
    path("", LikesView.as_view(), name="like-list"),
    # Unlike <path:key>, this matches any text, including line feeds.
    re_path(r"^(?P<model>[^/]+)/(?P<key>(?s:.+))/\Z", LikeView.as_view(), name="like-detail"),
]
