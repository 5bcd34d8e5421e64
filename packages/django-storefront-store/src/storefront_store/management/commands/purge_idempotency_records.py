"""The command ``purge_idempotency_records``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from storefront_store.management.progress import progress, raw
from storefront_store.services import idempotency


class Command(BaseCommand):
    """Delete expired idempotency records."""

    help = "Deletes the responses stored for repeated requests that are older than IDEMPOTENCY_HOURS."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--dry-run", action="store_true", help="print the number of records without deleting them")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete the records, and print their number."""
        number = idempotency.purge(dry_run=True)
        if options["dry_run"]:
            self.stdout.write(f"{number} records would be deleted.")
            return
        with progress(raw(self.stderr), total=number, label="Records", shown=options["verbosity"] > 0) as advance:
            purged = idempotency.purge(advance=advance)
        self.stdout.write(f"Deleted {purged} records.")
