"""Mount with ``path("likes/", include("generic_likes.urls"))``; needs Django REST framework."""

from __future__ import annotations

from django.urls import path

from generic_likes.api.views import LikesView, LikeView

app_name = "generic_likes"

urlpatterns = [
    path("", LikesView.as_view(), name="like-list"),
    path("<str:model>/<path:key>/", LikeView.as_view(), name="like-detail"),
]
