"""Settings to start from: import what you need into your own settings module, change what you want.

The functions put them into what a project has already, which wins wherever both say something::

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

It imports nothing of Django, so that a settings module may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

#: What the package needs beside ``django.contrib.auth`` and ``contenttypes``. The blacklist remembers used refresh
#: tokens.
INSTALLED_APPS: list[str] = [
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "djoser",
    "storefront_auth",
]

#: Answers 429 where a login form other than the API's was throttled, such as ``/admin/login/``, and ends sessions
#: together with tokens. They belong behind ``AuthenticationMiddleware``.
MIDDLEWARE: list[str] = [
    "storefront_auth.middleware.SessionVersionMiddleware",
    "storefront_auth.middleware.LoginThrottleMiddleware",
]

#: Counts attempts before it looks at the password, whichever form they come from.
AUTHENTICATION_BACKENDS: list[str] = ["storefront_auth.backends.AccountBackend"]

#: All of Django's, and a bound on the work that a password may cause.
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "storefront_auth.accounts.validators.MaximumLengthValidator", "OPTIONS": {"max_length": 1024}},
]

#: The authenticator comes first, so that an anonymous request is 401 with ``WWW-Authenticate``, not 403. The parsers
#: refuse bodies that are too large or nested too deep.
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["storefront_auth.authentication.JWTAuthentication"],
    "DEFAULT_PARSER_CLASSES": [
        "storefront_auth.api.parsers.JSONParser",
        "storefront_auth.api.parsers.FormParser",
        "storefront_auth.api.parsers.MultiPartParser",
    ],
}

#: Short access, rotated refresh. Add a ``SIGNING_KEY`` of its own, at least 32 bytes, from the environment: then a
#: leaked ``SECRET_KEY`` signs no token, and either can be changed alone.
SIMPLE_JWT: dict[str, Any] = {
    "AUTH_HEADER_TYPES": ("JWT", "Bearer"),
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "UPDATE_LAST_LOGIN": True,
    "LEEWAY": timedelta(seconds=10),  # the clocks of two servers differ
}

#: Other users' rows stay hidden, no answer tells whether an address has an account, and there is no authtoken table.
DJOSER: dict[str, Any] = {
    "HIDE_USERS": True,
    "TOKEN_MODEL": None,
    "SEND_ACTIVATION_EMAIL": False,
    "PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND": False,
    "USERNAME_RESET_SHOW_EMAIL_NOT_FOUND": False,
}

_MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
_SIMPLE_JWT = "rest_framework_simplejwt."
#: What Django REST framework uses where ``REST_FRAMEWORK`` names none.
_DEFAULT_AUTHENTICATORS = [
    "rest_framework.authentication.SessionAuthentication",
    "rest_framework.authentication.BasicAuthentication",
]


def merge(mine: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Return ``mine`` and behind it what is missing of ``wanted``.

    Args:
        mine: The apps or the middleware of the project.
        wanted: Those of this package.
    """
    mine = list(mine)
    return mine + [path for path in wanted if path not in mine]


def authentication_backends(mine: Iterable[str] = ()) -> list[str]:
    """Return the backend of this package and behind it those of the project.

    Django's own is left out: it would look at every password a second time.

    Args:
        mine: The backends of the project.
    """
    return merge(AUTHENTICATION_BACKENDS, [path for path in mine if path != _MODEL_BACKEND])


def password_validators(mine: Iterable[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """Return the validators of the project, with their options, and behind them the missing ones.

    Args:
        mine: The validators of the project.
    """
    kept = [dict(validator) for validator in mine]
    names = {validator["NAME"] for validator in kept}
    return kept + [validator for validator in AUTH_PASSWORD_VALIDATORS if validator["NAME"] not in names]


def rest_framework(mine: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the project's settings of Django REST framework, with the authenticator of this package among its own.

    It goes behind the project's: the first one decides whether an anonymous request is 401 or 403, and the views of
    the project keep their answer. Those of simplejwt alone come later, since they accept revoked tokens.

    Args:
        mine: The settings of the project, each of which stays.
    """
    if not mine:
        return dict(REST_FRAMEWORK)
    name = "DEFAULT_AUTHENTICATION_CLASSES"
    theirs = list(mine.get(name, _DEFAULT_AUTHENTICATORS))
    later = [path for path in theirs if str(path).startswith(_SIMPLE_JWT)]
    earlier = [path for path in theirs if path not in later]
    return {**REST_FRAMEWORK, **mine, name: [*merge(earlier, REST_FRAMEWORK[name]), *later]}
