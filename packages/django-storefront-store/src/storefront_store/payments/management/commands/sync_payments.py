"""The command ``sync_payments``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from storefront_store.payments.services.sync import sync


class Command(BaseCommand):
    """Synchronise unsettled payments and refunds with the providers."""

    help = "Requests the status of open payments and carries out unsettled refunds. Run it every few minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--dry-run``."""
        parser.add_argument("--dry-run", action="store_true", help="print the numbers without calling the providers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each state, with the number of payments or refunds in it."""
        counts = sync(dry_run=options["dry_run"])
        for state, number in sorted(counts.items()):
            self.stdout.write(f"{state}: {number}")
        if not counts:
            self.stdout.write("Everything is settled.")
