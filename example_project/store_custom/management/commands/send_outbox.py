"""The command ``send_outbox``, for a shell or cron."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from store_custom.models import OutboxMessage
from store_custom.services import outbox


class Command(BaseCommand):
    """Sends the mails that are due."""

    help = "Send the confirmation mails that are due."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send the mails, and print how many are left."""
        sent = outbox.deliver_due()
        mails = OutboxMessage.objects
        waiting, held, failed = mails.waiting().count(), mails.held().count(), mails.given_up().count()
        self.stdout.write(f"{sent} sent, {waiting} waiting, {held} held, {failed} given up.")
