"""The courier sends new mails immediately, without delaying orders."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail

from store_custom import courier, tasks
from store_custom.models import OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def courier_on(settings: Any) -> Iterator[None]:
    """Enable the courier, and wait for its delivery after the test."""
    settings.OUTBOX_COURIER = True
    yield
    courier.rest(10)


@pytest.mark.django_db(transaction=True)
def test_confirmation_is_sent_immediately(buy: Callable[..., Any], courier_on: None) -> None:
    buy()

    courier.rest(10)

    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_orders_do_not_wait_for_hanging_broker(
    buy: Callable[..., Any], courier_on: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging, released = threading.Event(), threading.Event()
    callers = []

    def hang(**options: Any) -> None:
        callers.append(threading.current_thread().name)
        hanging.set()
        assert released.wait(30)

    monkeypatch.setattr(tasks.send_outbox, "apply_async", hang)
    try:
        buy()
        assert hanging.wait(10)
        for _ in range(3):
            assert buy().pk
        assert callers == ["courier"]  # further requests during a call start no further thread
    finally:
        released.set()


@pytest.mark.django_db(transaction=True)
def test_unreachable_broker_is_logged_and_mail_stays_due(
    buy: Callable[..., Any], courier_on: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**options: Any) -> None:
        raise ConnectionError("refused")

    monkeypatch.setattr(tasks.send_outbox, "apply_async", fail)
    assert buy().pk
    courier.rest(10)

    assert "The broker can't be reached: refused" in caplog.text
    assert OutboxMessage.objects.due().count() == 1


def test_task_is_published_without_retry(monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.send_outbox, "apply_async", lambda **options: asked.append(options))
    monkeypatch.setattr("store_custom.courier.connections.close_all", lambda: None)

    courier.carry()

    assert asked == [{"retry": False}]


def test_mail_is_sent_by_periodic_task_without_courier(buy: Callable[..., Any]) -> None:
    buy()

    assert mail.outbox == []
    assert tasks.send_outbox.delay().get() == 1
    assert len(mail.outbox) == 1
