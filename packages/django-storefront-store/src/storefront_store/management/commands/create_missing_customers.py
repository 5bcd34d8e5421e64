"""The command ``create_missing_customers``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from storefront_store.management.progress import progress, raw
from storefront_store.services.customers import create_missing_customers


class Command(BaseCommand):
    """Create a customer for each user without one."""

    help = "Creates a customer for each user without one. New users get a customer automatically."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--dry-run", action="store_true", help="print the number of missing customers without creating them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the customers, and print how many were missing."""
        number = create_missing_customers(dry_run=True)
        if options["dry_run"]:
            self.stdout.write(f"{number} customers would be created.")
            return
        with progress(raw(self.stderr), total=number, label="Users", shown=options["verbosity"] > 0) as advance:
            made = create_missing_customers(advance=advance)
        self.stdout.write(f"Created {made} customers.")
