"""Recommended settings, to import into a settings module and change as needed.

The functions merge them with the settings of a project, which take precedence::

    from storefront_auth import recommended

    AUTH_USER_MODEL = "storefront_auth.User"
    INSTALLED_APPS = recommended.merge(INSTALLED_APPS, recommended.INSTALLED_APPS)
    MIDDLEWARE = recommended.merge(MIDDLEWARE, recommended.MIDDLEWARE)
    AUTHENTICATION_BACKENDS = recommended.authentication_backends(AUTHENTICATION_BACKENDS)
    AUTH_PASSWORD_VALIDATORS = recommended.password_validators(AUTH_PASSWORD_VALIDATORS)
    REST_FRAMEWORK = recommended.rest_framework(REST_FRAMEWORK)
    SIMPLE_JWT = {**recommended.SIMPLE_JWT, "SIGNING_KEY": env("JWT_SIGNING_KEY")}
    DJOSER = {**recommended.DJOSER}
    STOREFRONT_AUTH = {"FRONTEND_URL": "https://shop.example.com"}

The module imports nothing from Django, so that a settings module can import it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

#: The apps that are needed besides ``django.contrib.auth`` and ``contenttypes``. The blacklist stores used refresh
#: tokens.
INSTALLED_APPS: list[str] = [
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "djoser",
    "storefront_auth",
]

#: The middleware that returns 429 if a login form outside of the API was throttled, such as ``/admin/login/``, and the
#: one that ends sessions together with tokens. Put them after ``AuthenticationMiddleware``.
MIDDLEWARE: list[str] = [
    "storefront_auth.middleware.SessionVersionMiddleware",
    "storefront_auth.middleware.LoginThrottleMiddleware",
]

#: The backend that counts login attempts from any form before it checks the password.
AUTHENTICATION_BACKENDS: list[str] = ["storefront_auth.backends.AccountBackend"]

#: Django's validators, and one that limits the length and thereby the time of hashing.
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "storefront_auth.accounts.validators.MaximumLengthValidator", "OPTIONS": {"max_length": 1024}},
]

#: The JWT authenticator is first, so that anonymous requests get 401 with ``WWW-Authenticate`` and not 403. The parsers
#: reject bodies that are too large or nested too deeply.
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["storefront_auth.authentication.JWTAuthentication"],
    "DEFAULT_PARSER_CLASSES": [
        "storefront_auth.api.parsers.JSONParser",
        "storefront_auth.api.parsers.FormParser",
        "storefront_auth.api.parsers.MultiPartParser",
    ],
}

#: Short-lived access tokens and rotated refresh tokens. Add a separate ``SIGNING_KEY`` of at least 32 bytes from the
#: environment: a leaked ``SECRET_KEY`` then can't sign tokens, and each key can be changed without the other.
SIMPLE_JWT: dict[str, Any] = {
    "AUTH_HEADER_TYPES": ("JWT", "Bearer"),
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "UPDATE_LAST_LOGIN": True,
    "LEEWAY": timedelta(seconds=10),  # the clocks of two servers differ
}

#: Hides other users, does not reveal whether an address has an account, and needs no authtoken table.
DJOSER: dict[str, Any] = {
    "HIDE_USERS": True,
    "TOKEN_MODEL": None,
    "SEND_ACTIVATION_EMAIL": False,
    "PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND": False,
    "USERNAME_RESET_SHOW_EMAIL_NOT_FOUND": False,
}

_MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
_SIMPLE_JWT = "rest_framework_simplejwt."
#: The defaults of Django REST framework, for a ``REST_FRAMEWORK`` without authenticators.
_DEFAULT_AUTHENTICATORS = [
    "rest_framework.authentication.SessionAuthentication",
    "rest_framework.authentication.BasicAuthentication",
]


def merge(mine: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Return ``mine`` followed by the entries of ``wanted`` that it lacks.

    Args:
        mine: The apps or the middleware of the project.
        wanted: The apps or the middleware that this package needs.
    """
    mine = list(mine)
    return mine + [path for path in wanted if path not in mine]


def authentication_backends(mine: Iterable[str] = ()) -> list[str]:
    """Return the backend of this package followed by those of the project.

    Django's ``ModelBackend`` is left out, because it would check every password a second time.

    Args:
        mine: The backends of the project.
    """
    return merge(AUTHENTICATION_BACKENDS, [path for path in mine if path != _MODEL_BACKEND])


def password_validators(mine: Iterable[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """Return the validators of the project, with their options, followed by the recommended ones that are missing.

    Args:
        mine: The validators of the project.
    """
    kept = [dict(validator) for validator in mine]
    names = {validator["NAME"] for validator in kept}
    return kept + [validator for validator in AUTH_PASSWORD_VALIDATORS if validator["NAME"] not in names]


def rest_framework(mine: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the project's settings of Django REST framework, with the authenticator of this package added.

    The authenticator is put after those of the project, because the first one decides whether anonymous requests get
    401 or 403, and this must not change for the views of the project. It is put before those of simplejwt, which accept
    revoked tokens.

    Args:
        mine: The settings of the project, all of which are kept.
    """
    if not mine:
        return dict(REST_FRAMEWORK)
    name = "DEFAULT_AUTHENTICATION_CLASSES"
    theirs = list(mine.get(name, _DEFAULT_AUTHENTICATORS))
    later = [path for path in theirs if str(path).startswith(_SIMPLE_JWT)]
    earlier = [path for path in theirs if path not in later]
    return {**REST_FRAMEWORK, **mine, name: [*merge(earlier, REST_FRAMEWORK[name]), *later]}
