"""Which addresses may get mail: those that were confirmed, and each other one once a day.

Anybody can register with anybody's address. Without a bound, orders would send a stranger as many mails as the sender
likes.
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
    """Return what stands for an address, whatever its case."""
    return hashlib.blake2b(address.strip().casefold().encode(), digest_size=32).hexdigest()


def take_turn(address: str) -> bool:
    """Tell whether a mail may go to an address now, and note that it does.

    Of several that ask at once for an address that is not confirmed, one is told yes.
    """
    digest, now = digest_of(address), timezone.now()
    free = Q(confirmed_at__isnull=False) | Q(last_mail_at__lte=now - PAUSE) | Q(last_mail_at__isnull=True)
    rows = MailAddress.objects.filter(pk=digest)
    if rows.filter(free).update(last_mail_at=now):
        return True
    _, is_new = MailAddress.objects.get_or_create(digest=digest, defaults={"last_mail_at": now})
    return is_new


def confirm(address: str) -> None:
    """Note that the owner of an address reads its mail, and send what was held for it."""
    now = timezone.now()
    MailAddress.objects.update_or_create(digest=digest_of(address), defaults={"confirmed_at": now})
    OutboxMessage.objects.held().filter(recipient__iexact=address).update(due_at=now)


def forget_unused() -> int:
    """Delete what is known of addresses that are not confirmed and had no mail for a while; return how many."""
    unused = MailAddress.objects.filter(confirmed_at__isnull=True, last_mail_at__lte=timezone.now() - 2 * PAUSE)
    return unused.delete()[0]
