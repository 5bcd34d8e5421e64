"""Mail about orders: stored with the change that it reports, sent afterwards, each once.

A sender claims a row for as long as sending can take, sends outside of any transaction, and marks the row. Only if it
dies after the mail server's "250" and before the mark does the customer get a mail twice, with one Message-ID.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from smtplib import SMTPException, SMTPServerDisconnected
from typing import Any, Final

import django
from django.conf import settings
from django.core import mail
from django.db.models import F, Q
from django.utils import timezone

from store_custom.models import MailKind, OutboxMessage
from store_custom.services import addresses
from store_custom.services.letters import compose, content_of
from storefront_auth.models import User
from storefront_store.models import AbstractOrder

logger = logging.getLogger(__name__)

# Longer than sending takes on an open connection: four steps, each of at most the 5 s of the mail settings.
LEASE: Final = timedelta(seconds=45)
FIRST_PAUSE: Final = timedelta(seconds=5)  # doubled after each failure
LONGEST_PAUSE: Final = timedelta(hours=1)
MAX_ATTEMPTS: Final = 20  # about eleven hours
BATCH: Final = 20
MAX_ERROR_LENGTH: Final = 500
RUN_SECONDS: Final = 20.0  # a run starts no further mail after this; the next one goes on


def enqueue(order: AbstractOrder, user: User | None = None) -> OutboxMessage | None:
    """Store the confirmation of an order, in the transaction that places it.

    Args:
        order: The new order, its lines and adjustments in memory. Its address gets the mail.
        user: Who placed it, for orders whose customer has no account.

    Returns:
        The stored mail; None where there is no address to send it to.
    """
    return _store(order, MailKind.CONFIRMATION, order.customer.user or user)


def enqueue_shipped(order: AbstractOrder) -> OutboxMessage | None:
    """Store the mail that tells that an order is on its way.

    Returns:
        The stored mail; None where there is no address to send it to.
    """
    return _store(order, MailKind.SHIPPED, order.customer.user)


def enqueue_paid(order: AbstractOrder) -> OutboxMessage | None:
    """Store the mail that tells that an order is paid.

    Returns:
        The stored mail; None where there is no address to send it to.
    """
    return _store(order, MailKind.PAID, order.customer.user)


def enqueue_refunded(order: AbstractOrder, amount: Decimal) -> OutboxMessage | None:
    """Store the mail that tells that money goes back.

    Args:
        order: The order that the money was paid for.
        amount: How much goes back.

    Returns:
        The stored mail; None where there is no address to send it to.
    """
    return _store(order, MailKind.REFUNDED, order.customer.user, refund=str(amount))


def _store(order: AbstractOrder, kind: MailKind, user: User | None, **more: str) -> OutboxMessage | None:
    recipient = order.email or getattr(user, "email", "")
    if not recipient:
        return None
    return OutboxMessage.objects.create(
        kind=kind,
        user=user,
        recipient=recipient,
        order_number=str(order.pk),
        context={**content_of(order, user), **more},
        due_at=timezone.now() if addresses.take_turn(recipient) else None,
    )


def deliver_due() -> int:
    """Send all that is due; return how many were sent.

    A mail server that can't be reached costs no mail an attempt: nothing is claimed before the connection stands.
    """
    if not OutboxMessage.objects.due().exists():
        return 0
    connection = open_mailer()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        logger.warning("The mail server can't be reached: %s", error)
        return 0
    with closing(connection):
        return _deliver(connection)


def send_again(message: OutboxMessage) -> None:
    """Make a mail due at once that was given up or held. One that waits goes out anyway, and may be in transit.

    One that was sent goes out as a new mail, which no reader takes for the old one.
    """
    if message.sent_at is not None:
        copied = {name: getattr(message, name) for name in ("kind", "user", "recipient", "order_number", "context")}
        OutboxMessage.objects.create(**copied)
    else:
        OutboxMessage.objects.filter(pk=message.pk, due_at=None).update(due_at=timezone.now(), attempts=0)


def purge() -> int:
    """Delete the mails that were sent more than ``MAIL_DAYS`` ago, and those that were held or given up as long.

    Returns:
        How many were deleted.
    """
    until = timezone.now() - timedelta(days=settings.MAIL_DAYS)
    old = Q(sent_at__lte=until) | Q(due_at__isnull=True, sent_at__isnull=True, created_at__lte=until)
    return OutboxMessage.objects.filter(old).delete()[0]


def personal_data(user: User) -> dict[str, object]:
    """Return the mails that are kept for an account, for ``STOREFRONT_AUTH["PERSONAL_DATA"]``."""
    fields = ("kind", "recipient", "order_number", "context", "created_at", "sent_at")
    return {"mails": list(OutboxMessage.objects.filter(user_id=user.pk).order_by("pk").values(*fields))}


def open_mailer() -> Any:
    """Return a connection of its own to the default mail service."""
    return mail.mailers.default if django.VERSION >= (6, 1) else mail.get_connection()


def _deliver(connection: Any) -> int:
    sent, end = 0, time.monotonic() + RUN_SECONDS
    for message in _claimed():
        try:
            connection.send_messages([compose(message)])
        except Exception as error:  # noqa: BLE001  (one mail's defect is no other's)
            _put_back(message, error)
            if _is_broken_line(error):
                break
        else:
            _unsent(message).update(sent_at=timezone.now(), due_at=None, last_error="")
            sent += 1
        if time.monotonic() > end:
            break
    return sent


def _is_broken_line(error: Exception) -> bool:
    """Tell whether there is nobody left to talk to, as opposed to somebody who has refused one mail."""
    refused = isinstance(error, SMTPException) and not isinstance(error, SMTPServerDisconnected)
    return isinstance(error, OSError) and not refused


def _claimed() -> Iterator[OutboxMessage]:
    """Go through what is due, keeping others off each row just before it is sent."""
    while batch := list(OutboxMessage.objects.due()[:BATCH]):
        for message in batch:
            until = timezone.now() + LEASE
            rows = _unsent(message).filter(due_at=message.due_at)
            if rows.update(due_at=until, attempts=F("attempts") + 1):
                message.due_at = until
                message.attempts += 1
                yield message


def _put_back(message: OutboxMessage, error: Exception) -> None:
    """Note what went wrong, and when to try again; unless the lease has run out and somebody else is at it."""
    pause = min(FIRST_PAUSE * 2 ** (message.attempts - 1), LONGEST_PAUSE)
    final = message.attempts >= MAX_ATTEMPTS
    logger.log(
        logging.ERROR if final else logging.WARNING,
        "The mail %s could not be sent: %s",
        message.message_id,
        error,
        exc_info=not isinstance(error, OSError),  # a defect of ours
    )
    _unsent(message).filter(due_at=message.due_at).update(
        due_at=None if final else timezone.now() + pause,
        last_error=f"{type(error).__name__}: {error}"[:MAX_ERROR_LENGTH],
    )


def _unsent(message: OutboxMessage) -> Any:
    return OutboxMessage.objects.filter(pk=message.pk, sent_at__isnull=True)
