"""Mails of orders and their receipts: what they say, in any language."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from store_custom import receipts
from store_custom.models import OutboxMessage
from store_custom.services import letters, outbox

pytestmark = pytest.mark.django_db


def test_mail_lists_items_and_amounts(buy: Callable[..., Any], create_user: Callable[..., Any]) -> None:
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
def test_receipt_is_pdf_for_any_title(buy: Callable[..., Any], title: str) -> None:
    order = buy(title=title)

    outbox.deliver_due()

    [attachment] = mail.outbox[0].attachments
    name, content, kind = attachment
    assert (name, kind) == (f"receipt-{order.pk}.pdf", "application/pdf")
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize("name", [*FOREIGN, *INVISIBLE])
def test_receipt_is_pdf_for_any_name_and_address(buy: Callable[..., Any], name: str) -> None:
    buy()
    message = OutboxMessage.objects.get()
    message.context |= {"name": name, "address": {"street": name, "city": name}}

    letter = letters.compose(message)

    assert letter.attachments[0][1].startswith(b"%PDF-")


def test_mail_is_sent_if_receipt_fails(
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


def test_name_cannot_inject_mail_header(buy: Callable[..., Any], create_user: Callable[..., Any]) -> None:
    buy(create_user("cora", first_name="Cora\nBcc: all@storefront.example"))

    outbox.deliver_due()

    assert mail.outbox[0].recipients() == ["cora@storefront.example"]
    assert "Bcc" not in mail.outbox[0].message()


def test_user_without_email_gets_no_mail(buy: Callable[..., Any], create_user: Callable[..., Any]) -> None:
    user = create_user("nobody")
    user.email = ""

    assert buy(user).pk
    assert not OutboxMessage.objects.exists()


def test_mail_lists_items_of_deleted_order(buy: Callable[..., Any]) -> None:
    order = buy(title="A kettle")
    order.items.all().delete()
    order.delete()

    outbox.deliver_due()

    assert "A kettle" in mail.outbox[0].body


def test_message_ids_are_unique_and_use_site_domain(buy: Callable[..., Any]) -> None:
    buy()
    buy()

    ids = set(OutboxMessage.objects.values_list("message_id", flat=True))
    assert len(ids) == 2
    assert all(name.endswith("@storefront.example>") for name in ids)
