"""The demonstrations of the playground, and their errors."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from kombu.exceptions import OperationalError
from tests.processes import run

from playground import mails, slow, tasks, views
from storefront_store.conf import get_model


class SlowService:
    """A local HTTP server with configurable responses."""

    def __init__(self) -> None:
        self.calls = 0
        self.status = 200
        self.body = b'{"message": "here"}'
        self.delay = 0.0
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.calls += 1
                time.sleep(service.delay)
                self.send_response(service.status)
                self.end_headers()
                self.wfile.write(service.body)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def service(settings: Any) -> Iterator[SlowService]:
    service = SlowService()
    settings.SLOW_SERVICE_URL = f"http://127.0.0.1:{service.server.server_port}/"
    yield service
    service.server.shutdown()
    service.server.server_close()


@pytest.mark.parametrize("path", ["/playground/hello/", "/playground/hello/cached/"])
def test_slow_service_is_called_once(
    client: Client, service: SlowService, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.INFO, "playground"):
        pages = [client.get(path).content.decode() for _ in range(3)]

    assert all("The slow service says: here" in page for page in pages)
    assert service.calls == 1
    assert [record.message for record in caplog.records if record.name.startswith("playground")] == [
        "Calling the slow service",
        "Received the answer",
    ]


@pytest.mark.parametrize(
    "failure", [{"status": 500}, {"body": b"<html>"}, {"delay": 0.5}], ids=["error", "no JSON", "too late"]
)
def test_page_is_served_when_service_fails(
    client: Client,
    service: SlowService,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failure: dict[str, Any],
) -> None:
    monkeypatch.setattr(slow, "TIMEOUT", (0.2, 0.2))
    for name, value in failure.items():
        setattr(service, name, value)

    answers = [client.get("/playground/hello/") for _ in range(2)]

    assert all(answer.status_code == 200 for answer in answers)
    assert all("The slow service is away" in answer.content.decode() for answer in answers)
    assert service.calls == 2  # failures are not cached
    assert any(record.levelname == "CRITICAL" for record in caplog.records)


def test_page_is_served_when_service_is_unreachable(client: Client, settings: Any) -> None:
    settings.SLOW_SERVICE_URL = "http://127.0.0.1:1/"

    assert "The slow service is away" in client.get("/playground/hello/").content.decode()


def test_built_in_slow_service_sleeps(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(views.time, "sleep", slept.append)

    answer = client.get("/playground/slow-service/")

    assert answer.json()["message"]
    assert slept == [views.SLOWNESS]


@pytest.mark.django_db
@pytest.mark.parametrize("way", list(mails.WAYS))
def test_staff_can_send_mail(admin_client: Client, admin_user: Any, way: str) -> None:
    answer = admin_client.post(f"/playground/mail/{way}/", {"subject": "Hi", "text": "<b>there</b>"})

    assert (answer.status_code, answer.json()) == (200, {"sent": way})
    [letter] = mail.outbox
    assert letter.subject.endswith("Hi")
    assert "<b>there</b>" in letter.body
    assert letter.to == (["admin@storefront.example"] if way == "admins" else [admin_user.email])


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["admins", "templated"])
def test_mail_has_escaped_html_alternative(admin_client: Client, way: str) -> None:
    admin_client.post(f"/playground/mail/{way}/", {"text": "<b>there</b>"})

    assert "&lt;b&gt;there&lt;/b&gt;" in mail.outbox[0].alternatives[0][0]  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_mail_has_attachment(admin_client: Client) -> None:
    admin_client.post("/playground/mail/attachment/")

    name, _, kind = mail.outbox[0].attachments[0]
    assert (name, kind) == ("kettle.svg", "image/svg+xml")


@pytest.mark.django_db
@pytest.mark.parametrize("way", list(mails.WAYS))
@pytest.mark.parametrize("subject", ["Hi\nBcc: all@storefront.example", "Hi\r\nTo: all@storefront.example"])
def test_header_injection_is_400(admin_client: Client, way: str, subject: str) -> None:
    answer = admin_client.post(f"/playground/mail/{way}/", {"subject": subject})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_header")
    assert mail.outbox == []


@pytest.mark.django_db
def test_unreachable_mail_server_is_503(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setitem(mails.WAYS, "plain", fail)

    assert admin_client.post("/playground/mail/plain/").status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["mail/plain/", "notify/"])
def test_customers_cannot_send_mails_or_notifications(
    client: Client, create_user: Callable[..., Any], path: str
) -> None:
    client.force_login(create_user(), "django.contrib.auth.backends.ModelBackend")

    assert client.post(f"/playground/{path}").status_code == 302
    assert client.get(f"/playground/{path}").status_code == 405
    assert mail.outbox == []


@pytest.mark.django_db
def test_unknown_way_of_sending_is_404(admin_client: Client) -> None:
    assert admin_client.post("/playground/mail/pigeon/").status_code == 404


@pytest.mark.django_db
def test_task_is_queued(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tasks.time, "sleep", lambda seconds: None)

    with caplog.at_level(logging.INFO, "playground"):
        assert admin_client.post("/playground/notify/", {"text": "Sale!"}).status_code == 202

    assert "Sending 10,000 mails: Sale!" in caplog.text


@pytest.mark.django_db
def test_unreachable_broker_is_503(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **options: Any) -> None:
        assert options == {"retry": False}
        raise OperationalError

    monkeypatch.setattr(tasks.notify_customers, "apply_async", fail)

    assert admin_client.post("/playground/notify/").status_code == 503


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_sql_migration_can_be_applied_and_reversed() -> None:
    def there() -> bool:
        return bool(get_model("Collection").objects.filter(title="collection1").exists())

    def done() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM django_migrations WHERE app = 'playground'")
            return bool(cursor.fetchone()[0])

    get_model("Collection").objects.create(title="Kitchen")
    assert not there()
    try:
        call_command("migrate", "playground", "zero", verbosity=0)
        assert (there(), done()) == (False, False)
        call_command("migrate", "playground", "0001", verbosity=0)
        assert (there(), done()) == (True, True)
        call_command("migrate", "playground", "zero", verbosity=0)
        assert (there(), done()) == (False, False)
    finally:
        call_command("migrate", "playground", verbosity=0)
    assert (there(), done()) == (False, True)


def test_sql_migration_leaves_first_primary_key_unused(tmp_path: Path) -> None:
    first = (
        "import django; django.setup(); from storefront_store.conf import get_model;"
        "print(get_model('Collection').objects.create(title='Kitchen').pk)"
    )
    database = f"sqlite:///{tmp_path}/db.sqlite3"

    run("manage.py", "migrate", settings="dev", DATABASE_URL=database)

    assert run("-c", first, settings="dev", DATABASE_URL=database).stdout.strip() == "1"


@pytest.mark.django_db
@pytest.mark.database
def test_seed_db_adds_1000_products_once(client: Client) -> None:
    said = []
    for _ in range(2):
        output = StringIO()
        call_command("seed_db", stdout=output)
        said.append(output.getvalue().splitlines()[-1])

    assert said == ["10 collections and 1000 products added.", "0 collections and 0 products added."]
    assert client.get("/store/products/").json()["count"] == 1000
    assert {row["products_count"] for row in client.get("/store/collections/").json()} == {100}
    assert client.get("/store/products/?search=striped lamp").json()["count"] == 10
