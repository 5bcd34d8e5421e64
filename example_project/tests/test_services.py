"""Conversion of URLs to settings."""

from __future__ import annotations

import django
import pytest
from tests.processes import values

from storefront.settings import services


def test_sqlite_uses_immediate_transactions_and_wal() -> None:
    config = services.database("sqlite:////srv/shop.sqlite3")

    assert config["ENGINE"] == "django.db.backends.sqlite3"
    assert config["NAME"] == "/srv/shop.sqlite3"
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in config["OPTIONS"]["init_command"]
    assert config["OPTIONS"]["timeout"] >= 10


@pytest.mark.parametrize(
    ("url", "engine"),
    [
        ("postgres://shop:secret@db.example:5433/storefront", "django.db.backends.postgresql"),
        ("mysql://shop:secret@db.example:5433/storefront", "django.db.backends.mysql"),
    ],
)
def test_database_servers_use_persistent_connections(url: str, engine: str) -> None:
    config = services.database(url)

    assert config["ENGINE"] == engine
    assert (config["USER"], config["PASSWORD"]) == ("shop", "secret")
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db.example", 5433, "storefront")
    assert config["CONN_MAX_AGE"] > 0
    assert "CONN_HEALTH_CHECKS" not in config  # storefront.connections tests them


def test_mariadb_runs_read_committed() -> None:
    assert services.database("mysql://root@localhost/shop")["OPTIONS"]["isolation_level"] == "read committed"


def test_mariadb_has_lock_and_statement_timeouts() -> None:
    config = services.database("mysql://root@localhost/shop", lock_seconds=3, statement_seconds=15)

    command = "SET SESSION innodb_lock_wait_timeout=3 /*M!, max_statement_time=15 */"
    assert config["OPTIONS"]["init_command"] == command


def test_options_in_url_take_precedence() -> None:
    config = services.database("postgres://localhost/shop?connect_timeout=1&sslmode=require", lock_seconds=0)

    assert config["OPTIONS"]["connect_timeout"] == 1
    assert config["OPTIONS"]["sslmode"] == "require"


def test_prepared_statements_can_be_disabled() -> None:
    prepared = services.database("postgres://localhost/shop")["OPTIONS"]
    pooled = services.database("postgres://localhost/shop", prepared_statements=False)["OPTIONS"]

    assert prepared["server_side_binding"] is True
    assert prepared["prepare_threshold"] > 0
    assert not {"server_side_binding", "prepare_threshold"} & pooled.keys()


def test_cache_is_local_memory_without_url() -> None:
    assert services.caches("")["default"]["BACKEND"].endswith("LocMemCache")


def test_redis_has_short_timeouts() -> None:
    config = services.caches("redis://localhost:6379/2")["default"]

    assert config["LOCATION"] == "redis://localhost:6379/2"
    assert config["OPTIONS"]["SOCKET_CONNECT_TIMEOUT"] <= 0.05
    assert config["OPTIONS"]["SOCKET_TIMEOUT"] <= 0.05


def test_smtp_options_are_parsed_from_url() -> None:
    mail = services.mail("smtp+tls://me:secret@mail.example:587")

    assert mail.backend == "django.core.mail.backends.smtp.EmailBackend"
    assert mail.options == {
        "host": "mail.example",
        "port": 587,
        "username": "me",
        "password": "secret",
        "use_tls": True,
        "use_ssl": False,
        "timeout": services.MAIL_SECONDS,
    }


def test_email_url_sets_mail_settings_of_django() -> None:
    """Before Django 6.1 they are separate settings."""
    names = ("MAILERS",) if django.VERSION >= (6, 1) else ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_TIMEOUT")

    found = values(*names, settings="dev", EMAIL_URL="smtp+tls://me:secret@mail.example:587")

    if django.VERSION >= (6, 1):
        assert found[0]["default"]["OPTIONS"]["host"] == "mail.example"  # type: ignore[index]
    else:
        assert found == ["mail.example", 587, True, services.MAIL_SECONDS]


def test_filemail_url_sets_file_path() -> None:
    assert services.mail("filemail:////srv/mail").options == {"file_path": "/srv/mail"}


def test_consolemail_url_has_no_options() -> None:
    assert services.mail("consolemail://") == services.Mail("django.core.mail.backends.console.EmailBackend", {})
