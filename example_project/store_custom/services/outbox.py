"""Transactional outbox: mails about orders are stored with the change that they report, and sent once afterwards.

A process claims a mail with a lease, sends it outside of any transaction, and marks it as sent. A mail is sent twice,
with the same Message-ID, only if the process dies after the mail server has accepted it and before it is marked.
Whether an address may get a mail is decided when the mail is claimed.
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
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from store_custom.models import MailKind, OutboxMessage
from store_custom.services import addresses
from store_custom.services.letters import compose, content_of, current_language
from storefront_auth.models import User
from storefront_store.inserts import create
from storefront_store.models import AbstractOrder
from storefront_store.services.transactions import using

logger = logging.getLogger(__name__)

# Longer than sending a mail on an open connection, which has four steps with a timeout of 5 s each (mail settings).
LEASE: Final = timedelta(seconds=45)
FIRST_PAUSE: Final = timedelta(seconds=5)  # doubled after each failure
LONGEST_PAUSE: Final = timedelta(hours=1)
MAX_ATTEMPTS: Final = 20  # about eleven hours
ADMITTED: Final = 1  # from this number of attempts on, the limit of the address is not applied again
BATCH: Final = 20
MAX_ERROR_LENGTH: Final = 500
RUN_SECONDS: Final = 20.0  # a run sends no further mail after this; the next run continues


def enqueue(order: AbstractOrder, user: User | None = None) -> OutboxMessage | None:
    """Store the confirmation mail of an order, in the transaction that places it.

    Args:
        order: The new order with its items and adjustments prefetched. The mail goes to its address.
        user: The user who placed it, for orders whose customer has no account.

    Returns:
        The stored mail, or ``None`` if there is no address.
    """
    return _store(order, MailKind.CONFIRMATION, order.customer.user or user)


def enqueue_shipped(order: AbstractOrder) -> OutboxMessage | None:
    """Store the mail about the shipment of an order.

    Returns:
        The stored mail, or ``None`` if there is no address.
    """
    return _store(order, MailKind.SHIPPED, order.customer.user)


def enqueue_paid(order: AbstractOrder) -> OutboxMessage | None:
    """Store the mail about the payment of an order.

    Returns:
        The stored mail, or ``None`` if there is no address.
    """
    return _store(order, MailKind.PAID, order.customer.user)


def enqueue_refunded(order: AbstractOrder, amount: Decimal) -> OutboxMessage | None:
    """Store the mail about a refund.

    Args:
        order: The order.
        amount: The refunded amount.

    Returns:
        The stored mail, or ``None`` if there is no address.
    """
    return _store(order, MailKind.REFUNDED, order.customer.user, refund=str(amount))


def _store(order: AbstractOrder, kind: MailKind, user: User | None, **more: str) -> OutboxMessage | None:
    recipient = order.email or getattr(user, "email", "")
    if not recipient:
        return None
    message: OutboxMessage = create(
        OutboxMessage.objects,
        using=using(),
        kind=kind,
        user=user,
        recipient=recipient,
        order_number=str(order.pk),
        context={**content_of(order, user, _language_of(order, kind)), **more},
    )
    return message


def _language_of(order: AbstractOrder, kind: MailKind) -> str:
    """Return the language of the checkout: later mails are caused by staff or payment providers, who use their own."""
    if kind != MailKind.CONFIRMATION:
        confirmations = OutboxMessage.objects.filter(order_number=str(order.pk), kind=MailKind.CONFIRMATION)
        language = confirmations.values_list("context__language", flat=True).first()
        return language or settings.LANGUAGE_CODE.partition("-")[0]
    return current_language()


def deliver_due() -> int:
    """Send all mails that are due, and return the number of sent mails.

    Mails are claimed only after the connection is open, so a mail server that is unavailable uses up no attempts.
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
    """Send a mail again that was sent, given up or held. A waiting mail is not changed, because it may be in transit.

    The limit of its address does not apply. Of a mail that was sent, a copy with a new Message-ID is stored, so that
    mail programs do not drop it.
    """
    if message.sent_at is not None:
        copied = {name: getattr(message, name) for name in ("kind", "user", "recipient", "order_number", "context")}
        OutboxMessage.objects.create(**copied, attempts=ADMITTED)
    else:
        OutboxMessage.objects.filter(pk=message.pk, due_at=None).update(due_at=timezone.now(), attempts=ADMITTED)


def purge() -> int:
    """Delete the mails that were sent, held or given up more than ``MAIL_DAYS`` ago.

    Returns:
        The number of deleted mails.
    """
    until = timezone.now() - timedelta(days=settings.MAIL_DAYS)
    old = Q(sent_at__lte=until) | Q(due_at__isnull=True, sent_at__isnull=True, created_at__lte=until)
    return OutboxMessage.objects.filter(old).delete()[0]


def personal_data(user: User) -> dict[str, object]:
    """Return the stored mails of an account, for ``STOREFRONT_AUTH["PERSONAL_DATA"]``."""
    fields = ("kind", "recipient", "order_number", "context", "created_at", "sent_at")
    return {"mails": list(OutboxMessage.objects.filter(user_id=user.pk).order_by("pk").values(*fields))}


def open_mailer() -> Any:
    """Return a new connection to the default mail service."""
    return mail.mailers.default if django.VERSION >= (6, 1) else mail.get_connection()


def _deliver(connection: Any) -> int:
    sent, end = 0, time.monotonic() + RUN_SECONDS
    for message in _claimed():
        try:
            connection.send_messages([compose(message)])
        except Exception as error:  # noqa: BLE001  (an error in one mail must not affect the others)
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
    """Return whether the connection to the mail server is lost, as opposed to a rejected mail."""
    refused = isinstance(error, SMTPException) and not isinstance(error, SMTPServerDisconnected)
    return isinstance(error, OSError) and not refused


def _claimed() -> Iterator[OutboxMessage]:
    """Yield the mails that are due, each claimed just before it is sent."""
    while batch := list(OutboxMessage.objects.due()[:BATCH]):
        for message in batch:
            if _claim(message):
                yield message


@transaction.atomic
def _claim(message: OutboxMessage) -> bool:
    """Claim a mail that is due and take the turn of its address, or hold the mail if the address had its turn.

    This is not done in the transaction of the order, where it would cost statements and a lock that all orders of the
    address wait for. A mail takes its turn once, in the transaction that counts its first attempt.

    Returns:
        Whether the mail is to be sent.
    """
    until = timezone.now() + LEASE
    rows = _unsent(message).filter(due_at=message.due_at)
    if not rows.update(due_at=until, attempts=F("attempts") + 1):
        return False
    if message.attempts < ADMITTED and not addresses.take_turn(message.recipient):
        _unsent(message).update(due_at=None, attempts=message.attempts)
        return False
    message.due_at = until
    message.attempts += 1
    return True


def _put_back(message: OutboxMessage, error: Exception) -> None:
    """Store the error and the time of the next attempt, unless the lease has expired and another process claimed it."""
    pause = min(FIRST_PAUSE * 2 ** (message.attempts - 1), LONGEST_PAUSE)
    final = message.attempts >= MAX_ATTEMPTS
    logger.log(
        logging.ERROR if final else logging.WARNING,
        "The mail %s could not be sent: %s",
        message.message_id,
        error,
        exc_info=not isinstance(error, OSError),  # an error in the code
    )
    _unsent(message).filter(due_at=message.due_at).update(
        due_at=None if final else timezone.now() + pause,
        last_error=f"{type(error).__name__}: {error}"[:MAX_ERROR_LENGTH],
    )


def _unsent(message: OutboxMessage) -> Any:
    return OutboxMessage.objects.filter(pk=message.pk, sent_at__isnull=True)
