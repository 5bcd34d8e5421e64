"""Turns the address of a service, as one environment variable gives it, into what Django wants to know.

Each function raises ``ValueError`` for an address that can't be one.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
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
STATEMENT_SECONDS = 15  # of a request; commands and tasks may take their time
POSTGRESQL_OPTIONS = {"connect_timeout": 5}
MYSQL_OPTIONS = {
    "charset": "utf8mb4",
    "connect_timeout": 5,
    "isolation_level": "read committed",
}
LONGEST_LOCK_WAIT = 1073741824  # seconds, the highest value that MySQL and MariaDB take
LOCK_SECONDS = 3  # a request would rather answer 503 than hold a thread for somebody else's transaction
BROKER_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 10,  # longer than a worker's blocking read
    "socket_keepalive": True,
}
MAIL_SECONDS: float = 5  # for one step of the conversation with a mail server
CACHE_SECONDS = 600
CACHE_WAIT_SECONDS = 0.05  # a request would rather do without the cache than wait for it


def database(url: str, *, lock_seconds: int = LOCK_SECONDS, statement_seconds: int = 0) -> dict[str, Any]:
    """Return the settings of one database.

    Args:
        url: ``sqlite:///…``, ``postgres://…`` or ``mysql://…`` (MariaDB too).
        lock_seconds: How long a statement waits for a row that another transaction has locked; 0 is without end.
        statement_seconds: How long any statement may take; 0 is without end. MySQL doesn't know it, MariaDB does.
    """
    _check_scheme(url, environ.Env.DB_SCHEMES)
    config: dict[str, Any] = environ.Env.db_url_config(url)
    engine = config["ENGINE"].rpartition(".")[2]
    given = config.get("OPTIONS", {})
    if engine == "sqlite3":
        return {**config, "OPTIONS": {**SQLITE_OPTIONS, **given}}
    if engine == "mysql":
        options = {**MYSQL_OPTIONS, **_mysql_limits(lock_seconds, statement_seconds)}
    else:
        options = {**POSTGRESQL_OPTIONS, **_postgresql_limits(lock_seconds, statement_seconds)}
    return {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, **config, "OPTIONS": {**options, **given}}


def _postgresql_limits(lock_seconds: int, statement_seconds: int) -> dict[str, str]:
    limits = {"lock_timeout": lock_seconds, "statement_timeout": statement_seconds}
    options = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items() if seconds)
    return {"options": options} if options else {}


def _mysql_limits(lock_seconds: int, statement_seconds: int) -> dict[str, str]:
    command = f"SET SESSION innodb_lock_wait_timeout={lock_seconds or LONGEST_LOCK_WAIT}"
    if statement_seconds:
        command += f" /*M!, max_statement_time={statement_seconds} */"  # a comment to MySQL
    return {"init_command": command}


def caches(redis_url: str) -> dict[str, Any]:
    """Return the settings of the caches: Redis, or this process's memory where no address is given.

    ``default`` says so when it fails, as those who count by it must know. ``pages`` forgets instead: what it holds can
    be made anew.
    """
    if not redis_url:
        backend = "django.core.cache.backends.locmem.LocMemCache"
        return {name: {"BACKEND": backend, "LOCATION": name, "TIMEOUT": CACHE_SECONDS} for name in ("default", "pages")}
    parse_url(redis_url)  # the client would do so at the first request
    options = {
        "CONNECTION_POOL_CLASS": "storefront.redis.BreakerPool",
        "SOCKET_CONNECT_TIMEOUT": CACHE_WAIT_SECONDS,
        "SOCKET_TIMEOUT": CACHE_WAIT_SECONDS,
    }
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


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail service: the backend and its options, by the names that ``MAILERS`` has for them."""

    backend: str
    options: dict[str, Any]


def mail(url: str) -> Mail:
    """Return the mail service of ``smtp://…``, ``smtp+tls://…``, ``filemail:///folder`` and so on."""
    _check_scheme(url, environ.Env.EMAIL_SCHEMES)
    config: dict[str, Any] = environ.Env.email_url_config(url)
    backend = config["EMAIL_BACKEND"]
    if backend.endswith("smtp.EmailBackend"):
        return Mail(
            backend,
            {
                "host": config["EMAIL_HOST"],
                "port": config["EMAIL_PORT"],
                "username": config["EMAIL_HOST_USER"],
                "password": config["EMAIL_HOST_PASSWORD"],
                "use_tls": config.get("EMAIL_USE_TLS", False),
                "use_ssl": config.get("EMAIL_USE_SSL", False),
                "timeout": MAIL_SECONDS,
            },
        )
    if backend.endswith("filebased.EmailBackend"):
        return Mail(backend, {"file_path": config["EMAIL_FILE_PATH"]})
    return Mail(backend, {})


def _check_scheme(url: str, known: Container[str]) -> None:
    scheme = urlsplit(url).scheme
    if scheme not in known and scheme.partition("+")[0] not in known:
        raise ValueError("no such service")
