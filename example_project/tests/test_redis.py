"""Pages and workers are not affected by a Redis server that hangs or contains invalid data."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from services import wait_for
from tests.processes import EXAMPLE

from storefront import redis as pools
from storefront.broker import drop_unreadable, is_message
from storefront.settings import services


class HangingServer:
    """A server that accepts connections without responding."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.connections: list[socket.socket] = []
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.socket.getsockname()[1]}/0"

    def accept(self) -> None:
        while True:
            try:
                self.connections.append(self.socket.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        for connection in [*self.connections, self.socket]:
            connection.close()


@pytest.fixture
def hanging_redis(settings: Any) -> Iterator[HangingServer]:
    server = HangingServer()
    settings.CACHES = services.caches(server.url)
    yield server
    server.close()


def test_hanging_redis_is_connected_only_once(hanging_redis: HangingServer) -> None:
    for _ in range(2):
        with pytest.raises(RedisError):
            caches["default"].get("key")
        assert caches["pages"].get("key") is None

    assert len(hanging_redis.connections) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/store/collections/", "/store/products/"])
def test_pages_are_served_when_redis_hangs(hanging_redis: HangingServer, client: Client, path: str) -> None:
    statuses = [client.get(path).status_code for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert len(hanging_redis.connections) <= 1


def test_redis_is_used_again_after_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    breaker = pools.Breaker()
    breaker.trip()
    with pytest.raises(RedisConnectionError):
        breaker.check()

    monkeypatch.setattr(pools, "PAUSE_SECONDS", 0.0)
    breaker.trip()

    breaker.check()


VALID_MESSAGE = {
    "body": "W10=",
    "headers": {"task": "a"},
    "properties": {"delivery_tag": "tag", "delivery_info": {"exchange": "", "routing_key": "celery"}},
}


@pytest.mark.parametrize(
    "item",
    [b"no json", b"\xff\xfe", b"[1]", b"{}", b"null", b'{"body": 1}', b'{"properties": []}', b"[" * 100_000,
     json.dumps({**VALID_MESSAGE, "headers": None}).encode(), json.dumps({**VALID_MESSAGE, "properties": {}}).encode()],
)  # fmt: skip
def test_invalid_message_is_dropped_and_logged(item: bytes, caplog: pytest.LogCaptureFixture) -> None:
    assert not is_message(item)
    assert drop_unreadable((b"celery", item)) is None
    assert "is no message" in caplog.text


def test_valid_message_is_kept() -> None:
    answer = (b"celery", json.dumps(VALID_MESSAGE).encode())

    assert drop_unreadable(answer) == answer
    assert drop_unreadable(None) is None


@pytest.mark.redis
@pytest.mark.skipif("TEST_REDIS_URL" not in os.environ, reason="TEST_REDIS_URL is not set")
def test_worker_survives_invalid_messages(tmp_path: Path) -> None:
    url = os.environ["TEST_REDIS_URL"].rpartition("/")[0] + "/9"
    redis = Redis.from_url(url)
    redis.flushdb()
    log = tmp_path / "worker.log"
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "storefront.settings.dev",
        "CELERY_BROKER_URL": url,
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
    }
    command = [sys.executable, "-m", "celery", "-A", "storefront", "worker", "--loglevel", "INFO", "--pool", "solo"]
    with log.open("wb") as output:
        worker = subprocess.Popen(command, cwd=EXAMPLE, env=env, stdout=output, stderr=output)
    try:
        wait_for("the worker", lambda: "ready." in log.read_text())

        redis.lpush("celery", "no json", "[1]", "{}")
        call = "from playground.tasks import notify_customers as task; task.apply_async(['after the nonsense'])"
        queue = f"import django; django.setup(); {call}"
        subprocess.run([sys.executable, "-c", queue], cwd=EXAMPLE, env=env, check=True)
        wait_for("the task", lambda: "after the nonsense" in log.read_text(), 30)

        time.sleep(0.1)
        assert worker.poll() is None
    finally:
        worker.kill()
        worker.wait()
