"""URLs of the playground."""

from __future__ import annotations

from django.urls import path

from playground import views

app_name = "playground"

urlpatterns = [
    path("hello/", views.HelloView.as_view(), name="hello"),
    path("hello/cached/", views.CachedHelloView.as_view(), name="hello-cached"),
    path("slow-service/", views.slow_service, name="slow-service"),
    path("mail/<slug:way>/", views.send, name="mail"),
    path("notify/", views.notify, name="notify"),
]
