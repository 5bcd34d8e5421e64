"""Limit of mails: confirmed addresses get all mails, other addresses one a day.

Anybody can register with somebody else's address. Without a limit, orders could be used to send any number of mails to
it.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from store_custom.models import MailAddress, OutboxMessage

PAUSE: Final = timedelta(days=1)


def digest_of(address: str) -> str:
    """Return the digest of an address, regardless of its case."""
    return hashlib.blake2b(address.strip().casefold().encode(), digest_size=32).hexdigest()


def take_turn(address: str) -> bool:
    """Return whether a mail may be sent to an address now, and record that it is sent.

    Of several parallel calls for an address that is not confirmed, only one returns ``True``.
    """
    digest, now = digest_of(address), timezone.now()
    free = Q(confirmed_at__isnull=False) | Q(last_mail_at__lte=now - PAUSE) | Q(last_mail_at__isnull=True)
    rows = MailAddress.objects.filter(pk=digest)
    if rows.filter(free).update(last_mail_at=now):
        return True
    _, is_new = MailAddress.objects.get_or_create(digest=digest, defaults={"last_mail_at": now})
    return is_new


def confirm(address: str) -> None:
    """Mark an address as confirmed, and send the mails that were held for it."""
    now = timezone.now()
    MailAddress.objects.update_or_create(digest=digest_of(address), defaults={"confirmed_at": now})
    OutboxMessage.objects.held().filter(recipient__iexact=address).update(due_at=now)


def forget_unused() -> int:
    """Delete the rows of unconfirmed addresses without recent mail, and return their number."""
    unused = MailAddress.objects.filter(confirmed_at__isnull=True, last_mail_at__lte=timezone.now() - 2 * PAUSE)
    return unused.delete()[0]
