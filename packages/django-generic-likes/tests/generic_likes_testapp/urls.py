from __future__ import annotations

import sys
from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("admin/", admin.site.urls)]

if sys.modules.get("rest_framework", True) and find_spec("rest_framework"):
    urlpatterns += [
        path("likes/", include("generic_likes.urls")),
        path("", include("generic_likes_testapp.api")),
    ]
