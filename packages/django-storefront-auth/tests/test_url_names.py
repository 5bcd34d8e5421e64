"""Routes are in a namespace of their own; djoser's names are optional."""

from __future__ import annotations

from types import ModuleType

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, include, path, reverse

pytestmark = pytest.mark.django_db


def view(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("the host's")


def project(*extra: object) -> ModuleType:
    module = ModuleType("host_urls")
    module.urlpatterns = [
        path("auth/", include("storefront_auth.urls")),
        *extra,
        path("mine/profile/", view, name="profile"),
        path("mine/", view, name="api-root"),
    ]
    return module


def test_url_names_of_project_are_not_overridden() -> None:
    urlconf = project()
    urlconf.urlpatterns += [path("mine/users/", view, name="user-list")]

    assert reverse("profile", urlconf) == "/mine/profile/"
    assert reverse("user-list", urlconf) == "/mine/users/"
    assert reverse("storefront_auth:user-list", urlconf) == "/auth/users/"
    assert reverse("storefront_auth:profile", urlconf) == "/auth/profile/"
    with pytest.raises(NoReverseMatch):
        reverse("jwt-create", urlconf)


def test_djoser_urls_provide_documented_names() -> None:
    urlconf = project(path("auth/", include("storefront_auth.djoser_urls")))

    assert reverse("user-me", urlconf) == "/auth/users/me/"
    assert reverse("user-detail", urlconf, args=[1]) == "/auth/users/1/"
    assert reverse("jwt-create", urlconf).startswith("/auth/jwt/create")
    assert reverse("profile", urlconf) == "/mine/profile/"
    assert reverse("api-root", urlconf) == "/mine/"
