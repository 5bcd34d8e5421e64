"""The routes of djoser and simplejwt in the namespace ``storefront_auth``.

To use the names that djoser documents without a namespace, include ``storefront_auth.djoser_urls`` as well.
"""

from __future__ import annotations

from typing import Any

from django.urls import include, path, re_path
from rest_framework.routers import APIRootView, DefaultRouter

from storefront_auth.api.errors import AccountView
from storefront_auth.api.views import tokens
from storefront_auth.api.views.profiles import ProfileView
from storefront_auth.api.views.users import UserViewSet


class AccountRootView(AccountView, APIRootView):
    """The addresses of the lists."""


router: DefaultRouter = DefaultRouter()
router.APIRootView = AccountRootView
router.register("users", UserViewSet, basename="user")

app_name = "storefront_auth"
urlpatterns: list[Any] = [
    re_path(r"^jwt/create/?$", tokens.LoginView.as_view(), name="jwt-create"),
    re_path(r"^jwt/refresh/?$", tokens.RefreshView.as_view(), name="jwt-refresh"),
    re_path(r"^jwt/verify/?$", tokens.VerifyView.as_view(), name="jwt-verify"),
    re_path(r"^jwt/logout/?$", tokens.LogoutView.as_view(), name="jwt-logout"),
    re_path(r"^jwt/logout_all/?$", tokens.LogoutAllView.as_view(), name="jwt-logout-all"),
    path("profile/", ProfileView.as_view(), name="profile"),
    path("", include(router.urls)),
]
