"""Turns a row of the outbox into the mail that it stands for."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from store_custom import receipts
from store_custom.models import OutboxMessage

TEMPLATE = "store_custom/mail/confirmation"


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """Return the mail: plain text, the same as a page, and the receipt as a PDF."""
    context = read(message.context)
    letter = EmailMultiAlternatives(
        subject=" ".join(render_to_string(f"{TEMPLATE}.subject.txt", context).split()),
        body=render_to_string(f"{TEMPLATE}.txt", context),
        to=[message.recipient],
        headers={"Message-ID": message.message_id},
    )
    letter.attach_alternative(render_to_string(f"{TEMPLATE}.html", context), "text/html")
    letter.attach(f"receipt-{message.order_number}.pdf", receipts.render(context), "application/pdf")
    return letter


def read(stored: dict[str, Any]) -> dict[str, Any]:
    """Return the stored content with its moment and its amounts as such."""
    lines = [
        {**line, "unit_price": Decimal(line["unit_price"]), "total": Decimal(line["total"])} for line in stored["lines"]
    ]
    return {
        **stored,
        "lines": lines,
        "total": Decimal(stored["total"]),
        "placed_at": datetime.fromisoformat(stored["placed_at"]),
    }
