"""Conversion of the URLs of services in environment variables to Django's settings.

Each function raises ``ValueError`` for an invalid URL.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS = {
    # A writer gets the lock when its transaction begins, or waits for it; readers do not wait.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
STATEMENT_SECONDS = 15  # for requests; commands and tasks have no limit
POSTGRESQL_OPTIONS = {"connect_timeout": 5}
# Compiling a statement to machine code takes PostgreSQL up to 0.3 s, longer than any statement of a request.
POSTGRESQL_SESSION = {"jit": "off"}
# Parameters are bound by the server, and a statement is planned once per connection after it was executed this often.
PREPARED_STATEMENTS = {"server_side_binding": True, "prepare_threshold": 3}
MYSQL_OPTIONS = {
    "charset": "utf8mb4",
    "connect_timeout": 5,
    "isolation_level": "read committed",
}
LONGEST_LOCK_WAIT = 1073741824  # seconds, the maximum of MySQL and MariaDB
LOCK_SECONDS = 3  # short, so that a request fails with 503 instead of occupying a thread
BROKER_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 10,  # must be longer than a worker's blocking read
    "socket_keepalive": True,
}
MAIL_SECONDS: float = 5  # for each step of the SMTP session
CACHE_SECONDS = 600
CACHE_WAIT_SECONDS = 0.05  # short, so that a request continues without the cache


def database(
    url: str, *, lock_seconds: int = LOCK_SECONDS, statement_seconds: int = 0, prepared_statements: bool = True
) -> dict[str, Any]:
    """Return the settings of one database.

    Connections to a server are kept for a minute. They are not tested by a statement before each request:
    ``storefront.connections`` closes those that the server has closed.

    Args:
        url: ``sqlite:///…``, ``postgres://…`` or ``mysql://…`` (MariaDB too).
        lock_seconds: How long a query waits for a locked row; 0 means no limit.
        statement_seconds: How long a query may take; 0 means no limit. MySQL does not support it, but MariaDB does.
        prepared_statements: Whether PostgreSQL keeps the plans of frequent statements. A pooler that changes
            connections between transactions must support it.
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
        options = {**POSTGRESQL_OPTIONS, "options": _postgresql_session(lock_seconds, statement_seconds)}
        if prepared_statements:
            options |= PREPARED_STATEMENTS
    return {"CONN_MAX_AGE": 60, **config, "OPTIONS": {**options, **given}}


def replica(url: str, *, shared_cache: bool, **options: Any) -> dict[str, Any]:
    """Return the settings of a streaming replica of the database, or an empty dictionary without a URL.

    Args:
        url: ``postgres://…``
        shared_cache: Whether all processes share a cache, in which they record who has written.
        options: The arguments of :func:`database`.
    """
    if not url:
        return {}
    _check_scheme(url, ("postgres", "postgresql", "pgsql"))
    if not shared_cache:
        raise ImproperlyConfigured("DATABASE_REPLICA_URL needs REDIS_URL, where nodes record who has written.")
    return {**database(url, **options), "TEST": {"MIRROR": "default"}}


def _postgresql_session(lock_seconds: int, statement_seconds: int) -> str:
    limits = {"lock_timeout": lock_seconds, "statement_timeout": statement_seconds}
    session = {**POSTGRESQL_SESSION, **{name: f"{seconds}s" for name, seconds in limits.items() if seconds}}
    return " ".join(f"-c {name}={value}" for name, value in session.items())


def _mysql_limits(lock_seconds: int, statement_seconds: int) -> dict[str, str]:
    command = f"SET SESSION innodb_lock_wait_timeout={lock_seconds or LONGEST_LOCK_WAIT}"
    if statement_seconds:
        command += f" /*M!, max_statement_time={statement_seconds} */"  # a comment to MySQL
    return {"init_command": command}


def caches(redis_url: str) -> dict[str, Any]:
    """Return the setting ``CACHES``, for Redis or, without a URL, local memory.

    ``default`` raises exceptions on failure, which throttles rely on. ``pages`` ignores failures, because its values
    can be computed again.
    """
    if not redis_url:
        backend = "django.core.cache.backends.locmem.LocMemCache"
        return {name: {"BACKEND": backend, "LOCATION": name, "TIMEOUT": CACHE_SECONDS} for name in ("default", "pages")}
    from redis.connection import parse_url  # only where it is used, as it is slow to import

    parse_url(redis_url)  # validates the URL, which the client does only at the first request
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
    """Return the URL of Celery's broker unchanged, or an empty string."""
    if url:
        from kombu.transport import TRANSPORT_ALIASES  # only where it is used, as it is slow to import

        _check_scheme(url, TRANSPORT_ALIASES)
    return url


def media(url: str) -> dict[str, Any]:
    """Return the storage of uploaded files: the file system, or ``s3://key:secret@bucket/folder?endpoint_url=…``.

    The query string contains options of django-storages, such as ``region_name`` and ``custom_domain``.
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
        "querystring_auth": False,  # images are public
        **dict(parse_qsl(parts.query)),
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail service: the backend and its options, with the names that ``MAILERS`` uses."""

    backend: str
    options: dict[str, Any]


def mail(url: str) -> Mail:
    """Return the mail service for a URL such as ``smtp://…``, ``smtp+tls://…`` or ``filemail:///folder``."""
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
