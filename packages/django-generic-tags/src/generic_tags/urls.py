"""URLs of the API: ``path("tags/", include("generic_tags.urls"))``. They need Django REST framework."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path

from generic_tags.api.views import ObjectTagsView, TaggedItemsView, TagViewSet

app_name = "generic_tags"

_list = TagViewSet.as_view({"get": "list", "post": "create"})
_detail = TagViewSet.as_view({"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"})

urlpatterns: Any = [
    path("", _list, name="tag-list"),
    # Unlike <path:key>, this matches any text, including line feeds.
    re_path(r"^for/(?P<model>[^/]+)/(?P<key>(?s:.+))/\Z", ObjectTagsView.as_view(), name="object-tags"),
    path("<str:slug>/", _detail, name="tag-detail"),
    path("<str:slug>/items/", TaggedItemsView.as_view(), name="tag-items"),
]
