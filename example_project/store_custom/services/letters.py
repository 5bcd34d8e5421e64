"""The content of mails about orders, which is stored as plain values and rendered when a mail is sent."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from store_custom.models import MailKind, OutboxMessage
from storefront_auth.models import User
from storefront_store.conf import get_model
from storefront_store.models import AbstractOrder
from storefront_store.services import guests

logger = logging.getLogger(__name__)

TEMPLATES: Final = "store_custom/mail"
LANGUAGES: Final = frozenset({"en", "de", "es"})  # of the templates
MAX_TEXT_LENGTH: Final = 200
LINK_SIGNS: Final = re.compile(r"(?<=[:.@/])(?=\S)")
LINK: Final = re.compile(r"\S*(?:://|www\.|@|\w\.\w)\S*", re.IGNORECASE)


def current_language() -> str:
    """Return the language of the request if the mails are translated into it, or else that of the project."""
    for code in (translation.get_language() or "", settings.LANGUAGE_CODE):
        if (language := code.partition("-")[0]) in LANGUAGES:
            return language
    return "en"


def content_of(order: AbstractOrder, user: User | None, language: str) -> dict[str, Any]:
    """Return the content of a mail about an order, as values that can be serialized to JSON."""
    return {
        "language": language,
        "number": str(order.pk),
        "name": str(user.get_full_name() or user.get_username()) if user else "",
        "placed_at": order.placed_at.isoformat(),
        "currency": order.currency,
        "subtotal": str(order.subtotal),
        "adjustments": [
            {"label": adjustment.label, "amount": str(adjustment.amount), "included": adjustment.included}
            for adjustment in order.adjustment_list
        ],
        "total": str(order.total),
        "tracking": order.tracking,
        "address": order.shipping_address,
        "lines": [
            {
                "title": item.title,
                "quantity": item.quantity,
                "unit_price": str(item.unit_price),
                "total": str(item.amount),
            }
            for item in order.item_list
        ],
    }


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """Return the mail in the customer's language, as text and HTML, with a PDF receipt if it is a confirmation."""
    with translation.override(message.context.get("language", "en")):
        return _composed(message)


def _composed(message: OutboxMessage) -> EmailMultiAlternatives:
    context = read(message.context)
    receipt = _receipt(context) if message.kind == MailKind.CONFIRMATION else None
    context["has_receipt"] = receipt is not None
    context["link"] = link_to(message)
    template = f"{TEMPLATES}/{message.kind}"
    letter = EmailMultiAlternatives(
        subject=" ".join(render_to_string(f"{template}.subject.txt", context).split()),
        body=render_to_string(f"{template}.txt", context),
        to=[message.recipient],
        headers={"Message-ID": message.message_id},
    )
    letter.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    if receipt is not None:
        letter.attach(f"receipt-{message.order_number}.pdf", receipt, "application/pdf")
    return letter


def read(stored: dict[str, Any]) -> dict[str, Any]:
    """Return the stored content with dates and amounts converted, and the customer's texts made safe."""
    lines = [
        {**line, "unit_price": Decimal(line["unit_price"]), "total": Decimal(line["total"])} for line in stored["lines"]
    ]
    address = stored["address"]
    return {
        "language": "en",
        **stored,
        "name": harmless(stored["name"]),
        "address": {key: harmless(str(value)) for key, value in address.items() if value} if address else None,
        "lines": lines,
        "subtotal": Decimal(stored["subtotal"]),
        "adjustments": [{**row, "amount": Decimal(row["amount"])} for row in stored["adjustments"]],
        "total": Decimal(stored["total"]),
        "refund": Decimal(stored.get("refund", 0)),
        "placed_at": datetime.fromisoformat(stored["placed_at"]),
    }


def link_to(message: OutboxMessage) -> str:
    """Return the URL of the order in the front end, or an empty string if the order was deleted.

    For a guest it contains the key that gives access to the order without an account. The key is created when the mail
    is sent, is not stored, and is only sent to the address of the order.
    """
    orders = get_model("Order")._default_manager.select_related("customer")
    try:
        order = orders.get(pk=message.order_number)
    except (ObjectDoesNotExist, ValidationError, ValueError):
        return ""
    is_guest = guests.is_guest_order(order) and order.email == message.recipient
    query = f"?{urlencode({'key': guests.key_of(order)})}" if is_guest else ""
    return f"{settings.FRONTEND_URL.rstrip('/')}/orders/{quote(message.order_number, safe='')}{query}"


def harmless(text: str) -> str:
    """Return a customer's text as one short line in which mail programs do not detect links.

    Anybody can register with any name and with somebody else's email address, and must not be able to send links to it.
    """
    line = " ".join(text.split())[:MAX_TEXT_LENGTH]
    return LINK.sub(lambda found: LINK_SIGNS.sub(" ", found[0]), line)


def _receipt(context: dict[str, Any]) -> bytes | None:
    """Return the receipt, or log the error and return ``None``, so that the mail is sent without it."""
    from store_custom import receipts  # imported here because the PDF library takes long to import

    try:
        return receipts.render(context)
    except Exception:  # fonts and layout can fail in many ways
        logger.exception("The receipt of order %s could not be made", context["number"])
        return None
