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


def test_a_process_that_answers_is_alive(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert "no-cache" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_with_all_there_it_is_ready(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "failed": []})


@pytest.mark.django_db
def test_without_the_cache_it_is_not(client: Client, settings: Any) -> None:
    settings.CACHES = services.caches("redis://127.0.0.1:1/0")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable", "failed": ["cache"]})
    assert "127.0.0.1" not in answer.content.decode()


@pytest.mark.django_db
def test_a_cache_that_forgets_is_none(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(cache), "get", lambda *args, **kwargs: None, raising=False)

    assert client.get("/readyz").json()["failed"] == ["cache"]


def test_without_the_database_it_is_not(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise ConnectionError("password of the database")

    monkeypatch.setattr(connection, "cursor", refuse)

    answer = client.get("/readyz")

    assert answer.json()["failed"] == ["database"]
    assert "password" not in answer.content.decode()


@pytest.fixture
def database_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every connection to the database fail."""

    def refuse(*args: Any) -> None:
        raise OperationalError("password of the database")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    monkeypatch.setattr(connection, "cursor", refuse)


@pytest.mark.parametrize("atomic", [False, True])
def test_probes_tell_of_a_database_that_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch, database_away: None, atomic: bool
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
def test_without_the_database_clients_shall_come_again(
    api_client: APIClient,
    monkeypatch: pytest.MonkeyPatch,
    database_away: None,
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
def test_without_the_broker_it_is_not(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_only_looking_is_allowed(client: Client) -> None:
    assert [client.post(path).status_code for path in ("/healthz", "/readyz")] == [405, 405]


def test_probes_need_no_tls() -> None:
    exempt, redirect = values("SECURE_REDIRECT_EXEMPT", "SECURE_SSL_REDIRECT", settings="prod", **SECRETS)

    assert redirect is True
    assert exempt == ["^healthz$", "^readyz$"]


def test_every_answer_has_an_id(client: Client) -> None:
    first, second = client.get("/healthz"), client.get("/healthz")

    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]


def test_an_id_from_before_us_is_kept(client: Client) -> None:
    given = uuid.uuid4().hex

    assert client.get("/healthz", headers={"x-request-id": given}).headers["X-Request-ID"] == given


def test_an_id_that_is_none_is_replaced(client: Client) -> None:
    assert client.get("/healthz", headers={"x-request-id": "a b"}).headers["X-Request-ID"] != "a b"


def test_a_line_of_the_log_bears_the_id() -> None:
    answer = run("-c", LOG, settings="dev")

    assert answer.stderr.strip().endswith("(WARNING) - shop - Careful [an-id]")


def test_the_log_is_json_by_switch() -> None:
    answer = run("-c", LOG, settings="dev", LOG_JSON="on")

    line = json.loads(answer.stderr)
    assert (line["level"], line["name"], line["message"], line["request_id"]) == ("WARNING", "shop", "Careful", "an-id")
    assert "time" in line


def test_the_log_goes_to_a_file_as_well(tmp_path: Any) -> None:
    answer = run("-c", LOG, settings="dev", LOG_FILE=str(tmp_path / "general.log"))

    assert (tmp_path / "general.log").read_text() == answer.stderr


def test_the_level_hides_what_is_below() -> None:
    assert run("-c", LOG, settings="dev", LOG_LEVEL="ERROR").stderr == ""


def test_what_a_client_of_another_origin_may_read(client: Client, db: None, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["http://shop.example"]

    answer = client.get("/store/collections/", headers={"origin": "http://shop.example"})

    exposed = {name.strip() for name in answer["Access-Control-Expose-Headers"].split(",")}
    assert exposed == set(settings.CORS_EXPOSE_HEADERS)
