"""The one route."""

from __future__ import annotations

from articles.views import articles
from django.urls import path

urlpatterns = [path("articles/", articles)]
