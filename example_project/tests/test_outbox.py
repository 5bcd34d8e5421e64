"""Confirmation mails are stored with the order and sent once in the background."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from model_bakery import baker
from rest_framework.test import APIClient

from store_custom import courier, receipts
from store_custom.models import OutboxMessage
from store_custom.services import letters, outbox
from storefront_store.signals import order_placing

pytestmark = pytest.mark.django_db


class Mailer:
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
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mailer], Mailer]:
    """Return a function that sets the mail connection of the outbox."""

    def do_use(mailer: Mailer) -> Mailer:
        monkeypatch.setattr(outbox, "open_mailer", lambda: mailer)
        return mailer

    return do_use


def make_due() -> None:
    OutboxMessage.objects.waiting().update(due_at=timezone.now() - timedelta(seconds=1))


def test_the_mail_says_what_was_ordered(buy: Callable[..., Any], create_user: Callable[..., Any]) -> None:
    buyer = create_user("cora", first_name="Cora", last_name="Mertens")
    order = buy(buyer, title="A kettle <for> two", unit_price=Decimal("1250.50"))

    assert outbox.deliver_due() == 1

    [letter] = mail.outbox
    assert letter.subject == f"Your order {order.pk}"
    assert letter.to == [buyer.email]
    for text in (
        "Cora Mertens",
        "2 x A kettle <for> two",
        "Subtotal: 2,501.00 USD",
        "Tax 10 %: 250.10 USD",
        "Total: 2,751.10 USD",
    ):
        assert text in letter.body
    page = letter.alternatives[0][0]
    assert "A kettle &lt;for&gt; two" in page
    assert "2,751.10 USD" in page


# U+202F is used between a number and its unit, U+2009 before a sign; U+200B and U+FEFF occur in copied text.
INVISIBLE = ["Kettle, 2\u202fl", "Cup \u2009set", "Rice\u200b", "\ufeffLamp", "Mug\u00ad\u0301", "\u2028"]
FOREIGN = ["Чайник", "Βραστήρας", "やかん", "漢字", "إبريق شاي", "קומקום", "🫖", "👩🏽\u200d🍳"]


@pytest.mark.parametrize("title", ["A kettle", *FOREIGN, *INVISIBLE, "a\nb\tc", "x" * 255])
def test_the_receipt_is_a_pdf_in_any_language(buy: Callable[..., Any], title: str) -> None:
    order = buy(title=title)

    outbox.deliver_due()

    [attachment] = mail.outbox[0].attachments
    name, content, kind = attachment
    assert (name, kind) == (f"receipt-{order.pk}.pdf", "application/pdf")
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize("name", [*FOREIGN, *INVISIBLE])
def test_the_receipt_bears_any_name_and_address(buy: Callable[..., Any], name: str) -> None:
    buy()
    message = OutboxMessage.objects.get()
    message.context |= {"name": name, "address": {"street": name, "city": name}}

    letter = letters.compose(message)

    assert letter.attachments[0][1].startswith(b"%PDF-")


def test_without_its_receipt_the_mail_goes_out(
    buy: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(order: dict[str, Any]) -> bytes:
        raise RuntimeError("no room on the page")

    order = buy(title="A kettle")
    monkeypatch.setattr(receipts, "render", fail)

    assert outbox.deliver_due() == 1

    [letter] = mail.outbox
    assert "A kettle" in letter.body
    assert letter.attachments == []
    assert not any("attached" in text for text in (letter.body, letter.alternatives[0][0]))
    assert f"The receipt of order {order.pk} could not be made" in caplog.text
    assert "no room on the page" in caplog.text


def test_a_title_can_add_no_header(buy: Callable[..., Any], create_user: Callable[..., Any]) -> None:
    buy(create_user("cora", first_name="Cora\nBcc: all@storefront.example"))

    outbox.deliver_due()

    assert mail.outbox[0].recipients() == ["cora@storefront.example"]
    assert "Bcc" not in mail.outbox[0].message()


def test_an_order_costs_one_statement_more(buy: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    buy()
    with CaptureQueriesContext(connection) as confirmed:
        buy()
    monkeypatch.setattr(outbox, "enqueue", lambda *args: None)
    with CaptureQueriesContext(connection) as bare:
        buy()

    assert len(confirmed) == len(bare) + 1


def test_a_checkout_with_login_tax_and_mail_costs_14_statements(
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


def test_no_order_no_mail(buy: Callable[..., Any]) -> None:
    def refuse(**kwargs: Any) -> None:
        raise ValueError("no")

    order_placing.connect(refuse)
    try:
        with pytest.raises(Exception, match="could not be placed"):
            buy()
    finally:
        order_placing.disconnect(refuse)

    assert not OutboxMessage.objects.exists()


def test_no_mail_no_order(
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


def test_who_has_no_address_gets_no_mail(buy: Callable[..., Any], create_user: Callable[..., Any]) -> None:
    user = create_user("nobody")
    user.email = ""

    assert buy(user).pk
    assert not OutboxMessage.objects.exists()


def test_the_mail_tells_of_the_order_as_it_was_placed(buy: Callable[..., Any]) -> None:
    order = buy(title="A kettle")
    order.items.all().delete()
    order.delete()

    outbox.deliver_due()

    assert "A kettle" in mail.outbox[0].body


def test_what_was_sent_is_not_sent_again(buy: Callable[..., Any]) -> None:
    buy()

    assert [outbox.deliver_due(), outbox.deliver_due()] == [1, 0]
    assert OutboxMessage.objects.get().sent_at is not None


def test_an_unreachable_server_costs_no_attempt(buy: Callable[..., Any], use: Callable[[Mailer], Mailer]) -> None:
    buy()
    use(Mailer(unreachable=TimeoutError("timed out")))

    assert outbox.deliver_due() == 0

    message = OutboxMessage.objects.get()
    assert message.attempts == 0
    assert message.due_at <= timezone.now()


def test_a_mail_whose_sender_died_is_sent_with_the_same_id(
    buy: Callable[..., Any], use: Callable[[Mailer], Mailer]
) -> None:
    class Death(BaseException):
        """Simulates the death of the process, which no exception handler catches."""

    buy()
    mailer = use(Mailer())
    send: Any = mailer.send_messages

    def send_and_die(messages: list[Any]) -> int:
        send(messages)
        raise Death

    mailer.send_messages = send_and_die  # type: ignore[method-assign]

    with pytest.raises(Death):
        outbox.deliver_due()
    mailer.send_messages = send  # type: ignore[method-assign]
    assert outbox.deliver_due() == 0  # the lease
    make_due()
    assert outbox.deliver_due() == 1

    first, second = mailer.taken
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_a_dead_sender_is_replaced_within_a_minute() -> None:
    from store_custom.schedule import SCHEDULE

    sweep = SCHEDULE["send what is left in the outbox"]["schedule"]

    assert outbox.LEASE + sweep < timedelta(minutes=1)
    assert outbox.LEASE + timedelta(seconds=courier.SWEEP_SECONDS) < timedelta(minutes=1)


def test_the_lease_is_longer_than_sending_can_take(settings: Any) -> None:
    from storefront.settings import services

    assert 4 * timedelta(seconds=services.mail("smtp://localhost").options["timeout"]) < outbox.LEASE


def test_a_refused_mail_holds_up_no_other(buy: Callable[..., Any], use: Callable[[Mailer], Mailer]) -> None:
    first, second = buy(), buy()
    mailer = use(Mailer(SMTPRecipientsRefused({"buyer@storefront.example": (550, b"no such user")})))

    assert outbox.deliver_due() == 1

    refused = OutboxMessage.objects.get(order_number=first.pk)
    assert (refused.sent_at, refused.attempts) == (None, 1)
    assert "550" in refused.last_error
    assert refused.due_at > timezone.now()
    assert [letter.subject for letter in mailer.taken] == [f"Your order {second.pk}"]


@pytest.mark.parametrize("error", [SMTPServerDisconnected("gone"), TimeoutError("hangs"), ConnectionResetError()])
def test_a_lost_connection_ends_the_run(
    buy: Callable[..., Any], use: Callable[[Mailer], Mailer], error: Exception
) -> None:
    buy()
    buy()
    use(Mailer(error))

    assert outbox.deliver_due() == 0
    assert sorted(OutboxMessage.objects.values_list("attempts", flat=True)) == [0, 1]


def test_a_defect_is_one_mails_own(
    buy: Callable[..., Any], use: Callable[[Mailer], Mailer], caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = buy(), buy()
    OutboxMessage.objects.filter(order_number=broken.pk).update(context={})
    mailer = use(Mailer())

    assert outbox.deliver_due() == 1
    assert [letter.subject for letter in mailer.taken] == [f"Your order {sound.pk}"]
    assert "KeyError" in OutboxMessage.objects.get(order_number=broken.pk).last_error
    assert any(record.exc_info for record in caplog.records)


def test_pauses_grow_and_end(buy: Callable[..., Any], use: Callable[[Mailer], Mailer]) -> None:
    buy()
    use(Mailer(*[SMTPRecipientsRefused({})] * outbox.MAX_ATTEMPTS))
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


def test_a_failure_after_the_lease_changes_nothing(buy: Callable[..., Any], use: Callable[[Mailer], Mailer]) -> None:
    """Another process may have claimed the mail by then."""
    buy()
    later = timezone.now() + timedelta(minutes=5)
    mailer = use(Mailer())

    def fail_late(messages: list[Any]) -> int:
        OutboxMessage.objects.update(due_at=later)
        raise TimeoutError

    mailer.send_messages = fail_late  # type: ignore[method-assign]
    outbox.deliver_due()

    assert OutboxMessage.objects.get().due_at == later
    assert OutboxMessage.objects.get().last_error == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_a_mail_is_sent_outside_of_any_transaction(buy: Callable[..., Any], use: Callable[[Mailer], Mailer]) -> None:
    buy()
    mailer, seen = use(Mailer()), []

    def send(messages: list[Any]) -> int:
        seen.append(connection.in_atomic_block)
        return len(messages)

    mailer.send_messages = send  # type: ignore[method-assign]

    outbox.deliver_due()

    assert seen == [False]


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_many_senders_send_each_mail_once(buy: Callable[..., Any], use: Callable[[Mailer], Mailer]) -> None:
    for _ in range(12):
        buy()
    mailer, start = use(Mailer()), threading.Barrier(4)

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


def test_each_mail_has_an_id_of_the_shop(buy: Callable[..., Any]) -> None:
    buy()
    buy()

    ids = set(OutboxMessage.objects.values_list("message_id", flat=True))
    assert len(ids) == 2
    assert all(name.endswith("@storefront.example>") for name in ids)


def test_the_command_sends_and_says_what_is_left(buy: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    buy()
    baker.make(OutboxMessage, context={}, due_at=None, attempts=outbox.MAX_ATTEMPTS)

    call_command("send_outbox")

    assert capsys.readouterr().out == "1 sent, 0 waiting, 0 held, 1 given up.\n"


def test_what_is_stored_is_plain_json(buy: Callable[..., Any]) -> None:
    buy()

    assert json.loads(json.dumps(OutboxMessage.objects.get().context))["total"] == "22.00"


def test_a_mail_in_transit_is_left_to_its_sender(buy: Callable[..., Any], use: Callable[[Mailer], Mailer]) -> None:
    buy()
    mailer = use(Mailer())
    send = mailer.send_messages

    def send_while_staff_is_impatient(messages: list[Any]) -> int:
        mailer.send_messages = send  # type: ignore[method-assign]
        outbox.send_again(OutboxMessage.objects.get())
        assert outbox.deliver_due() == 0
        return send(messages)

    mailer.send_messages = send_while_staff_is_impatient  # type: ignore[method-assign]

    assert outbox.deliver_due() == 1
    assert len(mailer.taken) == 1
