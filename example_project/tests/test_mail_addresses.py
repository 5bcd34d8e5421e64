"""Unconfirmed addresses get one mail a day, and customers' texts do not become links in mails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from djoser.signals import user_activated
from rest_framework.test import APIClient

from store_custom import tasks
from store_custom.models import MailAddress, OutboxMessage
from store_custom.services import addresses, letters, outbox
from storefront_store.services import carts, orders
from storefront_store.services.checkout import checkout

pytestmark = pytest.mark.django_db


@pytest.fixture
def place_order(create_product: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that places an order for a user with an unconfirmed address."""

    def do_order(user: Any) -> Any:
        cart = carts.create_cart()
        carts.add_item(cart.pk, create_product(inventory=100).pk, 1)
        return checkout(user=user, cart_id=cart.pk)

    return do_order


def deliver() -> int:
    outbox.deliver_due()
    return len(mail.outbox)


def test_unconfirmed_address_gets_one_mail_per_day(
    place_order: Callable[..., Any], create_user: Callable[..., Any]
) -> None:
    user = create_user()

    for _ in range(20):
        place_order(user)

    assert deliver() == 1
    assert OutboxMessage.objects.held().count() == 19


def test_limit_ignores_case_and_whitespace_of_address(create_user: Callable[..., Any]) -> None:
    assert addresses.take_turn("victim@storefront.example")
    assert not addresses.take_turn("Victim@Storefront.example ")


def test_unconfirmed_address_gets_another_mail_after_one_day(
    place_order: Callable[..., Any], create_user: Callable[..., Any]
) -> None:
    user = create_user()
    place_order(user)
    deliver()
    MailAddress.objects.update(last_mail_at=timezone.now() - timedelta(days=1, seconds=1))
    place_order(user)

    assert deliver() == 2


def test_retry_of_failed_mail_is_not_limited(
    place_order: Callable[..., Any], create_user: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    place_order(create_user())
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "compose", lambda message: 1 / 0)
        assert deliver() == 0
    OutboxMessage.objects.waiting().update(due_at=timezone.now())

    assert deliver() == 1


def test_staff_can_send_held_mail(place_order: Callable[..., Any], create_user: Callable[..., Any]) -> None:
    user = create_user()
    place_order(user)
    place_order(user)
    deliver()

    outbox.send_again(OutboxMessage.objects.held().get())

    assert deliver() == 2
    assert not OutboxMessage.objects.held().exists()


def test_confirmed_address_gets_held_and_later_mails(
    place_order: Callable[..., Any], create_user: Callable[..., Any]
) -> None:
    user = create_user()
    for _ in range(3):
        place_order(user)

    assert deliver() == 1
    user_activated.send(sender=None, user=user, request=None)
    place_order(user)

    assert deliver() == 4


def test_address_is_not_stored_in_plain_text() -> None:
    addresses.take_turn("cora@storefront.example")

    assert "cora" not in str(MailAddress.objects.values().get())


def test_unused_entries_are_purged() -> None:
    addresses.take_turn("cora@storefront.example")
    addresses.confirm("emil@storefront.example")
    MailAddress.objects.update(last_mail_at=timezone.now() - timedelta(days=3))

    tasks.purge_outbox()

    assert list(MailAddress.objects.values_list("digest", flat=True)) == [
        addresses.digest_of("emil@storefront.example")
    ]


LINKS = [
    "Dear customer, confirm at http://evil.example/now",
    "www.evil.example",
    "evil.example/login",
    "me@evil.example",
    "HTTPS://EVIL.EXAMPLE",
]


@pytest.mark.parametrize("text", LINKS)
def test_mail_contains_no_links_from_name(
    place_order: Callable[..., Any], create_user: Callable[..., Any], settings: Any, text: str
) -> None:
    place_order(create_user(first_name=text))

    assert deliver() == 1
    letter = mail.outbox[0]
    page = letter.alternatives[0][0]
    for whole in (letter.body, page):
        content = whole.replace(f"{settings.FRONTEND_URL}/orders/", "")  # the link of the mail itself
        assert "http://" not in content.lower()
        assert "https://" not in content.lower()
        assert "evil.example" not in content.lower()


def test_line_breaks_in_name_are_removed(create_user: Callable[..., Any], place_order: Callable[..., Any]) -> None:
    place_order(create_user(first_name="Cora\r\n\r\nYou have won", last_name="x" * 140))

    assert deliver() == 1
    assert "Hello Cora You have won" in mail.outbox[0].body


@pytest.mark.parametrize("name", ["Cora Mertens", "J. R. Smith", "O'Neill-Şahin", "Мария Иванова", "St. Main 5/7"])
def test_harmless_name_is_unchanged(name: str) -> None:
    assert letters.harmless(name) == name


def test_only_old_sent_mails_are_purged(buy: Callable[..., Any], settings: Any) -> None:
    for _ in range(3):
        buy()
    sent, recent, waiting = OutboxMessage.objects.order_by("pk")
    long_ago = timezone.now() - timedelta(days=settings.MAIL_DAYS, seconds=1)
    OutboxMessage.objects.filter(pk=sent.pk).update(sent_at=long_ago, due_at=None, created_at=long_ago)
    OutboxMessage.objects.filter(pk=recent.pk).update(sent_at=timezone.now(), due_at=None)
    OutboxMessage.objects.filter(pk=waiting.pk).update(created_at=long_ago)

    assert tasks.purge_outbox() == 1

    assert set(OutboxMessage.objects.values_list("pk", flat=True)) == {recent.pk, waiting.pk}


def test_account_deletion_deletes_mails(buy: Callable[..., Any], authenticate: Callable[..., APIClient]) -> None:
    client = authenticate("cora", first_name="Cora", last_name="Quintana")
    buy(get_user_model().objects.get(username="cora"))
    outbox.deliver_due()

    answer = client.delete("/auth/users/me/", {"current_password": "a-rather-long-password"})

    assert answer.status_code == 204
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM store_custom_outboxmessage")
        assert cursor.fetchone()[0] == 0


def test_shipping_mail_contains_tracking_number(
    buy: Callable[..., Any], django_capture_on_commit_callbacks: Any
) -> None:
    order = buy()
    outbox.deliver_due()
    mail.outbox.clear()
    orders.change_payment_status(order.pk, "C")

    with django_capture_on_commit_callbacks(execute=True):
        orders.ship_order(order.pk, tracking="1Z-999")
    outbox.deliver_due()

    [letter] = mail.outbox
    assert letter.subject == f"Your order {order.pk} is on its way"
    assert "Tracking number: 1Z-999" in letter.body
    assert letter.attachments == []


def test_command_reports_held_mails(place_order: Callable[..., Any], create_user: Callable[..., Any]) -> None:
    user, output = create_user(), StringIO()
    for _ in range(2):
        place_order(user)

    call_command("send_outbox", stdout=output)

    assert output.getvalue() == "1 sent, 0 waiting, 1 held, 0 given up.\n"


def test_data_export_contains_mails(buy: Callable[..., Any], authenticate: Callable[..., APIClient]) -> None:
    client = authenticate("cora", first_name="Cora")
    buy(get_user_model().objects.get(username="cora"))

    held = client.get("/auth/users/me/data/").json()

    assert held["mails"][0]["recipient"] == "cora@storefront.example"
    assert {"account", "profile", "orders", "likes", "mails"} <= set(held)
