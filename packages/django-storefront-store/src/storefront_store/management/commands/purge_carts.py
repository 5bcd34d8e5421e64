"""The command ``purge_carts``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from storefront_store.management.arguments import age
from storefront_store.management.progress import progress, raw
from storefront_store.services.carts import purge_carts


class Command(BaseCommand):
    """Delete carts that have not been used for some time."""

    help = "Deletes carts that have not been used for some time, with their items."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--older-than",
            type=age,
            required=True,
            metavar="AGE",
            help="the time for which a cart was not used: 90d for days (or just 90), 12h for hours, 6w for weeks",
        )
        parser.add_argument("--dry-run", action="store_true", help="print the number of carts without deleting them")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete the carts, and print their number."""
        before = timezone.now() - options["older_than"]
        number = purge_carts(before, dry_run=True)
        if options["dry_run"]:
            self.stdout.write(f"{number} carts would be deleted.")
            return
        with progress(raw(self.stderr), total=number, label="Carts", shown=options["verbosity"] > 0) as advance:
            purged = purge_carts(before, advance=advance)
        self.stdout.write(f"Deleted {purged} carts.")
