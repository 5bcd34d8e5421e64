"""How addresses become settings."""

from __future__ import annotations

import pytest

from storefront.settings import services


def test_sqlite_queues_writers_instead_of_failing() -> None:
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
def test_a_server_is_reached_over_connections_that_are_kept_and_tested(url: str, engine: str) -> None:
    config = services.database(url)

    assert config["ENGINE"] == engine
    assert (config["USER"], config["PASSWORD"]) == ("shop", "secret")
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db.example", 5433, "storefront")
    assert config["CONN_MAX_AGE"] > 0
    assert config["CONN_HEALTH_CHECKS"] is True


def test_mariadb_runs_read_committed() -> None:
    assert services.database("mysql://root@localhost/shop")["OPTIONS"]["isolation_level"] == "read committed"


def test_options_in_the_address_win() -> None:
    config = services.database("postgres://localhost/shop?connect_timeout=1&sslmode=require")

    assert config["OPTIONS"] == {"connect_timeout": 1, "sslmode": "require"}


def test_the_cache_is_memory_without_an_address() -> None:
    assert services.caches("")["default"]["BACKEND"].endswith("LocMemCache")


def test_redis_is_not_waited_for() -> None:
    config = services.caches("redis://localhost:6379/2")["default"]

    assert config["LOCATION"] == "redis://localhost:6379/2"
    assert config["OPTIONS"]["SOCKET_CONNECT_TIMEOUT"] <= 0.05
    assert config["OPTIONS"]["SOCKET_TIMEOUT"] <= 0.05


def test_smtp_before_django_6_1() -> None:
    config = services.mail("smtp+tls://me:secret@mail.example:587", mailers=False)

    assert config["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (config["EMAIL_HOST"], config["EMAIL_PORT"]) == ("mail.example", 587)
    assert (config["EMAIL_HOST_USER"], config["EMAIL_HOST_PASSWORD"]) == ("me", "secret")
    assert config["EMAIL_USE_TLS"] is True
    assert config["EMAIL_TIMEOUT"] == 10


def test_smtp_from_django_6_1_on() -> None:
    config = services.mail("smtp+tls://me:secret@mail.example:587", mailers=True)

    assert config == {
        "MAILERS": {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {
                    "host": "mail.example",
                    "port": 587,
                    "username": "me",
                    "password": "secret",
                    "use_tls": True,
                    "use_ssl": False,
                    "timeout": 10,
                },
            }
        }
    }


@pytest.mark.parametrize("mailers", [False, True])
def test_mail_to_a_folder(mailers: bool) -> None:
    config = services.mail("filemail:////srv/mail", mailers=mailers)

    if mailers:
        assert config["MAILERS"]["default"]["OPTIONS"] == {"file_path": "/srv/mail"}
    else:
        assert config["EMAIL_FILE_PATH"] == "/srv/mail"


def test_mail_to_the_console_has_no_options() -> None:
    config = services.mail("consolemail://", mailers=True)

    assert config["MAILERS"]["default"] == {"BACKEND": "django.core.mail.backends.console.EmailBackend", "OPTIONS": {}}
