"""Turns the address of a service, as one environment variable gives it, into what Django wants to know.

Each function raises ``ValueError`` for an address that can't be one.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import environ
from kombu.transport import TRANSPORT_ALIASES
from redis.connection import parse_url

SQLITE_OPTIONS = {
    # A writer takes the lock when its transaction begins and waits its turn; readers never wait.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
POSTGRESQL_OPTIONS = {"connect_timeout": 5}
MYSQL_OPTIONS = {
    "charset": "utf8mb4",
    "connect_timeout": 5,
    "isolation_level": "read committed",
}
BROKER_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 10,  # longer than a worker's blocking read
    "socket_keepalive": True,
}
MAIL_SECONDS: float = 10  # for one step of the conversation with a mail server
CACHE_SECONDS = 600
CACHE_WAIT_SECONDS = 0.05  # a request would rather do without the cache than wait for it


def database(url: str) -> dict[str, Any]:
    """Return the settings of one database: ``sqlite:///…``, ``postgres://…`` or ``mysql://…`` (MariaDB too)."""
    _check_scheme(url, environ.Env.DB_SCHEMES)
    config: dict[str, Any] = environ.Env.db_url_config(url)
    engine = config["ENGINE"].rpartition(".")[2]
    given = config.get("OPTIONS", {})
    if engine == "sqlite3":
        return {**config, "OPTIONS": {**SQLITE_OPTIONS, **given}}
    options = MYSQL_OPTIONS if engine == "mysql" else POSTGRESQL_OPTIONS
    return {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, **config, "OPTIONS": {**options, **given}}


def caches(redis_url: str) -> dict[str, Any]:
    """Return the settings of the caches: Redis, or this process's memory where no address is given.

    ``default`` says so when it fails, as those who count by it must know. ``pages`` forgets instead: what it holds can
    be made anew.
    """
    if not redis_url:
        backend = "django.core.cache.backends.locmem.LocMemCache"
        return {name: {"BACKEND": backend, "LOCATION": name, "TIMEOUT": CACHE_SECONDS} for name in ("default", "pages")}
    parse_url(redis_url)  # the client would do so at the first request
    options = {"SOCKET_CONNECT_TIMEOUT": CACHE_WAIT_SECONDS, "SOCKET_TIMEOUT": CACHE_WAIT_SECONDS}
    config = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": redis_url, "TIMEOUT": CACHE_SECONDS}
    return {
        "default": {**config, "OPTIONS": options},
        "pages": {**config, "KEY_PREFIX": "pages", "OPTIONS": {**options, "IGNORE_EXCEPTIONS": True}},
    }


def broker(url: str) -> str:
    """Return the address of Celery's broker as it is, or empty for none."""
    if url:
        _check_scheme(url, TRANSPORT_ALIASES)
    return url


def media(url: str) -> dict[str, Any]:
    """Return the storage of uploaded files: the file system, or ``s3://key:secret@bucket/folder?endpoint_url=…``.

    What follows the question mark are options of django-storages, such as ``region_name`` and ``custom_domain``.
    """
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    _check_scheme(url, ["s3"])
    parts = urlsplit(url)
    options = {
        "bucket_name": parts.hostname,
        "location": parts.path.strip("/"),
        "access_key": unquote(parts.username) if parts.username else None,
        "secret_key": unquote(parts.password) if parts.password else None,
        "file_overwrite": False,
        "querystring_auth": False,  # pictures are for everybody
        **dict(parse_qsl(parts.query)),
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def mail(url: str, *, mailers: bool) -> dict[str, Any]:
    """Return the mail settings of ``smtp://…``, ``smtp+tls://…``, ``filemail:///folder`` and so on.

    Args:
        url: The address of the mail service.
        mailers: Whether this Django knows ``MAILERS`` (6.1 and later), where the ``EMAIL_*`` settings are deprecated.
    """
    _check_scheme(url, environ.Env.EMAIL_SCHEMES)
    config: dict[str, Any] = environ.Env.email_url_config(url)
    smtp = config["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    if not mailers:
        return {**config, "EMAIL_TIMEOUT": MAIL_SECONDS} if smtp else config
    if smtp:
        options = {
            "host": config["EMAIL_HOST"],
            "port": config["EMAIL_PORT"],
            "username": config["EMAIL_HOST_USER"],
            "password": config["EMAIL_HOST_PASSWORD"],
            "use_tls": config.get("EMAIL_USE_TLS", False),
            "use_ssl": config.get("EMAIL_USE_SSL", False),
            "timeout": MAIL_SECONDS,
        }
    elif config["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
        options = {"file_path": config["EMAIL_FILE_PATH"]}
    else:
        options = {}
    return {"MAILERS": {"default": {"BACKEND": config["EMAIL_BACKEND"], "OPTIONS": options}}}


def _check_scheme(url: str, known: Container[str]) -> None:
    scheme = urlsplit(url).scheme
    if scheme not in known and scheme.partition("+")[0] not in known:
        raise ValueError("no such service")
