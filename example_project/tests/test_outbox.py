"""Confirmation mails are stored with the order and sent once in the background."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from model_bakery import baker
from rest_framework.test import APIClient

from store_custom import courier
from store_custom.models import OutboxMessage
from store_custom.services import outbox
from storefront_store.signals import order_placing

pytestmark = pytest.mark.django_db


class FakeMailer:
    """A fake mail connection, which returns the given results in order and then accepts all mails."""

    def __init__(self, *errors: Exception | None, unreachable: Exception | None = None) -> None:
        self.errors = list(errors)
        self.unreachable = unreachable
        self.taken: list[Any] = []

    def open(self) -> bool:
        if self.unreachable:
            raise self.unreachable
        return True

    def close(self) -> None:
        pass

    def send_messages(self, messages: list[Any]) -> int:
        error = self.errors.pop(0) if self.errors else None
        if error:
            raise error
        self.taken += messages
        return len(messages)


@pytest.fixture
def use_mailer(monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeMailer], FakeMailer]:
    """Return a function that sets the mail connection of the outbox."""

    def do_use(mailer: FakeMailer) -> FakeMailer:
        monkeypatch.setattr(outbox, "open_mailer", lambda: mailer)
        return mailer

    return do_use


def make_due() -> None:
    OutboxMessage.objects.waiting().update(due_at=timezone.now() - timedelta(seconds=1))


def test_confirmation_adds_one_query_to_order(buy: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    buy()
    with CaptureQueriesContext(connection) as confirmed:
        buy()
    monkeypatch.setattr(outbox, "enqueue", lambda *args: None)
    with CaptureQueriesContext(connection) as bare:
        buy()

    assert len(confirmed) == len(bare) + 1


def test_checkout_takes_at_most_14_queries(
    authenticate: Callable[..., APIClient], create_product: Callable[..., Any]
) -> None:
    client, counted = authenticate(), []
    for lines in (1, 5):
        cart = client.post("/store/carts/").json()["id"]
        for _ in range(lines):
            item = {"product_id": create_product(inventory=9).pk, "quantity": 1}
            assert client.post(f"/store/carts/{cart}/items/", item).status_code == 201
        with CaptureQueriesContext(connection) as queries:
            assert client.post("/store/orders/", {"cart_id": cart}).status_code == 201
        counted.append(sum(not query["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE")) for query in queries))

    assert counted[0] == counted[1]
    assert counted[0] <= 14


def test_failed_order_stores_no_mail(buy: Callable[..., Any]) -> None:
    def refuse(**kwargs: Any) -> None:
        raise ValueError("no")

    order_placing.connect(refuse)
    try:
        with pytest.raises(Exception, match="could not be placed"):
            buy()
    finally:
        order_placing.disconnect(refuse)

    assert not OutboxMessage.objects.exists()


def test_order_is_refused_if_mail_cannot_be_stored(
    authenticate: Callable[..., APIClient], create_product: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> None:
        raise ValueError("the confirmation can't be written down")

    monkeypatch.setattr(outbox, "enqueue", fail)
    client, product = authenticate(), create_product(inventory=5)
    cart_id = client.post("/store/carts/", {}).json()["id"]
    client.post(f"/store/carts/{cart_id}/items/", {"product_id": product.pk, "quantity": 1})

    answer = client.post("/store/orders/", {"cart_id": cart_id})

    assert (answer.status_code, answer.json()["code"]) == (503, "order_refused")
    assert client.get("/store/orders/").json() == []
    assert len(client.get(f"/store/carts/{cart_id}/").json()["items"]) == 1
    assert client.get(f"/store/products/{product.pk}/").json()["inventory"] == 5


def test_sent_mail_is_not_sent_again(buy: Callable[..., Any]) -> None:
    buy()

    assert [outbox.deliver_due(), outbox.deliver_due()] == [1, 0]
    assert OutboxMessage.objects.get().sent_at is not None


def test_unreachable_server_does_not_count_as_attempt(
    buy: Callable[..., Any], use_mailer: Callable[[FakeMailer], FakeMailer]
) -> None:
    buy()
    use_mailer(FakeMailer(unreachable=TimeoutError("timed out")))

    assert outbox.deliver_due() == 0

    message = OutboxMessage.objects.get()
    assert message.attempts == 0
    assert message.due_at <= timezone.now()


def test_mail_of_killed_sender_is_resent_with_same_id(
    buy: Callable[..., Any], use_mailer: Callable[[FakeMailer], FakeMailer]
) -> None:
    class ProcessKilled(BaseException):
        """Simulates that the process is killed, which no exception handler catches."""

    buy()
    mailer = use_mailer(FakeMailer())
    send: Any = mailer.send_messages

    def send_and_crash(messages: list[Any]) -> int:
        send(messages)
        raise ProcessKilled

    mailer.send_messages = send_and_crash  # type: ignore[method-assign]

    with pytest.raises(ProcessKilled):
        outbox.deliver_due()
    mailer.send_messages = send  # type: ignore[method-assign]
    assert outbox.deliver_due() == 0  # the lease
    make_due()
    assert outbox.deliver_due() == 1

    first, second = mailer.taken
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_mail_of_killed_sender_is_retried_within_one_minute() -> None:
    from store_custom.schedule import SCHEDULE

    sweep = SCHEDULE["send what is left in the outbox"]["schedule"]

    assert outbox.LEASE + sweep < timedelta(minutes=1)
    assert outbox.LEASE + timedelta(seconds=courier.SWEEP_SECONDS) < timedelta(minutes=1)


def test_lease_is_longer_than_mail_timeouts(settings: Any) -> None:
    from storefront.settings import services

    assert 4 * timedelta(seconds=services.mail("smtp://localhost").options["timeout"]) < outbox.LEASE


def test_rejected_mail_does_not_block_others(
    buy: Callable[..., Any], use_mailer: Callable[[FakeMailer], FakeMailer]
) -> None:
    first, second = buy(), buy()
    mailer = use_mailer(FakeMailer(SMTPRecipientsRefused({"buyer@storefront.example": (550, b"no such user")})))

    assert outbox.deliver_due() == 1

    refused = OutboxMessage.objects.get(order_number=first.pk)
    assert (refused.sent_at, refused.attempts) == (None, 1)
    assert "550" in refused.last_error
    assert refused.due_at > timezone.now()
    assert [letter.subject for letter in mailer.taken] == [f"Your order {second.pk}"]


@pytest.mark.parametrize("error", [SMTPServerDisconnected("gone"), TimeoutError("hangs"), ConnectionResetError()])
def test_lost_connection_ends_delivery(
    buy: Callable[..., Any], use_mailer: Callable[[FakeMailer], FakeMailer], error: Exception
) -> None:
    buy()
    buy()
    use_mailer(FakeMailer(error))

    assert outbox.deliver_due() == 0
    assert sorted(OutboxMessage.objects.values_list("attempts", flat=True)) == [0, 1]


def test_invalid_mail_does_not_block_others(
    buy: Callable[..., Any], use_mailer: Callable[[FakeMailer], FakeMailer], caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = buy(), buy()
    OutboxMessage.objects.filter(order_number=broken.pk).update(context={})
    mailer = use_mailer(FakeMailer())

    assert outbox.deliver_due() == 1
    assert [letter.subject for letter in mailer.taken] == [f"Your order {sound.pk}"]
    assert "KeyError" in OutboxMessage.objects.get(order_number=broken.pk).last_error
    assert any(record.exc_info for record in caplog.records)


def test_retry_delay_grows_until_mail_is_given_up(
    buy: Callable[..., Any], use_mailer: Callable[[FakeMailer], FakeMailer]
) -> None:
    buy()
    use_mailer(FakeMailer(*[SMTPRecipientsRefused({})] * outbox.MAX_ATTEMPTS))
    pauses = []

    for _ in range(outbox.MAX_ATTEMPTS):
        make_due()
        before = timezone.now()
        outbox.deliver_due()
        due_at = OutboxMessage.objects.get().due_at
        pauses.append(due_at and round((due_at - before).total_seconds()))

    assert pauses[:4] == [5, 10, 20, 40]
    assert max(pauses[:-1]) == 3600
    assert pauses[-1] is None
    assert OutboxMessage.objects.given_up().count() == 1


def test_failure_after_lease_changes_nothing(
    buy: Callable[..., Any], use_mailer: Callable[[FakeMailer], FakeMailer]
) -> None:
    """Another process may have claimed the mail by then."""
    buy()
    later = timezone.now() + timedelta(minutes=5)
    mailer = use_mailer(FakeMailer())

    def fail_late(messages: list[Any]) -> int:
        OutboxMessage.objects.update(due_at=later)
        raise TimeoutError

    mailer.send_messages = fail_late  # type: ignore[method-assign]
    outbox.deliver_due()

    assert OutboxMessage.objects.get().due_at == later
    assert OutboxMessage.objects.get().last_error == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_mail_is_sent_outside_transaction(
    buy: Callable[..., Any], use_mailer: Callable[[FakeMailer], FakeMailer]
) -> None:
    buy()
    mailer, seen = use_mailer(FakeMailer()), []

    def send(messages: list[Any]) -> int:
        seen.append(connection.in_atomic_block)
        return len(messages)

    mailer.send_messages = send  # type: ignore[method-assign]

    outbox.deliver_due()

    assert seen == [False]


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_concurrent_senders_send_each_mail_once(
    buy: Callable[..., Any], use_mailer: Callable[[FakeMailer], FakeMailer]
) -> None:
    for _ in range(12):
        buy()
    mailer, start = use_mailer(FakeMailer()), threading.Barrier(4)

    def deliver() -> None:
        start.wait(10)
        try:
            outbox.deliver_due()
        finally:
            connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    ids = [letter.extra_headers["Message-ID"] for letter in mailer.taken]
    assert len(ids) == len(set(ids)) == 12


def test_command_sends_mails_and_prints_counts(buy: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    buy()
    baker.make(OutboxMessage, context={}, due_at=None, attempts=outbox.MAX_ATTEMPTS)

    call_command("send_outbox")

    assert capsys.readouterr().out == "1 sent, 0 waiting, 0 held, 1 given up.\n"


def test_stored_context_is_json(buy: Callable[..., Any]) -> None:
    buy()

    assert json.loads(json.dumps(OutboxMessage.objects.get().context))["total"] == "22.00"


def test_resending_mail_in_transit_sends_it_once(
    buy: Callable[..., Any], use_mailer: Callable[[FakeMailer], FakeMailer]
) -> None:
    buy()
    mailer = use_mailer(FakeMailer())
    send = mailer.send_messages

    def send_during_manual_retry(messages: list[Any]) -> int:
        mailer.send_messages = send  # type: ignore[method-assign]
        outbox.send_again(OutboxMessage.objects.get())
        assert outbox.deliver_due() == 0
        return send(messages)

    mailer.send_messages = send_during_manual_retry  # type: ignore[method-assign]

    assert outbox.deliver_due() == 1
    assert len(mailer.taken) == 1
