"""What a host left open, by name."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from storefront_auth.conf import DEFAULTS, IMPORT_STRINGS, app_settings

_ID = "storefront_auth"
_AUTHENTICATOR = "storefront_auth.authentication.JWTAuthentication"
_BACKEND = "storefront_auth.backends.AccountBackend"
_MAXIMUM = "storefront_auth.validators.MaximumLengthValidator"
_UNCOUNTING_CACHES = ("dummy.DummyCache", "db.DatabaseCache", "filebased.FileBasedCache")
_MIN_KEY_BYTES = 32


def check_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong or open in any environment."""
    return [
        *_check_own_settings(),
        *_check_signing_key(),
        *_check_doors(),
        *_check_throttle_cache(),
    ]


def check_deployment(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Return what is good for a desk, and not for a site."""
    messages: list[CheckMessage] = []
    if _cache_backend().endswith("locmem.LocMemCache"):
        messages.append(
            checks.Warning(
                "The throttles count in local memory, each process for itself.",
                hint="Name a shared cache, such as Redis, in STOREFRONT_AUTH['THROTTLE_CACHE'].",
                id=f"{_ID}.W010",
            )
        )
    if _mail_can_hang():
        messages.append(
            checks.Warning(
                "A mail server that hangs holds a mail thread for ever.",
                hint="Set EMAIL_TIMEOUT, or the option timeout in MAILERS, to 10 seconds for example.",
                id=f"{_ID}.W011",
            )
        )
    return messages


def _check_own_settings() -> Iterator[CheckMessage]:
    given = getattr(settings, "STOREFRONT_AUTH", {})
    for name in sorted(set(given) - set(DEFAULTS)):
        yield Error(
            f"STOREFRONT_AUTH has no setting {name!r}.",
            hint=f"The settings are {', '.join(sorted(DEFAULTS))}.",
            id=f"{_ID}.E001",
        )
    for name in sorted(IMPORT_STRINGS & set(given)):
        try:
            import_string(given[name]) if isinstance(given[name], str) else None
        except ImportError as error:
            yield Error(f"STOREFRONT_AUTH[{name!r}] can't be imported: {error}.", id=f"{_ID}.E002")
    rates = app_settings.THROTTLE_RATES
    for scope in sorted(rates):
        if scope not in DEFAULTS["THROTTLE_RATES"] or not _is_rate(rates[scope]):
            yield Error(
                f"STOREFRONT_AUTH['THROTTLE_RATES'][{scope!r}] is not a rate.",
                hint="A rate is (how many, in how many seconds), or None; "
                f"the scopes are {', '.join(sorted(DEFAULTS['THROTTLE_RATES']))}.",
                id=f"{_ID}.E003",
            )
    if not app_settings.FRONTEND_URL.startswith(("https://", "http://")):
        yield checks.Warning(
            "STOREFRONT_AUTH['FRONTEND_URL'] is not set: the links in mails lead nowhere.",
            hint="Set it to the address of the site that people use, as 'https://shop.example.com'.",
            id=f"{_ID}.W007",
        )


def _check_signing_key() -> Iterator[CheckMessage]:
    given = getattr(settings, "SIMPLE_JWT", {})
    if not given.get("ALGORITHM", "HS256").startswith("HS"):
        return
    key = given.get("SIGNING_KEY", settings.SECRET_KEY)
    if key == settings.SECRET_KEY:
        yield checks.Warning(
            "Tokens are signed with SECRET_KEY: who learns it can sign tokens, and it can't be changed alone.",
            hint="Set SIMPLE_JWT['SIGNING_KEY'] to a secret of its own.",
            id=f"{_ID}.W001",
        )
    if len(str(key).encode()) < _MIN_KEY_BYTES:
        yield checks.Warning(
            f"The key that signs tokens is shorter than {_MIN_KEY_BYTES} bytes, and can be guessed.",
            hint="Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'",
            id=f"{_ID}.W002",
        )


def _check_doors() -> Iterator[CheckMessage]:
    if not apps.is_installed("rest_framework_simplejwt.token_blacklist"):
        yield Error(
            "The blacklist app of simplejwt is missing: used refresh tokens can't be remembered.",
            hint="Add 'rest_framework_simplejwt.token_blacklist' to INSTALLED_APPS.",
            id=f"{_ID}.E004",
        )
    if settings.AUTH_USER_MODEL == "auth.User":
        yield checks.Warning(
            "Django's own user model is in use: names and addresses that differ by case are different accounts.",
            hint="Set AUTH_USER_MODEL to 'storefront_auth.User', or to a subclass of AbstractStorefrontUser, "
            "before the first migration.",
            id=f"{_ID}.W003",
        )
    authenticators = getattr(settings, "REST_FRAMEWORK", {}).get("DEFAULT_AUTHENTICATION_CLASSES", [])
    if not any(_is_kind(path, _AUTHENTICATOR) for path in authenticators):
        yield checks.Warning(
            "No default authenticator of Django REST framework looks at the version of tokens: revoked ones live on.",
            hint=f"Put {_AUTHENTICATOR!r} first in REST_FRAMEWORK['DEFAULT_AUTHENTICATION_CLASSES'].",
            id=f"{_ID}.W004",
        )
    if not any(_is_kind(path, _BACKEND) for path in settings.AUTHENTICATION_BACKENDS):
        yield checks.Warning(
            "Logins outside the API, as at /admin/login/, are not throttled.",
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
            "Every site may call this one with the cookies of its visitors.",
            hint="Name the origins in CORS_ALLOWED_ORIGINS, or turn CORS_ALLOW_CREDENTIALS off.",
            id=f"{_ID}.W008",
        )


def _check_throttle_cache() -> Iterator[CheckMessage]:
    alias = app_settings.THROTTLE_CACHE
    if alias not in settings.CACHES:
        yield Error(
            f"There is no cache {alias!r} for the throttles to count in.",
            hint="Define it in CACHES, or name another one in STOREFRONT_AUTH['THROTTLE_CACHE'].",
            id=f"{_ID}.E005",
        )
    elif _cache_backend().endswith(_UNCOUNTING_CACHES):
        yield checks.Warning(
            f"The cache {alias!r} can't count: parallel attempts slip through the throttles.",
            hint="Use Redis, Memcached or, in one process, local memory.",
            id=f"{_ID}.W009",
        )


def _cache_backend() -> str:
    return str(settings.CACHES.get(app_settings.THROTTLE_CACHE, {}).get("BACKEND", ""))


def _mail_can_hang() -> bool:
    """Tell whether mail goes to a server without a limit of time."""
    mailers: dict[str, dict[str, Any]] | None = getattr(settings, "MAILERS", None)  # Django 6.1
    if mailers is not None:
        servers = [(mailer["BACKEND"], mailer.get("OPTIONS", {}).get("timeout")) for mailer in mailers.values()]
    else:
        with warnings.catch_warnings():  # Django 6.1 warns of the old settings, and does so without us
            warnings.simplefilter("ignore")
            servers = [(settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT)]
    return any(backend.endswith("smtp.EmailBackend") and not timeout for backend, timeout in servers)


def _is_kind(path: object, wanted: str) -> bool:
    try:
        kind = import_string(path) if isinstance(path, str) else path
    except ImportError:
        return False
    return isinstance(kind, type) and issubclass(kind, import_string(wanted))


def _is_rate(rate: object) -> bool:
    match rate:
        case None:
            return True
        case (int(), int()) | [int(), int()]:
            return rate[0] > 0 and rate[1] > 0
    return False
