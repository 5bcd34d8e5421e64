"""System checks of a project's apps, middleware, authentication backends, URLs and admin classes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.urls import get_resolver
from django.utils.module_loading import import_string
from djoser.conf import settings as djoser_settings

from storefront_auth.accounts.lookup import has_field

_ID = "storefront_auth"
_AUTHENTICATOR = "storefront_auth.authentication.JWTAuthentication"
_SIMPLE_JWT = "rest_framework_simplejwt.authentication.JWTAuthentication"
_BACKEND = "storefront_auth.backends.AccountBackend"
_MAXIMUM = "storefront_auth.accounts.validators.MaximumLengthValidator"
_MIDDLEWARE = (
    "storefront_auth.middleware.SessionVersionMiddleware",
    "storefront_auth.middleware.LoginThrottleMiddleware",
)
_AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"


def check_user_model() -> Iterator[CheckMessage]:
    """Yield errors about the user model."""
    model = get_user_model()
    if settings.AUTH_USER_MODEL == "auth.User":
        yield checks.Warning(
            "Django's user model is in use: names and addresses that differ only in case are different accounts.",
            hint='Set AUTH_USER_MODEL = "storefront_auth.User", or a subclass of AbstractStorefrontUser, '
            "before the first migration.",
            id=f"{_ID}.W003",
        )
    if djoser_settings.SEND_ACTIVATION_EMAIL and not has_field(model, model.get_email_field_name()):
        yield Error(
            "DJOSER['SEND_ACTIVATION_EMAIL'] is on, but the user model has no email field to activate accounts with.",
            hint="Turn it off, or give the model an EMAIL_FIELD.",
            id=f"{_ID}.E008",
        )
    for flag in ("is_active", "is_staff", "is_superuser"):
        value = inspect.getattr_static(model, flag, False)
        if callable(value) or isinstance(value, (classmethod, staticmethod)):
            yield Error(
                f"{model.__name__}.{flag} is a method, which is true for every user in code that does not call it.",
                hint=f"Make it a BooleanField or a property. This package treats such a {flag} as false.",
                obj=model,
                id=f"{_ID}.E009",
            )


def check_installation() -> Iterator[CheckMessage]:
    """Yield warnings about missing settings of Django, Django REST framework and djoser."""
    if not apps.is_installed("rest_framework_simplejwt.token_blacklist"):
        yield Error(
            "The blacklist app of simplejwt is missing: used refresh tokens can't be stored.",
            hint="Add 'rest_framework_simplejwt.token_blacklist' to INSTALLED_APPS.",
            id=f"{_ID}.E004",
        )
    if djoser_settings.TOKEN_MODEL is not None and not apps.is_installed("rest_framework.authtoken"):
        yield Error(
            "DJOSER['TOKEN_MODEL'] is not None: djoser requires the app rest_framework.authtoken, which is not needed.",
            hint="Add to the settings: DJOSER = {**recommended.DJOSER}",
            id=f"{_ID}.E010",
        )
    yield from _check_middleware()
    authenticators = getattr(settings, "REST_FRAMEWORK", {}).get("DEFAULT_AUTHENTICATION_CLASSES", [])
    by_token = [path for path in authenticators if _is_kind(path, _SIMPLE_JWT)]
    if not by_token or not _is_kind(by_token[0], _AUTHENTICATOR):
        yield checks.Warning(
            "No default authenticator of Django REST framework checks the version of tokens: revoked ones stay valid.",
            hint=f"Put {_AUTHENTICATOR!r} before simplejwt's in REST_FRAMEWORK['DEFAULT_AUTHENTICATION_CLASSES'].",
            id=f"{_ID}.W004",
        )
    if not any(_is_kind(path, _BACKEND) for path in settings.AUTHENTICATION_BACKENDS):
        yield checks.Warning(
            "Logins outside the API, such as at /admin/login/, are not throttled.",
            hint=f"Put {_BACKEND!r} first in AUTHENTICATION_BACKENDS.",
            id=f"{_ID}.W005",
        )
    if not any(validator["NAME"] == _MAXIMUM for validator in settings.AUTH_PASSWORD_VALIDATORS):
        yield checks.Warning(
            "Passwords are not checked as recommended.",
            hint="Use storefront_auth.recommended.AUTH_PASSWORD_VALIDATORS.",
            id=f"{_ID}.W006",
        )
    if getattr(settings, "CORS_ALLOW_CREDENTIALS", False) and (
        getattr(settings, "CORS_ALLOW_ALL_ORIGINS", False) or getattr(settings, "CORS_ORIGIN_ALLOW_ALL", False)
    ):
        yield checks.Warning(
            "Every other site can send requests with the cookies of its visitors.",
            hint="Name the origins in CORS_ALLOWED_ORIGINS, or turn CORS_ALLOW_CREDENTIALS off.",
            id=f"{_ID}.W008",
        )


def _check_middleware() -> Iterator[CheckMessage]:
    """Yield a warning for missing middleware, in projects with sessions."""
    installed = list(settings.MIDDLEWARE)
    if not any(_is_kind(path, _AUTHENTICATION) for path in installed):
        return
    for wanted in _MIDDLEWARE:
        if not any(_is_kind(path, wanted) for path in installed):
            yield checks.Warning(
                f"{wanted.rpartition('.')[2]} is missing in MIDDLEWARE.",
                hint=f"Add to the settings, after AuthenticationMiddleware: MIDDLEWARE += [{wanted!r}]",
                id=f"{_ID}.W013",
            )


def check_urls() -> Iterator[CheckMessage]:
    """Yield a warning if no URL resolves to the views of this package."""
    if getattr(settings, "ROOT_URLCONF", None) and not _leads_here(get_resolver()):
        yield checks.Warning(
            "No URL resolves to the views of storefront_auth.",
            hint='Add to the URLconf: path("auth/", include("storefront_auth.urls"))',
            id=f"{_ID}.W014",
        )


def _leads_here(resolver: Any) -> bool:
    from storefront_auth.api.errors import AccountView  # imports Django REST framework

    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            if _leads_here(pattern):
                return True
            continue
        view = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
        if isinstance(view, type) and issubclass(view, AccountView):
            return True
    return False


def check_admin() -> Iterator[CheckMessage]:
    """Yield a warning for an admin class that lets staff grant rights that they do not hold."""
    if not apps.is_installed("django.contrib.admin"):
        return
    from django.contrib import admin

    from storefront_auth.admin.guards import GroupAuthorityMixin, UserAuthorityMixin

    for model, mixin in (
        (get_user_model(), UserAuthorityMixin),
        (apps.get_model("auth", "Group"), GroupAuthorityMixin),
    ):
        if not admin.site.is_registered(model):
            continue
        kind = type(admin.site.get_model_admin(model))
        if not issubclass(kind, mixin):
            yield checks.Warning(
                f"With {kind.__name__}, staff can grant rights of {model.__name__} objects that they do not hold.",
                hint=f"Derive it from storefront_auth.admin.{mixin.__name__} first: "
                f"class {kind.__name__}({mixin.__name__}, {kind.__bases__[0].__name__}).",
                obj=kind,
                id=f"{_ID}.W015",
            )


def _is_kind(path: object, wanted: str) -> bool:
    try:
        kind = import_string(path) if isinstance(path, str) else path
    except ImportError:
        return False
    return isinstance(kind, type) and issubclass(kind, import_string(wanted))
