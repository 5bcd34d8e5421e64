"""System checks of signing keys, caches, mail servers and databases."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error

from storefront_auth.conf import app_settings

_ID = "storefront_auth"
_UNCOUNTING_CACHES = ("dummy.DummyCache", "db.DatabaseCache", "filebased.FileBasedCache")
_MIN_KEY_BYTES = 32


def check_signing_key() -> Iterator[CheckMessage]:
    """Yield warnings about the key that signs tokens."""
    given = getattr(settings, "SIMPLE_JWT", {})
    if not given.get("ALGORITHM", "HS256").startswith("HS"):
        return
    key = given.get("SIGNING_KEY", settings.SECRET_KEY)
    if key == settings.SECRET_KEY:
        yield checks.Warning(
            "Tokens are signed with SECRET_KEY. If it leaks, tokens can be forged, and it can't be changed separately.",
            hint="Set SIMPLE_JWT['SIGNING_KEY'] to a separate secret.",
            id=f"{_ID}.W001",
        )
    if len(str(key).encode()) < _MIN_KEY_BYTES:
        yield checks.Warning(
            f"The key that signs tokens is shorter than {_MIN_KEY_BYTES} bytes, and can be guessed.",
            hint="Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'",
            id=f"{_ID}.W002",
        )


def check_throttle_cache() -> Iterator[CheckMessage]:
    """Yield errors about the cache in which attempts are counted."""
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


def check_databases() -> Iterator[CheckMessage]:
    """Yield a warning for each SQLite database in which parallel requests fail."""
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
    """Return whether mail is sent to a server without a timeout."""
    mailers: dict[str, dict[str, Any]] | None = getattr(settings, "MAILERS", None)  # Django 6.1
    if mailers is not None:
        servers = [(mailer["BACKEND"], mailer.get("OPTIONS", {}).get("timeout")) for mailer in mailers.values()]
    else:
        with warnings.catch_warnings():  # Django 6.1 warns of the old settings by itself
            warnings.simplefilter("ignore")
            servers = [(settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT)]
    return any(backend.endswith("smtp.EmailBackend") and not timeout for backend, timeout in servers)


def check_shared_cache() -> Iterator[CheckMessage]:
    """Yield a warning if the cache that counts attempts is not shared between processes."""
    if _cache_backend().endswith("locmem.LocMemCache"):
        yield checks.Warning(
            "The throttles count in local memory, each process for itself.",
            hint="Name a shared cache, such as Redis, in STOREFRONT_AUTH['THROTTLE_CACHE'].",
            id=f"{_ID}.W010",
        )


def check_mail() -> Iterator[CheckMessage]:
    """Yield a warning if no timeout is set for the mail server."""
    if _mail_can_hang():
        yield checks.Warning(
            "A mail server that hangs blocks a mail thread for ever.",
            hint="Set EMAIL_TIMEOUT, or the option timeout in MAILERS, to 10 seconds for example.",
            id=f"{_ID}.W011",
        )
