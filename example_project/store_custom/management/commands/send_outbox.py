"""The delivery of confirmation mails, for a shell or cron."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from store_custom.models import OutboxMessage
from store_custom.services import outbox


class Command(BaseCommand):
    """Send what is due."""

    help = "Send the confirmation mails that are due."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and say what is left."""
        sent = outbox.deliver_due()
        waiting, failed = OutboxMessage.objects.waiting().count(), OutboxMessage.objects.given_up().count()
        self.stdout.write(f"{sent} sent, {waiting} waiting, {failed} given up.")
