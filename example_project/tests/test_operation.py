"""Health checks, logs and request IDs."""

from __future__ import annotations

import json
import socket
import time
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from rest_framework.test import APIClient
from tests.processes import SECRETS, run, values

from storefront.celery import celery
from storefront.settings import services

LOG = """
import logging
import django
django.setup()
from django_guid import set_guid
set_guid("an-id")
logging.getLogger("shop").warning("Careful")
"""


def test_healthz_is_200(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert "no-cache" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_readyz_is_200_when_all_services_are_available(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "failed": []})


@pytest.mark.django_db
def test_readyz_is_503_when_cache_is_down(client: Client, settings: Any) -> None:
    settings.CACHES = services.caches("redis://127.0.0.1:1/0")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable", "failed": ["cache"]})
    assert "127.0.0.1" not in answer.content.decode()


@pytest.mark.django_db
def test_readyz_reports_cache_that_loses_values(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(cache), "get", lambda *args, **kwargs: None, raising=False)

    assert client.get("/readyz").json()["failed"] == ["cache"]


def test_readyz_reports_database_that_refuses_connections(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise ConnectionError("password of the database")

    monkeypatch.setattr(connection, "cursor", refuse)

    answer = client.get("/readyz")

    assert answer.json()["failed"] == ["database"]
    assert "password" not in answer.content.decode()


@pytest.fixture
def unreachable_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every connection to the database fail."""

    def refuse(*args: Any) -> None:
        raise OperationalError("password of the database")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    monkeypatch.setattr(connection, "cursor", refuse)


@pytest.mark.parametrize("atomic", [False, True])
def test_probes_respond_when_database_is_down(
    client: Client, monkeypatch: pytest.MonkeyPatch, unreachable_database: None, atomic: bool
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", atomic)

    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert (alive.status_code, ready.status_code, ready.json()["failed"]) == (200, 503, ["database"])


@pytest.mark.parametrize("atomic", [False, True])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/", None),
        ("get", "/store/products/", None),
        ("post", "/store/carts/", {}),
        ("get", "/tags/", None),
        ("post", "/auth/jwt/create/", {"username": "someone", "password": "a-rather-long-password"}),
    ],
)
def test_requests_get_503_with_retry_after_when_database_is_down(
    api_client: APIClient,
    monkeypatch: pytest.MonkeyPatch,
    unreachable_database: None,
    atomic: bool,
    method: str,
    path: str,
    body: dict[str, str] | None,
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", atomic)

    answer = getattr(api_client, method)(path, body)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "password" not in answer.content.decode()
    if path != "/":
        assert answer.json().keys() == {"detail", "code"}


@pytest.mark.django_db
def test_readyz_reports_hanging_broker(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as hanging:  # accepts connections without responding
        hanging.bind(("127.0.0.1", 0))
        hanging.listen()
        url = f"redis://127.0.0.1:{hanging.getsockname()[1]}/1"
        settings.CELERY_BROKER_URL = url
        monkeypatch.setattr(celery.conf, "broker_write_url", url)
        started = time.monotonic()

        answer = client.get("/readyz")

    assert answer.json()["failed"] == ["broker"]
    assert time.monotonic() - started < 15


def test_post_to_probes_is_405(client: Client) -> None:
    assert [client.post(path).status_code for path in ("/healthz", "/readyz")] == [405, 405]


def test_probes_are_exempt_from_https_redirect() -> None:
    exempt, redirect = values("SECURE_REDIRECT_EXEMPT", "SECURE_SSL_REDIRECT", settings="prod", **SECRETS)

    assert redirect is True
    assert exempt == ["^healthz$", "^readyz$"]


def test_every_response_has_unique_request_id(client: Client) -> None:
    first, second = client.get("/healthz"), client.get("/healthz")

    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]


def test_given_request_id_is_kept(client: Client) -> None:
    given = uuid.uuid4().hex

    assert client.get("/healthz", headers={"x-request-id": given}).headers["X-Request-ID"] == given


def test_invalid_request_id_is_replaced(client: Client) -> None:
    assert client.get("/healthz", headers={"x-request-id": "a b"}).headers["X-Request-ID"] != "a b"


def test_log_lines_contain_request_id() -> None:
    answer = run("-c", LOG, settings="dev")

    assert answer.stderr.strip().endswith("(WARNING) - shop - Careful [an-id]")


def test_log_json_variable_enables_json_log() -> None:
    answer = run("-c", LOG, settings="dev", LOG_JSON="on")

    line = json.loads(answer.stderr)
    assert (line["level"], line["name"], line["message"], line["request_id"]) == ("WARNING", "shop", "Careful", "an-id")
    assert "time" in line


def test_log_is_also_written_to_file(tmp_path: Any) -> None:
    answer = run("-c", LOG, settings="dev", LOG_FILE=str(tmp_path / "general.log"))

    assert (tmp_path / "general.log").read_text() == answer.stderr


def test_messages_below_log_level_are_hidden() -> None:
    assert run("-c", LOG, settings="dev", LOG_LEVEL="ERROR").stderr == ""


def test_cors_exposes_configured_headers(client: Client, db: None, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["http://shop.example"]

    answer = client.get("/store/collections/", headers={"origin": "http://shop.example"})

    exposed = {name.strip() for name in answer["Access-Control-Expose-Headers"].split(",")}
    assert exposed == set(settings.CORS_EXPOSE_HEADERS)
