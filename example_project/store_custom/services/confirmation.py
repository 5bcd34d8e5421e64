"""Turns a row of the outbox into the mail that it stands for."""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from store_custom import receipts
from store_custom.models import OutboxMessage

logger = logging.getLogger(__name__)

TEMPLATE = "store_custom/mail/confirmation"


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """Return the mail: plain text, the same as a page, and the receipt as a PDF, if it can be made."""
    context = read(message.context)
    receipt = _receipt(context)
    context["has_receipt"] = receipt is not None
    letter = EmailMultiAlternatives(
        subject=" ".join(render_to_string(f"{TEMPLATE}.subject.txt", context).split()),
        body=render_to_string(f"{TEMPLATE}.txt", context),
        to=[message.recipient],
        headers={"Message-ID": message.message_id},
    )
    letter.attach_alternative(render_to_string(f"{TEMPLATE}.html", context), "text/html")
    if receipt is not None:
        letter.attach(f"receipt-{message.order_number}.pdf", receipt, "application/pdf")
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


def _receipt(context: dict[str, Any]) -> bytes | None:
    """Return the receipt; None, logged, if it can't be made: the customer shall hear of the order all the same."""
    try:
        return receipts.render(context)
    except Exception:  # what a text can do to fonts and layout is without end
        logger.exception("The receipt of order %s could not be made", context["number"])
        return None
