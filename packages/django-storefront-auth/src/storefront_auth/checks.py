"""What a host left open, by name."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string
from djoser.conf import settings as djoser_settings

from storefront_auth.accounts.lookup import has_field
from storefront_auth.conf import DEFAULTS, IMPORT_STRINGS, app_settings

_ID = "storefront_auth"
_AUTHENTICATOR = "storefront_auth.authentication.JWTAuthentication"
_BACKEND = "storefront_auth.backends.AccountBackend"
_MAXIMUM = "storefront_auth.accounts.validators.MaximumLengthValidator"
_UNCOUNTING_CACHES = ("dummy.DummyCache", "db.DatabaseCache", "filebased.FileBasedCache")
_MIN_KEY_BYTES = 32


def check_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong or open in any environment."""
    # All that follows reads the values.
    return list(_check_values()) or [
        *_check_own_settings(),
        *_check_signing_key(),
        *_check_doors(),
        *_check_throttle_cache(),
        *_check_databases(),
    ]


def check_deployment(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Return what is good for a desk, and not for a site."""
    messages: list[CheckMessage] = []
    if list(_check_values()):
        return messages
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


def _check_values() -> Iterator[CheckMessage]:
    given = getattr(settings, "STOREFRONT_AUTH", {})
    if not isinstance(given, dict):
        yield Error("STOREFRONT_AUTH is no dictionary.", hint="Name the settings that you change.", id=f"{_ID}.E007")
        return
    for name in sorted(set(_VALUES) & set(given)):
        is_sound, wanted = _VALUES[name]
        if not is_sound(given[name]):
            yield Error(
                f"STOREFRONT_AUTH[{name!r}] is {given[name]!r}.", hint=f"It must be {wanted}.", id=f"{_ID}.E007"
            )


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
            is_callable = callable(getattr(app_settings, name))
        except ImportError as error:
            is_callable, reason = False, f"can't be imported: {error}"
        else:
            reason = f"can't be called: {given[name]!r}"
        if not is_callable:
            yield Error(
                f"STOREFRONT_AUTH[{name!r}] {reason}.",
                hint=f"Name a callable by its dotted path, as {DEFAULTS[name]!r}.",
                id=f"{_ID}.E002",
            )
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
    model = get_user_model()
    if djoser_settings.SEND_ACTIVATION_EMAIL and not has_field(model, model.get_email_field_name()):
        yield Error(
            "DJOSER['SEND_ACTIVATION_EMAIL'] is on, and the user model has no address: nobody can activate an account.",
            hint="Turn it off, or give the model an EMAIL_FIELD.",
            id=f"{_ID}.E008",
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


def _check_databases() -> Iterator[CheckMessage]:
    for alias, config in settings.DATABASES.items():
        is_sqlite = config.get("ENGINE", "").endswith("sqlite3")
        if is_sqlite and config.get("OPTIONS", {}).get("transaction_mode") != "IMMEDIATE":
            yield checks.Warning(
                f"The SQLite database {alias!r} does not begin its transactions in immediate mode: "
                "parallel requests fail as busy.",
                hint='Set "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20}.',
                id=f"{_ID}.W012",
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


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and value >= 0


def _is_link_path(value: object) -> bool:
    """Tell whether ``str.format`` can put both parts of a link into it."""
    try:
        path = value.format(uid="<1>", token="<2>")  # type: ignore[attr-defined]  # noqa: S106
    except (AttributeError, LookupError, ValueError):
        return False
    return "<1>" in path and "<2>" in path


def _is_login_field(value: object) -> bool:
    """Tell whether accounts are found by it: by their name, or by their address if they have one."""
    model = get_user_model()
    email = model.get_email_field_name()
    return value in (None, model.USERNAME_FIELD) or (value == email and has_field(model, email))


def _is_rate(rate: object) -> bool:
    match rate:
        case None:
            return True
        case (int(), int()) | [int(), int()]:
            return rate[0] > 0 and rate[1] > 0
    return False


_PATH = (_is_link_path, "a path with the places {uid} and {token}")
# What a value must be, for those settings that no other check looks at.
_VALUES: dict[str, tuple[Callable[[object], bool], str]] = {
    "FRONTEND_URL": (_is_text, "a string"),
    "ACTIVATION_PATH": _PATH,
    "PASSWORD_RESET_PATH": _PATH,
    "USERNAME_RESET_PATH": _PATH,
    "SITE_NAME": (_is_text, "a string"),
    "REUSE_GRACE_SECONDS": (_is_count, "a whole number of seconds, 0 or more"),
    "LOGIN_FIELD": (_is_login_field, "None, or the name of the user model's USERNAME_FIELD or EMAIL_FIELD"),
    "THROTTLE_RATES": (lambda value: isinstance(value, dict), "a dictionary of rates"),
    "THROTTLE_CACHE": (_is_text, "a key of CACHES"),
    "NUM_PROXIES": (_is_count, "a whole number, 0 or more"),
}
