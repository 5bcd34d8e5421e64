"""URLs of the site that do not belong to a package."""

from __future__ import annotations

from django.urls import path

from store_custom import views

app_name = "store_custom"

urlpatterns = [
    path("", views.home, name="home"),
]
